"""Strategies on a map and side by side, against the files that state them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import httpx2
import pytest

from permed.api.http.pages.secretariat.strategies import side_by_side
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue
from tests import ROOT
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release
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
    money = {row["id"]: row["money"] for row in beside[1].rows}
    assert (
        "100\u202f000\u202f000 DKK"
        in money["strategy/dk-national-strategy-for-personalised-medicine-2017-2020"]
    )


_OWN = f"""
<{BASE}id/strategy/de-plan> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology#Strategy> .
<{BASE}id/strategy/de-plan> <http://www.w3.org/2000/01/rdf-schema#label> "A plan" .
<{BASE}id/strategy/de-plan> <{BASE}ontology#country> <{BASE}id/country/DE> .
<{BASE}id/strategy/de-plan> <{BASE}ontology#startAsStated> "2019" .
<{BASE}id/strategy/de-plan> <http://www.w3.org/ns/prov#wasDerivedFrom> <https://example.org/plan> .
"""  # noqa: E501


@pytest.fixture(scope="module")
def with_a_plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server over a release with one strategy."""
    home = tmp_path_factory.mktemp("strategies")
    make_release(home, "2026-01-01-sample", _OWN)
    with running(home, settings_of()) as address:
        yield address


@pytest.mark.parametrize("asked", ["", "?country=", "?country=Germany", "?country=DE&country=FR"])
def test_the_page_lets_choose_and_shows_what_is_known(with_a_plan: str, asked: str) -> None:
    page = httpx2.get(f"{with_a_plan}/strategies{asked}")
    assert page.status_code == 200
    assert '<option value="country/DE" selected>Germany</option>' in page.text
    assert re.search(r'<a href="/id/strategy/de-plan">A plan</a> \(since 2019\)', page.text)
    assert '<a href="https://example.org/plan">source</a>' in page.text


def test_the_page_draws_the_map_and_says_where_nothing_is_known(client: httpx2.Client) -> None:
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
