"""What stands beside the numbers of pages, against two releases compared by hand."""

from __future__ import annotations

import random
import re
from html import unescape

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.explore.since import ChangesSince
from permed.api.http.rest.changes import ReleasePair, _grouped
from permed.graph.releases.changes import _changes
from tests.api.http.pages.dataset.conftest import FIRST, before
from tests.api.http.sample import tables

_SINCE = re.compile(r'<span class="since">(.*?)since ([^<]*)</span>', re.DOTALL)


def _beside(page: str, href: str) -> dict[str, tuple[int, str]]:
    """Return the signs beside the number that leads to an address: how many, and where to."""
    item = page.partition(f'href="{href}"')[2].partition("</li>")[0]
    told = _SINCE.search(item)
    links = re.findall(r'<a href="([^"]*)">([+−])([\d\u202f]+)', told[1]) if told else []
    return {sign: (int(n.replace("\u202f", "")), unescape(to)) for to, sign, n in links}


@pytest.mark.parametrize(
    ("table", "kind", "of"), [("persons", "people", ""), ("activities", "events", "event")]
)
def test_the_front_page_tells_what_came_and_went_of_a_kind(
    reader: httpx2.Client, table: str, kind: str, of: str
) -> None:
    old, new = (
        {row["id"] for row in rows[table].to_dicts() if not of or row["kind"] == of}
        for rows in (before(), tables())
    )
    beside = _beside(reader.get("/").text, f"/search?kind={kind}")
    expected = {"+": len(new - old), "−": len(old - new)}
    assert {sign: n for sign, (n, _) in beside.items()} == {s: n for s, n in expected.items() if n}
    assert beside
    for n, address in beside.values():
        assert reader.get(address).text.partition("<tbody>")[2].count("<tr>") == n


def test_a_list_of_a_whole_kind_tells_it_too_and_everything_does_not(
    reader: httpx2.Client,
) -> None:
    page = reader.get("/search?kind=people").text
    told = _SINCE.search(page)
    assert told is not None
    assert told[2] == "2026-01-01"
    assert "−1" in told[1]
    assert not _SINCE.search(reader.get("/search").text)


def test_nothing_stands_there_where_there_is_no_release_before(reader: httpx2.Client) -> None:
    for path in ("/", "/search?kind=people"):
        assert not _SINCE.search(
            reader.get(f"{path}{'&' if '?' in path else '?'}release={FIRST}").text
        )


def test_pairs_of_the_counting_rule_are_those_that_differ() -> None:
    drawn = random.Random(7)
    things = ["project/a", "project/ab", "call/a", "csa/a"]
    countries = ["country/FI", "country/FR", "country/F"]
    both = [{(a, c) for a in things for c in countries if drawn.random() < 0.5} for _ in range(2)]
    old, new = (
        {"counting": {"partner_countries": pl.DataFrame(
            sorted(pairs), schema=["activity", "country"], orient="row")}}
        for pairs in both
    )  # fmt: skip
    since = ChangesSince(ReleasePair("2026-01-01-a", "b", _grouped(_changes(old, new))))
    for country in countries:
        for stem in ("project/", "call/"):
            came, went = (
                {p for p in one - other if p[1] == country and p[0].startswith(stem)}
                for one, other in ((both[1], both[0]), (both[0], both[1]))
            )
            told = since.of_rows("partner_countries", (country, stem))
            counted = (told.came, told.went) if told else (0, 0)
            assert counted == (len(came), len(went))
    assert since.of_rows("partner_countries", ("country/FI",)) is not None


def test_what_an_organisation_came_to_coordinate_is_what_differs() -> None:
    drawn = random.Random(11)
    agents = ["organisation/a", "organisation/ab", "organisation/b"]
    activities = ["project/a", "project/ab", "call/a"]
    roles = ["coordinator", "participant"]
    every = [(a, p, r) for a in agents for p in activities for r in roles]
    both = [{row for row in every if drawn.random() < 0.5} for _ in range(2)]
    old, new = (
        {"cordis": {"roles": pl.DataFrame(
            [(*row, None) for row in sorted(rows)], orient="row",
            schema=dict.fromkeys(("agent", "activity", "role"), pl.String) | {"start": pl.Date})}}
        for rows in both
    )  # fmt: skip
    since = ChangesSince(ReleasePair("2026-01-01-a", "b", _grouped(_changes(old, new))))
    for agent in agents:
        before_it, after_it = (
            {p for a, p, role in rows if (a, role) == (agent, "coordinator")} for rows in both
        )
        told = since.of_rows("roles", (agent, "scheme/role/coordinator"))
        counted = (told.came, told.went) if told else (0, 0)
        assert counted == (len(after_it - before_it), len(before_it - after_it))
    assert any(since.of_rows("roles", (a, "scheme/role/coordinator")) for a in agents)


def test_changes_about_a_thing_are_a_part_and_a_thing_that_is_not_is_told(
    reader: httpx2.Client,
) -> None:
    everything = reader.get("/api/v1/changes?format=json").json()
    some = reader.get("/api/v1/changes?format=json&about=person/ada-example").json()
    assert some == [row for row in everything if "person/ada-example" in row["id"].split()]
    assert 0 < len(some) < len(everything)
    page = reader.get("/changes?about=person/ada-example")
    assert "only about" in page.text
    missing = reader.get("/changes?about=person/nobody-at-all")
    assert (missing.status_code, "no such thing" in missing.text) == (404, True)


@pytest.mark.parametrize(
    ("sheet", "thing"),
    [
        ("organisation/dlr", "organisation/dlr"),
        ("organisation/anr", "organisation/anr"),
        ("country/DE", "country/DE"),
        ("country/IT", "country/IT"),
    ],
)
def test_a_sheet_tells_what_changed_of_what_is_said_about_its_thing(
    reader: httpx2.Client, sheet: str, thing: str
) -> None:
    changed = [
        row["change"]
        for row in reader.get("/api/v1/changes?format=json").json()
        if thing in row["id"].split() and row["kind"] in tables()
    ]
    page = reader.get(f"/report/{sheet}").text
    told = page.partition('class="title"')[2].partition("</header>")[0]
    counts = {
        change: (int(number), unescape(href))
        for href, number, change in re.findall(r'<a href="([^"]*)">(\d+) (\w+)</a>', told)
    }
    assert {name: n for name, (n, _) in counts.items()} == {
        name: changed.count(name) for name in set(changed)
    }
    assert ("No row of the sources that names it itself changed since 2026-01-01" in told) is (
        not changed
    )
    for n, address in counts.values():
        assert reader.get(address).text.count(f'href="/id/{thing}"') >= n
