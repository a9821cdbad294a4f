"""Chart, map and network of a query's result: what they show, leave out and refuse."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import httpx2
import pyoxigraph as ox
import pytest

from permed.api.http.pages.query_editor.result_views import map_of, network_of
from permed.api.http.release.reading import empty_directory

BASE = "https://example.org/"
NUMBERED = 'SELECT ?name ?n { VALUES (?name ?n) { ("a" 5) ("b" 12) ("c" 7) } }'
BY_COUNTRY = (
    "SELECT ?country (COUNT(*) AS ?n) { ?o a eurio:Organisation ; pm:country ?country } "
    "GROUP BY ?country"
)
PAIRS = (
    "SELECT ?activity ?organisation { ?activity pm:partner ?organisation } "
    "ORDER BY ?activity ?organisation LIMIT 30"
)
PLACES = "SELECT ?o { ?o a eurio:Organisation } ORDER BY ?o LIMIT 60"


@pytest.fixture
def prefixes(client: httpx2.Client) -> str:
    page = client.get("/editor").text
    found = re.search(r"pm&#34;: &#34;([^&]+)|PREFIX pm: &lt;([^&]+)&gt;", page)
    assert found is not None
    return f"PREFIX pm: <{found[1] or found[2]}> PREFIX eurio: <http://data.europa.eu/s66#> "


def shown(client: httpx2.Client, query: str, view: str) -> str:
    page = client.get("/editor", params={"query": query, "run": "1", "view": view})
    assert page.status_code == 200
    return page.text.partition('id="result"')[2].partition("<aside")[0]


def answer(client: httpx2.Client, query: str) -> list[dict[str, Any]]:
    told = client.get("/sparql", params={"query": query, "format": "json"}).json()
    rows: list[dict[str, Any]] = told["results"]["bindings"]
    return rows


def test_a_chart_holds_the_numbers_of_the_result(client: httpx2.Client) -> None:
    rows = answer(client, NUMBERED)
    most = sorted((int(row["n"]["value"]) for row in rows), reverse=True)[:25]
    bars = re.findall(r'</th><td class="number">([^<]+)</td>', shown(client, NUMBERED, "chart"))
    assert [int(re.sub(r"\D", "", bar)) for bar in bars] == most


def test_a_map_of_countries_has_a_square_for_each(client: httpx2.Client, prefixes: str) -> None:
    told = shown(client, prefixes + BY_COUNTRY, "map")
    rows = answer(client, prefixes + BY_COUNTRY)
    there = {
        f"/id/{row['country']['value'].partition('/id/')[2]}": row["n"]["value"] for row in rows
    }
    squares = dict(re.findall(r'<a href="(/id/country/..)">.*?, n: (\d+)</title>', told))
    assert {at: squares[at] for at in squares if at in there} == {
        at: n for at, n in there.items() if at in squares
    }
    assert set(squares) & set(there)


def test_things_are_drawn_where_they_are_and_the_rest_is_counted(
    client: httpx2.Client, prefixes: str
) -> None:
    told = shown(client, prefixes + PLACES, "map")
    drawn = told.count("<circle")
    said = re.search(r"(\d+) of (\d+) things are drawn(?:; (\d+) have no known place)?", told)
    assert said is not None
    assert (int(said[1]), int(said[1]) + int(said[3] or 0)) == (drawn, int(said[2]))
    assert int(said[2]) == len(answer(client, prefixes + PLACES))


def test_a_network_joins_what_stands_in_one_row(client: httpx2.Client, prefixes: str) -> None:
    rows = answer(client, prefixes + PAIRS)
    ties = {(r["activity"]["value"], r["organisation"]["value"]) for r in rows}
    told = shown(client, prefixes + PAIRS, "network")
    assert f"{len({end for tie in ties for end in tie})} things, {len(ties)} ties" in told
    assert told.count('class="between"') == len(ties)
    degree = Counter(end for tie in ties for end in tie)
    assert sorted(map(int, re.findall(r", ties: (\d+)</title>", told))) == sorted(degree.values())


@pytest.mark.parametrize("view", ["chart", "map", "network"])
def test_what_cannot_be_drawn_says_what_it_needs(client: httpx2.Client, view: str) -> None:
    told = shown(client, "SELECT ?x { VALUES ?x { 1 2 } }", view)
    assert f"A {view} needs" in told
    assert "<svg" not in told


def test_an_unknown_view_is_refused(client: httpx2.Client) -> None:
    assert client.get("/editor?view=hologram").status_code == 400


def test_large_networks_say_what_they_leave_out() -> None:
    node = [ox.NamedNode(f"https://other.org/{n}") for n in range(120)]
    rows = [{"a": node[0], "b": one, "n": ox.Literal(2)} for one in node[1:]]
    rows += [
        {
            "a": node[1],
            "b": node[0],
            "n": ox.Literal(
                "INF", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")
            ),
        }
    ]
    found = network_of(rows, empty_directory(BASE), BASE)
    assert found.note.startswith("80 things, 79 ties between a and b: those with the most ties")
    assert "of 120 things and 119 ties" in found.note
    assert "nan" not in found.svg
    assert "inf" not in found.svg


def test_hostile_addresses_and_names_stay_text() -> None:
    script = ox.NamedNode("javascript:alert(1)")
    rows = [{"a": script, "b": ox.NamedNode("https://other.org/&lt;x")}]
    drawn = network_of(rows, empty_directory(BASE), BASE).svg
    assert 'href="javascript' not in drawn
    assert "&amp;lt;x" in drawn
    assert map_of(rows, empty_directory(BASE)).why
