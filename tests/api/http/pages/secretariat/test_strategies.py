"""Strategies on a map and side by side, against the files that state them."""

from __future__ import annotations

import csv

import httpx2
import pytest

from permed.api.http.pages.secretariat.strategies import side_by_side
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue
from tests import ROOT
from tests.queries.conftest import BASE

_FILE = ROOT / "ingest/sources/icpermed/data/activities/strategies.csv"


def test_side_by_side_holds_every_strategy_of_the_files(store: EmbeddedStore) -> None:
    with _FILE.open(encoding="utf-8", newline="") as file:
        stated = {(row["country"], row["id"]) for row in csv.DictReader(file) if row["country"]}
    question = Catalogue.load().get("strategies")
    rows = store.query(question.sparql(BASE)).frame()
    countries = ["country/FI", "country/DK", "country/IT", "country/AQ"]
    beside = side_by_side(rows, countries, {"country/FI": "Finland"}, BASE)
    assert [one.country for one in beside] == countries
    assert beside[0].name == "Finland"
    for one in beside:
        assert {row["id"] for row in one.rows} == {me for c, me in stated if c == one.country}
        years = [row["from"] for row in one.rows if row["from"]]
        assert years == sorted(years)
        assert one.first == (years[0][:4] if years else "")
    assert beside[3].rows == []


def test_the_page_draws_the_map_and_lets_choose(client: httpx2.Client) -> None:
    page = client.get("/strategies?country=Germany&country=FR")
    assert page.status_code == 200
    assert '<svg class="tiles-map"' in page.text
    assert page.text.count("<td>no page at hand names one</td>") == 2  # of a small release
    assert '<a href="/id/country/DE">Germany</a>' in page.text


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [("country=Atlantis", 404, "no country of this name"),
     ("&".join(f"country={c}" for c in ("DE", "FR", "IT", "DE", "FR")), 400, "at most 4")],
)  # fmt: skip
def test_what_is_no_country_is_refused(
    client: httpx2.Client, asked: str, status: int, says: str
) -> None:
    page = client.get(f"/strategies?{asked}")
    assert (page.status_code, says in page.text) == (status, True)
    assert '<svg class="tiles-map"' in page.text
