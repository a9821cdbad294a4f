"""Every row says where it comes from, and dates are no more precise than their source."""

from __future__ import annotations

import polars as pl
import pytest

from permed.queries.catalogue import Catalogue
from tests.queries.conftest import Ask

_ALL = {q.name: q for q in Catalogue.load()}
# rows that say that nothing was found have no source
_NOTHING = {
    "stoa-reports": pl.col("report").is_null(),
    "topic-coverage": pl.col("state") == "none",
}


@pytest.mark.parametrize(
    "name", sorted(name for name, question in _ALL.items() if not question.sourceless)
)
def test_every_row_names_its_source(ask: Ask, name: str) -> None:
    rows = ask(name, **_ALL[name].examples())
    rows = rows.filter(~_NOTHING.get(name, pl.lit(False)))
    bare = rows.filter(~pl.col("source").fill_null("").str.starts_with("http"))
    assert bare.height == 0, bare.row(0, named=True)


def test_8_a_year_stays_a_year(ask: Ask) -> None:
    rows = ask("body-roles", date="2020-06-01")
    row = rows.filter(pl.col("holderName") == "Wolfgang Ballensiefen", pl.col("as") == "vice-chair")
    # a page of 2019 saw the office held; no page says that it ended
    assert row.select("from", "until", "seen").rows() == [("2016", None, "2019-11")]
    assert "Astrid Vicente" not in rows["holderName"].to_list()


def test_8_the_coordinator_is_one_row_of_two_pages(ask: Ask) -> None:
    rows = ask("body-roles").filter(
        pl.col("bodyName") == "ICPerMed Secretariat", pl.col("as") == "coordinator"
    )
    assert rows["from"].to_list() == ["2016-11"]
    assert len(rows["source"][0].split()) == 2


def test_20_what_came_of_an_event(ask: Ask) -> None:
    outcome = dict(ask("family-events").select("eventName", "outcome").rows())
    assert outcome["EP PerMed conference on PM research"].endswith(" - Report")
    workshop = outcome["2nd ICPerMed Workshop: Citizens, patients and implementation"]
    assert workshop == "Report of the 2nd ICPerMed Workshop"


def test_20_a_month_stays_a_month(ask: Ask) -> None:
    held = dict(ask("family-events").select("eventName", "held").rows())
    assert held["EU-Africa PerMed second stakeholder workshop"] == "2023-02"
    assert held["ERA PerMed Final Symposium 2023"] == "2023"
    assert held["2nd ICPerMed Workshop: Citizens, patients and implementation"] == (
        "2019-11-05 to 2019-11-06"
    )


def test_26_since_when(ask: Ask) -> None:
    rows = {r["member"].rsplit("/", 1)[1]: r for r in ask("membership").to_dicts()}
    assert (rows["hrb"]["since"], rows["fct"]["since"], rows["fct"]["seen"]) == (
        "2016",
        None,
        "2017",
    )
    assert rows["monika-frenzel"]["organisation"] == "French National Research Agency"
