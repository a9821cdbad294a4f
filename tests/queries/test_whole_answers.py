"""A part of a whole answer is the answer about the thing, byte for byte.

Pages show parts where the whole answer was made ahead, else the answer asked for about the thing:
nobody may see which.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pyoxigraph as ox
import pytest

from permed.api.http.release.answers_about_things import PartedAnswers
from permed.graph.errors import InputError, LimitExceeded
from permed.graph.store import Answer, EmbeddedStore
from permed.graph.store.executor import QueryRequest
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.ordered_cells import in_order
from permed.queries.whole_answers import asked_about_things, whole_query
from tests.queries.conftest import BASE

CATALOGUE = Catalogue.load()
_MOST = 100_000_000
_TRIED = 2  # things from each end of the whole answer, and as many of those named most
_ASKED = list(asked_about_things(CATALOGUE))


def _name(value: Question | Parameter) -> str:
    return value.name


@pytest.fixture
def parted() -> Iterator[PartedAnswers]:
    """Room for the answers of a test."""
    with closing(PartedAnswers(BASE, _MOST)) as parted:
        yield parted


@pytest.mark.long  # some two hundred questions
@pytest.mark.parametrize(("question", "parameter"), _ASKED, ids=_name)
def test_a_part_is_the_answer_about_the_thing(
    store: EmbeddedStore, question: Question, parameter: Parameter, parted: PartedAnswers
) -> None:
    whole = whole_query(question, parameter, BASE)
    answer = store.query(whole.sparql, format="tsv")
    parted.add(question, parameter, answer.body, hidden=whole.added)
    named = answer.frame()[parameter.name].drop_nulls()
    most = named.value_counts(sort=True)[parameter.name]
    tried = [*named.head(_TRIED), *named.tail(_TRIED), *most.head(_TRIED)]
    for iri in dict.fromkeys([*tried, f"{BASE}id/nothing/here"]):
        asked = {parameter.name: iri}
        part = parted.part(question, asked, _MOST)
        assert part is not None
        sparql = question.sparql(BASE)
        bound = store.query(sparql, substitutions=question.bind(asked, BASE), format="json")
        assert part.body.splitlines() == in_order(bound, sparql, "json").body.splitlines(), iri
        assert not part.truncated


def test_what_pages_ask_is_held_to_it() -> None:
    asked = {f"{question.name}.{parameter.name}" for question, parameter in _ASKED}
    assert {"organisation-partners.organisation", "regions.region"} <= asked
    assert not {name for name in asked if name.startswith(("statements-of", "without-hub"))}


def _question(text: str, every: str = "") -> tuple[Question, Parameter]:
    thing = Parameter("thing", "iri", "", "project/x", optional=True, every=every)
    return Question("q", "", "", "", (), None, "", (thing,), text), thing


_DATA = """
<https://w3id.org/permed/id/a> <p:of> <https://w3id.org/permed/id/x>, <https://w3id.org/permed/id/y> .
<https://w3id.org/permed/id/b> <p:of> <https://w3id.org/permed/id/x> ; <p:said> "two\\nlines\\tand a tab" .
"""  # noqa: E501


def _store() -> EmbeddedStore:
    store = ox.Store()
    store.load(_DATA.encode(), format=ox.RdfFormat.TURTLE)
    return EmbeddedStore(store)


_OF = "?who <p:of> ?thing"
_COUNTED = "(COUNT(?x) AS ?n) WHERE { ?x <p:of> ?thing }"


@pytest.mark.parametrize(
    ("text", "every"),
    [
        (f"SELECT ?who ?s WHERE {{ {_OF} OPTIONAL {{ ?who <p:said> ?s }} }} ORDER BY ?who", ""),
        (f"SELECT {_COUNTED}", ""),
        (f"SELECT ?who ?n WHERE {{ {_OF} {{ SELECT {_COUNTED} }} }} ORDER BY ?who", ""),
        (f"SELECT ?thing ?n WHERE {{ {{ SELECT ?thing {_COUNTED} GROUP BY ?thing }} }}", ""),
        (
            "SELECT DISTINCT ?of WHERE { ?who <p:of> ?of FILTER(!BOUND(?thing) || ?of = ?thing) }",
            "BIND(?of AS ?thing)",
        ),
    ],
)
def test_a_variable_becomes_a_column_at_every_depth(
    text: str, every: str, parted: PartedAnswers
) -> None:
    question, thing = _question(text, every)
    whole = whole_query(question, thing, BASE)
    assert whole.added == ("SELECT ?thing" not in text)
    store = _store()
    parted.add(question, thing, store.query(whole.sparql, format="tsv").body, hidden=whole.added)
    for value in ("x", "y"):
        part = parted.part(question, {"thing": value}, _MOST)
        bound = question.bind({"thing": value}, BASE)
        alone = store.query(question.sparql(BASE), substitutions=bound, format="json")
        assert part is not None
        assert part.body == alone.body
        assert part.rows()


def test_a_query_without_the_variable_cannot_be_asked_whole() -> None:
    question, thing = _question("SELECT ?who WHERE { ?who <p:of> ?what }")
    with pytest.raises(InputError, match=r"no variable \?thing"):
        whole_query(question, thing, BASE)


def test_more_rows_than_a_page_takes_are_cut_and_said(parted: PartedAnswers) -> None:
    question, thing = _question("SELECT ?who WHERE { ?who <p:of> ?thing } ORDER BY ?who")
    whole = whole_query(question, thing, BASE)
    parted.add(question, thing, _store().query(whole.sparql, format="tsv").body, hidden=True)
    part = parted.part(question, {"thing": "x"}, 1)
    assert part is not None
    assert (len(part.rows()), part.truncated) == (1, True)


def test_what_does_not_fit_is_not_kept_and_gives_its_room_back() -> None:
    question, thing = _question("SELECT ?who WHERE { ?who <p:of> ?thing } ORDER BY ?who")
    whole = _store().query(whole_query(question, thing, BASE).sparql, format="tsv").body
    long = "".join(
        f"<{BASE}id/x>\t<{BASE}id/{sha256(bytes([n])).hexdigest()}>\n" for n in range(99)
    )
    with closing(PartedAnswers(BASE, 500)) as parted:
        parted.add(question, thing, f"?thing\t?who\n{long}".encode(), hidden=True)
        assert parted.part(question, {"thing": "x"}, 1) is None
        parted.add(question, thing, whole, hidden=True)
        part = parted.part(question, {"thing": "x"}, _MOST)
        assert part is not None
        assert len(part.rows()) == 2


def test_a_full_disk_leaves_a_question_out(monkeypatch: pytest.MonkeyPatch) -> None:
    question, thing = _question("SELECT ?who WHERE { ?who <p:of> ?thing } ORDER BY ?who")
    monkeypatch.setattr("os.pwrite", lambda *_: 1)
    with closing(PartedAnswers(BASE, _MOST)) as parted:
        with pytest.raises(OSError, match="only 1 of"):
            parted.add(question, thing, f"?thing\t?who\n<{BASE}id/x>\t1\n".encode(), hidden=True)
        assert parted.part(question, {"thing": "x"}, 1) is None


def test_what_is_closed_takes_nothing_any_more() -> None:
    question, thing = _question("SELECT ?who WHERE { ?who <p:of> ?thing } ORDER BY ?who")
    parted = PartedAnswers(BASE, _MOST)
    parted.close()
    parted.add(question, thing, b"?thing\t?who\n<p:x>\t1\n", hidden=True)
    assert parted.part(question, {"thing": "x"}, 1) is None


def test_each_question_is_asked_once_and_what_fails_is_left_out(parted: PartedAnswers) -> None:
    asked: list[QueryRequest] = []

    async def ask(request: QueryRequest) -> Answer:
        asked.append(request)
        if "?organisation" not in request.sparql.partition("\nSELECT")[2].partition("WHERE")[0]:
            raise LimitExceeded("the query was stopped")
        return EmbeddedStore(ox.Store()).query(request.sparql, format=request.format)

    asyncio.run(parted.make(ask, 5.0))
    assert len(asked) == len(_ASKED)
    assert {request.seconds for request in asked} == {5.0}
    thing = {"organisation": "organisation/x"}
    made = parted.part(CATALOGUE.get("organisation-partners"), thing, _MOST)
    assert made is not None
    assert made.rows() == []
    assert parted.part(CATALOGUE.get("call-budgets"), {"call": "call/x"}, _MOST) is None


def test_without_room_nothing_is_asked_ahead() -> None:
    async def ask(_: QueryRequest) -> Answer:
        raise AssertionError

    asyncio.run(PartedAnswers(BASE, 0).make(ask, 5.0))
