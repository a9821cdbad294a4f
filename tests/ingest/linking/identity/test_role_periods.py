"""Statements of one role that contradict each other keep the role, with the first value."""

from __future__ import annotations

from typing import Any

import polars as pl

from permed.ingest.linking.identity.role_periods import merge_role_statements
from tests.ingest.linking.judgements.samples import table

CHAIR = {"agent": "person/a", "activity": "body/b", "role": "chair", "start": "2016"}
PARTNER = {"agent": "organisation/a", "activity": "project/1", "role": "participant"}


def roles(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {"roles": table("roles", list(rows))}


def test_the_first_end_stands_and_the_other_is_told() -> None:
    pages = roles(CHAIR | {"end": "2018"}, CHAIR, CHAIR | {"end": "2019-03", "source_row": 7})
    settled, issues = merge_role_statements({"pages": pages})
    assert settled["pages"]["roles"]["end"].to_list() == ["2018", None, None]
    told = issues["pages"].row(0, named=True)
    assert (told["field"], told["value"], told["row"]) == ("end", "2019-03", 7)
    assert told["severity"] == "dropped"
    assert "says 2018, which stands" in told["reason"]


def test_another_start_is_another_role() -> None:
    settled, issues = merge_role_statements(
        {"pages": roles(CHAIR | {"end": "2018"}, CHAIR | {"start": "2020", "end": "2022"})}
    )
    assert settled["pages"]["roles"]["end"].to_list() == ["2018", "2022"]
    assert issues["pages"].is_empty()


def test_the_source_that_comes_first_tells_the_money() -> None:
    one = roles(PARTNER | {"ec_contribution": "157500"})
    other = roles(PARTNER | {"ec_contribution": "157500.00"}, PARTNER | {"ec_contribution": "9"})
    settled, issues = merge_role_statements({"one": one, "other": other})
    assert settled["other"]["roles"]["ec_contribution"].to_list() == ["157500.00", None]
    assert issues["one"].is_empty()
    assert issues["other"]["value"].to_list() == ["9"]


def test_sources_without_roles_stay_as_they_are() -> None:
    settled, issues = merge_role_statements({"none": {}})
    assert settled == {"none": {}}
    assert issues["none"].is_empty()
