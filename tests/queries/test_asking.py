"""A question is found by number, name or words, and answered in a sentence that can be counted."""

from __future__ import annotations

import re

import polars as pl
import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.store import EmbeddedStore
from permed.queries.asking import meant, named_in, numbered
from permed.queries.catalogue import Catalogue, Question
from permed.queries.naming import Naming, naming_of
from permed.queries.sentences import filled, known_of, placeholders, sentence
from tests.queries.conftest import BASE, Ask

CATALOGUE = Catalogue.load()
ROWS = pl.DataFrame(
    {
        "call": ["a", "a", "b", "c"],
        "state": ["held", "planned", "held", None],
        "year": [2018, 2021, 2019, None],
    }
)


def asked(answer: str, lacking: str = "", grade: str = "complete") -> Question:
    return Question("q", "T", "Q?", "all", (), 1, "D.", (), "", "", answer, grade, lacking)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{rows} rows", "4 rows"),
        ("{rows where state=held}", "2"),
        ("{rows where state}", "3"),
        ("{n:call} of {n:call where state=planned}", "3 of 1"),
        ("{list:call}", "a, b, c"),
        ("{list:call where state=lost}", "none"),
        ("{max:year} {min:year} {first:state}", "2021 2018 held"),
        ("{first:year where state=lost}", "unknown"),
    ],
)
def test_a_sentence_is_filled_from_the_rows(template: str, said: str) -> None:
    assert sentence(asked(template), ROWS) == said


def test_a_list_says_how_many_more() -> None:
    rows = pl.DataFrame({"x": [str(n) for n in range(8)]})
    assert sentence(asked("{list:x}"), rows) == "0, 1, 2, 3, 4 and 3 more"


def test_an_empty_answer_says_what_would_fill_it() -> None:
    question = asked("{rows}", "A list would complete it.", "partial")
    assert sentence(question, ROWS.clear()) == "Nothing in this release answers it."
    assert known_of(question, empty=True) == "A list would complete it."
    whole = asked("{rows}", "A list would complete it.", "complete")
    none = "No statement in hand bears on the question."
    assert known_of(whole, empty=True) == f"{none} A list would complete it."
    assert known_of(question) == "A part of the answer. A list would complete it."


@pytest.mark.parametrize("template", ["{avg:year}", "{n call}", "{", "{n:call where}"])
def test_a_brace_that_is_no_placeholder_is_refused(template: str) -> None:
    with pytest.raises(InputError, match="`answer`"):
        placeholders(template)


def test_all_forty_have_a_question() -> None:
    assert list(numbered(CATALOGUE)) == list(range(1, 41))
    whole = [n for n, held in numbered(CATALOGUE).items() if held[0].grade == "complete"]
    assert len(whole) >= 30


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("12", "call-success"),
        ("call-success", "call-success"),
        ("success rate of calls", "call-success"),
        ("who chaired which ICPerMed body", "body-roles"),
        ("which events were held", "family-events"),
        ("recognition winners by institution: laureates", "laureates"),
        ("countries strong in projects and weak in infrastructures", "country-balance"),
        ("money announced and funded per call", "call-budgets"),
        ("ERA PerMed partners that went on into EP PerMed", "era-to-ep"),
        ("missing years of the state-of-the-art report", "stoa-reports"),
    ],
)
def test_a_number_a_name_or_words_find_a_question(text: str, name: str) -> None:
    assert meant(text, CATALOGUE).name == name


@pytest.fixture(scope="module")
def naming(store: EmbeddedStore) -> Naming:
    return naming_of(store, BASE)


@pytest.mark.parametrize(
    ("text", "name", "given"),
    [
        ("Which organisations link ERA PerMed and EP PerMed?", "linking-organisations", {}),
        ("how many porposals got funded in JTC2021", "call-success", {"call": "JTC2021"}),
        ("who chairs the ICPerMed executive comittee", "body-roles", {}),
        ("wer ist Vorsitzender des Executive Committee?", "body-roles", {}),
        ("quels financeurs français participent à JTC 2022", "funders-by-call",
         {"call": "JTC 2022"}),
        ("Strategien in Deutschland", "strategies", {"country": "Deutschland"}),
        ("¿qué proyectos coordina España?", "country-projects", {"country": "España"}),
        ("projets en Finlande", "country-projects", {"country": "Finlande"}),
        ("oncology projects in France", "projects-by-topic",
         {"country": "France"}),  # two schemes have the topic
        ("what does TÜBITAK fund", "who-funds-what", {"funder": "TÜBITAK"}),
        ("who are the partners of ISCIII", "organisation-partners", {"organisation": "ISCIII"}),
        ("experts from Portugal", "offices", {"country": "Portugal"}),
        ("who pays for PERMANENS", "consortium-funding", {"project": "PERMANENS"}),
        ("mitglieder von ICPerMed", "membership", {}),
        ("events in 2023", "family-events", {}),
        ("laureates 2021", "laureates", {}),
        ("biobank infrastructures for Poland", "infrastructure-countries",
         {"country": "Poland"}),
        ("clinical trials infrastructure", "infrastructure-services",
         {"step": "clinical trials"}),
        ("Welche Empfehlungen gibt es für Förderer", "recommendations", {}),
        ("which ministries stand behind ANR", "parents", {}),
    ],
)  # fmt: skip
def test_people_ask_as_they_speak(
    naming: Naming, text: str, name: str, given: dict[str, str]
) -> None:
    question = meant(text, CATALOGUE, lambda: naming)
    params = [p for p in question.params if p.type in ("iri", "concept")]
    found = {p.name: named_in(text, p, naming) for p in params}
    assert (question.name, {k: v for k, v in found.items() if v}) == (name, given)


def test_a_refusal_names_the_nearest_questions() -> None:
    with pytest.raises(NotFoundError, match="the nearest are open-science-monitor"):
        meant("monitor of the weather tomorrow on the moon above Saturn", CATALOGUE)


@pytest.mark.parametrize("text", ["0", "41", "weather tomorrow on the moon", "the of and"])
def test_what_no_question_is_near_is_refused(text: str) -> None:
    with pytest.raises(NotFoundError):
        meant(text, CATALOGUE)


@pytest.mark.parametrize("number", [1, 12, 19, 28])
def test_the_sentence_counts_what_the_rows_hold(ask: Ask, number: int) -> None:
    question = next(q for q in numbered(CATALOGUE)[number] if q.name != "publications")
    rows = ask(question.name)
    told = sentence(question, rows)
    assert "{" not in told
    counts = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", told)]
    by_hand = {
        1: lambda: [rows["funder"].n_unique(), rows["call"].n_unique()],
        12: lambda: [rows["call"].n_unique()],
        19: lambda: [2017, 2023, rows.filter(pl.col("state") == "known").height],
        28: lambda: [rows.filter(pl.col("state") == "went on").height],
    }
    wanted = by_hand[number]()
    assert counts[: len(wanted)] == wanted


@pytest.mark.parametrize(
    ("template", "rows", "said"),
    [
        ("{rows} role(/s) (is/are) known", 1, "1 role is known"),
        ("{rows} role(/s) (is/are) known", 0, "0 roles are known"),
        ("{rows} countr(y/ies)", 21, "21 countries"),
        ("JTC1 and {rows} countr(y/ies)", 1, "JTC1 and 1 country"),
        ("{rows}1,000 call(/s)", 1, "11,000 calls"),
        ("{sum:a} in all, first {first:a}", 2, "3 in all, first 1"),
    ],
)
def test_words_agree_with_the_number_before_them(template: str, rows: int, said: str) -> None:
    table = (
        pl.DataFrame({"a": [1.0, 2.0]}).head(rows)
        if rows < 3
        else pl.DataFrame({"a": [1.0] * rows})
    )
    assert filled(template, table) == said
