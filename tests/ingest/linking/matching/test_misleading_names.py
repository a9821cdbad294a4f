# Strategy: a registry of organisations whose names lead matchers astray (heads of many names,
# daughters of a group, two universities of a town, closed records), small enough to say what is
# right. Most are facts of the registry; the closed ones and the one of this year are made up.
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest

from permed.ingest.linking.matching.csv_file import match_file
from permed.ingest.linking.matching.matcher import Matcher
from tests.ingest.linking.conftest import ROR, acronym, display, label, record

RECORDS = [
    record("01kh5gc44", [display("Indian Institute of Technology BHU"),
           label("Indian Institute of Technology (BHU) Varanasi", "en")], "IN", "Varanasi",
           ["education"]),
    record("03v0r5n49", [display("Indian Institute of Technology Madras")], "IN", "Chennai",
           ["education"]),
    record("02qyf5152", [display("Indian Institute of Technology Bombay")], "IN", "Mumbai",
           ["education"]),
    record("02ks53214", [display("Max Planck Institute for Chemical Ecology"),
           acronym("MPI-COE")], "DE", "Jena", ["facility"]),
    record("0079jjr10", [display("Max Planck Institute for Physics")], "DE", "Munich",
           ["facility"]),
    record("02qztda51", [display("Studsvik (Sweden)", None)], "SE", "Nyköping", ["company"]),
    record("05myb9s25", [display("Studsvik (Germany)", None)], "DE", "Hamburg", ["company"]),
    record("04sbqvh08", [display("Iberia (Spain)", None)], "ES", "Madrid", ["company"]),
    record("00000cc03", [display("FeyeCon (Netherlands)", None)], "NL", "Weesp", ["company"]),
    record("00000cc04", [display("Arbonaut (Finland)", None)], "FI", "Joensuu", ["company"]),
    record("04brra140", [display("Siemens (Spain)", None)], "ES", "Madrid", ["company"]),
    record("01faaaf77", [display("University of Graz")], "AT", "Graz", ["education"]),
    record("03haj4370", [display("Aedas (United Kingdom)", None)], "GB", "London", ["company"]),
    record("00mq23h04",
           [display("Agricultural Development Advisory Service (United Kingdom)", None),
            acronym("ADAS")], "GB", "Wolverhampton", ["company"]),
    record("03vcm6439", [display("Laboratoire d'Analyse et d'Architecture des Systèmes"),
           acronym("LAAS-CNRS")], "FR", "Toulouse", ["facility"]),
    record("04xysgw12", [display("Pohang University of Science and Technology"),
           acronym("POSTECH")], "KR", "Pohang", ["education"]),
    record("01sdrjx85", [display("Institute for High Energy Physics"), acronym("IFAE")], "ES",
           "Barcelona", ["facility"]),
    record("00000cc01", [display("Bernoulli Institute of Trade")], "CH", "Basel", ["education"],
           status="inactive",
           relationships=[{"type": "successor", "id": ROR + "00000cc02", "label": ""}]),
    record("00000cc02", [display("University of Commerce Basel")], "CH", "Basel", ["education"]),
    record("02msan859", [display("European University Viadrina"),
           ("University of Frankfurt (Oder)", "en", ["alias"])], "DE", "Frankfurt (Oder)",
           ["education"]),
    record("02ex6cf31", [display("Tohoku Seiryo Foundation")], "JP", "Sendai", ["nonprofit"],
           created="2026-02-01"),
]  # fmt: skip


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("misleading") / "ror.json"
    path.write_text(json.dumps(RECORDS), "utf-8")
    return path


@pytest.fixture(scope="module")
def matcher(dump: Path) -> Matcher:
    return Matcher.from_ror(dump, dump.parent / "cache")


def by_name(matcher: Matcher, name: str, country: str, city: str | None = None) -> dict[str, Any]:
    frame = pl.DataFrame({"name": [name], "country": [country], "city": [city]})
    return matcher.match_names(frame.cast(pl.String)).row(0, named=True)


def by_string(matcher: Matcher, text: str) -> dict[str, Any]:
    return matcher.match_affiliations(text).row(0, named=True)


def exact(matcher: Matcher, words: str) -> set[str]:
    return {matcher.index.ids[matcher.index.owner[r]] for r in matcher.index.exact.get(words, ())}


def test_the_head_of_many_names_is_nobodys_name(matcher: Matcher) -> None:
    assert exact(matcher, "indianinstitutetechnology") == set()
    assert by_name(matcher, "Indian Institute of Technology", "IN")["decision"] != "accept"
    for name in ("Indian Institute of Technology, Madras", "Indian Institute of Technology Madras"):
        assert by_name(matcher, name, "IN")["match_id"] == ROR + "03v0r5n49"
        assert by_string(matcher, f"Physics, {name}, India")["match_id"] == ROR + "03v0r5n49"


def test_a_string_that_only_begins_names_is_for_review(matcher: Matcher) -> None:
    found = by_string(matcher, "Physics, Indian Institute of Technology, India")
    assert found["decision"] != "accept"
    told = by_string(matcher, "Physics, Indian Institute of Technology, Mumbai, India")
    assert told["match_id"] == ROR + "02qyf5152"


def test_a_legal_form_within_an_acronym_is_part_of_it(matcher: Matcher) -> None:
    assert "cnrs" not in matcher.index.exact
    assert exact(matcher, "lascnrs") == {ROR + "03vcm6439"}


def test_names_know_how_many_others_they_begin(matcher: Matcher) -> None:
    begins = dict(zip(matcher.index.values, matcher.index.begins, strict=True))
    assert begins["Indian Institute of Technology Madras"] == 0
    assert max(begins.values()) == 0, "no other name of this registry begins another"


def test_an_acronym_that_spells_out_to_many_names_is_no_name(matcher: Matcher) -> None:
    assert exact(matcher, "maxplanckinstitute") == set()
    head = by_name(matcher, "Max Planck Institute", "DE")
    assert head["decision"] != "accept"
    assert head["reason"].startswith("several names begin so")


def test_a_town_is_not_read_without_its_river(matcher: Matcher) -> None:
    assert exact(matcher, "universityfrankfurt") == set()


def test_a_daughter_is_not_its_group(matcher: Matcher) -> None:
    daughter = by_name(matcher, "Studsvik Scandpower AB", "SE")
    assert daughter["decision"] == "review"
    assert "the group of the company" in daughter["reason"]
    assert by_name(matcher, "Studsvik AB", "SE")["decision"] == "accept"
    assert by_name(matcher, "Siemens España SA", "ES")["reason"].find("group") < 0
    assert "the group of the company" in by_name(matcher, "Agrisat Iberia SL", "ES")["reason"]


@pytest.mark.parametrize(
    ("name", "country", "right"),
    [
        ("FEYECON DEVELOPMENT & IMPLEMENTATION BV", "NL", "00000cc03"),
        ("OY ARBONAUT LTD", "FI", "00000cc04"),
    ],
)
def test_a_firm_of_one_country_may_tell_its_trade_behind_its_name(
    matcher: Matcher, name: str, country: str, right: str
) -> None:
    found = by_name(matcher, name, country)
    assert (found["decision"], found["match_id"]) == ("accept", ROR + right)


def test_a_country_in_brackets_is_as_the_registry_writes_it(matcher: Matcher) -> None:
    assert by_name(matcher, "Siemens (Spain)", "ES")["decision"] == "accept"
    assert by_name(matcher, "Siemens (Spain)", "ES")["reason"].startswith("same name")


def test_another_field_is_another_university(matcher: Matcher) -> None:
    assert by_string(matcher, "University of Graz, Austria")["decision"] == "accept"
    medical = by_string(matcher, "Medical University of Graz, Graz, Austria")
    assert medical["decision"] != "accept"
    assert "another kind of university, 'University of Graz'" in medical["reason"].replace(";", ",")
    named = by_name(matcher, "Medical University Graz", "AT", "Graz")
    assert named["decision"] != "accept"
    within = by_string(matcher, "Department of Medicine, University of Graz, Graz, Austria")
    assert within["match_id"] == ROR + "01faaaf77"


def test_two_letters_are_one_only_for_an_umlaut(matcher: Matcher) -> None:
    assert by_name(matcher, "ADAS", "GB")["match_id"] != ROR + "03haj4370"
    assert by_name(matcher, "Aedas", "GB")["match_id"] == ROR + "03haj4370"
    assert by_string(matcher, "ADAS, Wolverhampton, UK")["match_id"] != ROR + "03haj4370"


@pytest.mark.parametrize(
    ("text", "key"),
    [("UAB-IFAE, Barcelona, Spain", "01sdrjx85"), ("Postech, Pohang, Korea", "04xysgw12")],
)
def test_acronyms_are_read_within_others_and_in_small_letters(
    matcher: Matcher, text: str, key: str
) -> None:
    assert by_string(matcher, text)["match_id"] == ROR + key


def test_a_closed_organisation_names_its_successor(matcher: Matcher, dump: Path) -> None:
    closed = by_name(matcher, "Bernoulli Institute of Trade", "CH", "Basel")
    assert (closed["match_id"], closed["match_status"]) == (ROR + "00000cc01", "inactive")
    assert closed["successor"] == ROR + "00000cc02"
    living = by_name(matcher, "University of Graz", "AT")
    assert (living["match_status"], living["successor"]) == ("active", None)
    source, out = dump.parent / "closed.csv", dump.parent / "out.csv"
    source.write_text("org\nBernoulli Institute of Trade\n", "utf-8")
    ways: dict[Literal["keep", "follow"], str] = {"keep": "00000cc01", "follow": "00000cc02"}
    for word, key in ways.items():
        match_file(source, out, name="org", ror=dump, cache_dir=dump.parent, successor=word)
        row = pl.read_csv(out).row(0, named=True)
        assert (row["match_id"], row["successor"]) == (ROR + key, ROR + "00000cc02")


def test_a_record_of_this_year_is_found_by_its_own_name(matcher: Matcher) -> None:
    found = by_string(matcher, "Tohoku Seiryo Foundation, Sendai, Japan")
    assert (found["match_id"], found["decision"]) == (ROR + "02ex6cf31", "accept")
    (row,) = [r for r, key in enumerate(matcher.index.ids) if key == ROR + "02ex6cf31"]
    assert matcher.index.created[row] == 2026


def test_one_answer_or_all(matcher: Matcher) -> None:
    text = "University of Graz, Graz, Austria; Max Planck Institute for Physics, Munich, Germany"
    both = matcher.match_affiliations([text])["match_id"].to_list()
    assert both == [f"{ROR}01faaaf77;{ROR}0079jjr10"]
    (one,) = matcher.match_affiliations([text], answer="one")["match_id"]
    assert one in both[0].split(";")


def test_a_list_or_one_string_may_be_asked(matcher: Matcher) -> None:
    assert matcher.match_names("University of Graz").height == 1
    assert matcher.match_names(["University of Graz", None])["decision"].to_list()[1] == "none"
    assert matcher.match_affiliations("University of Graz, Austria").height == 1


def test_a_messy_cell_is_read_again(matcher: Matcher) -> None:
    rows = [
        ("Physics Dept., University of Graz, Universitaetsplatz 3", "AT", None),
        ("Univeristy of Graz", "AT", None),
        ("University of Graz", "NO", None),
        ("Zzyzx Holding", "AT", None),
    ]
    frame = pl.DataFrame(rows, schema=["name", "country", "city"], orient="row").cast(pl.String)
    found = matcher.match_names(frame, messy=True)
    assert found["match_id"].to_list() == [ROR + "01faaaf77"] * 3 + [None]
    assert found["decision"].to_list() == ["accept", "accept", "review", "none"]
    assert "the country differs" in found["reason"][2]


def test_one_word_behind_a_short_company_name_may_be_a_daughter(matcher: Matcher) -> None:
    daughter = by_name(matcher, "Arbonaut Raflatac Oy", "FI")
    assert daughter["decision"] == "review"
    assert "the group of the company" in daughter["reason"]
