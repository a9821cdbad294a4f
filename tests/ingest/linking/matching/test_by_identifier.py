"""A cell that holds an identifier: it decides, in any spelling, before any name does."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from permed.ingest.linking.matching.matcher import Matcher
from tests.ingest.linking.conftest import display, record

ROR = "https://ror.org/"
HEIDELBERG, PEKING = ROR + "038t36y30", ROR + "02v51f717"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("https://ror.org/038t36y30", HEIDELBERG),
        ("ROR:038T36Y30", HEIDELBERG),
        (" 038t36y30 ", HEIDELBERG),
        ("grid.7700.0", HEIDELBERG),
        ("Peking University (ror.org/038t36y30)", HEIDELBERG),
    ],
)
def test_the_identifier_decides(matcher: Matcher, cell: str, expected: str) -> None:
    for found in (
        matcher.match_names(pl.DataFrame({"name": [cell]})),
        matcher.match_affiliations([cell]),
    ):
        row = found.row(0, named=True)
        assert (row["match_id"], row["match_score"], row["decision"]) == (expected, 1.0, "accept")
        assert row["reason"].startswith("the identifier itself, ")


def test_an_identifier_of_no_record_is_told(matcher: Matcher) -> None:
    row = matcher.match_names(pl.DataFrame({"name": ["https://ror.org/04bwf3e34"]})).row(0)
    assert row[3:5] == ("none", "no record has the identifier ror:04bwf3e34")


def test_words_decide_where_no_record_has_the_identifier(matcher: Matcher) -> None:
    text = "Heidelberg University, Germany, https://ror.org/04bwf3e34"
    assert matcher.match_affiliations([text])["match_id"].to_list() == [HEIDELBERG]


def test_each_body_of_a_string_has_its_own(matcher: Matcher) -> None:
    text = "Somewhere (ROR:038t36y30); School of Physics, Beijing, China (ROR:02v51f717)"
    assert matcher.match_affiliations([text])["match_id"].to_list() == [f"{HEIDELBERG};{PEKING}"]


def test_the_identifier_of_a_withdrawn_record_leads_to_its_successor(tmp_path: Path) -> None:
    gone = record(
        "04bwf3e34",
        [display("Old University")],
        "DE",
        "Kiel",
        ["education"],
        status="withdrawn",
        relationships=[{"type": "successor", "id": HEIDELBERG, "label": ""}],
        external_ids=[{"type": "grid", "all": ["grid.1234.5"], "preferred": None}],
    )
    heir = record("038t36y30", [display("New University")], "DE", "Kiel", ["education"])
    dump = tmp_path / "ror.json"
    dump.write_text(json.dumps([gone, heir]))
    matcher = Matcher.from_ror(dump, tmp_path / "cache")
    found = matcher.match_names(pl.DataFrame({"name": ["ror.org/04bwf3e34", "grid.1234.5"]}))
    assert found["match_id"].to_list() == [HEIDELBERG, HEIDELBERG]


def test_a_frame_may_bring_its_identifiers() -> None:
    frame = pl.DataFrame(
        {"id": ["x", "y"], "name": ["One", "Two"], "identifiers": [["pic:999981731"], ["vat:1"]]}
    )
    found = Matcher.from_names(frame).match_names(pl.DataFrame({"name": ["PIC 999 981 731"]}))
    assert found["match_id"].to_list() == ["x"]


def test_an_identifier_is_in_force_where_records_have_ids_of_another_kind() -> None:
    own = "https://w3id.org/permed/id/organisation/dlr"
    held = {"id": [own], "name": ["German Aerospace Center"], "identifiers": [["ror:04bwf3e34"]]}
    row = Matcher.from_names(pl.DataFrame(held)).match_names([f"{ROR}04bwf3e34"]).row(0, named=True)
    assert (row["match_id"], row["match_status"], row["successor"]) == (own, "active", None)
