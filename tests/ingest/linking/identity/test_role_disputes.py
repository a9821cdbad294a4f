"""Both statements of a disputed role stand as figures of that role, each with its source."""

from __future__ import annotations

from typing import Any

import polars as pl

from permed.graph.tables.model import TABLES
from permed.ingest.linking.identity.role_disputes import role_figures, with_role_figures
from tests.ingest.linking.judgements.samples import table

CHAIR = {"agent": "person/a", "activity": "body/b", "role": "chair", "start": "2016"}
ROLE = "role/body-b.person-a.chair.2016"
PARTNER = {"agent": "organisation/a", "activity": "project/1", "role": "participant"}


def roles(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {"roles": table("roles", list(rows))}


def test_each_page_keeps_its_word_on_the_end() -> None:
    said = role_figures({
        "pages": roles(CHAIR | {"end": "2018", "source_url": "https://a.org"}, CHAIR),
        "other": roles(CHAIR | {"end": "2019-03", "source_url": "https://b.org"}),
    })  # fmt: skip
    columns = ("entity", "indicator", "date", "source_url")
    assert said["pages"].select(columns).rows() == [(ROLE, "end-date", "2018", "https://a.org")]
    assert said["other"].select(columns).rows() == [(ROLE, "end-date", "2019-03", "https://b.org")]
    assert said["pages"].schema == TABLES["figures"].schema


def test_a_less_precise_end_is_no_contradiction() -> None:
    assert role_figures({"x": roles(CHAIR | {"end": "2018"}, CHAIR | {"end": "2018-12"})}) == {}


def test_money_is_compared_as_a_number() -> None:
    same = roles(PARTNER | {"ec_contribution": "5"}, PARTNER | {"ec_contribution": "5.00"})
    assert role_figures({"x": same}) == {}
    other = roles(PARTNER | {"ec_contribution": "5"}, PARTNER | {"ec_contribution": "6"})
    rows = role_figures({"x": other})["x"].select("indicator", "value", "unit").rows()
    assert rows == [("eu-contribution", "5", "EUR"), ("eu-contribution", "6", "EUR")]


def test_the_figures_join_those_of_their_source() -> None:
    figures = table("figures", [{"entity": "body/b", "indicator": "members", "value": "5"}])
    pages = roles(CHAIR | {"end": "2018"}, CHAIR | {"end": "2020"}) | {"figures": figures}
    tables, disputed = with_role_figures({"pages": pages, "none": {}})
    assert tables["pages"]["figures"]["entity"].to_list() == ["body/b", *[ROLE] * 2]
    assert pages["figures"].height == 1
    assert disputed.to_list() == [ROLE]


def test_sources_without_roles_say_nothing() -> None:
    tables, disputed = with_role_figures({"none": {}})
    assert (tables, disputed.to_list()) == ({"none": {}}, [])
