"""Flows on the map: the pairs and numbers of the network, each leading to its activities."""

from __future__ import annotations

import html
import re
from collections import Counter
from itertools import combinations
from urllib.parse import parse_qs, urlsplit

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.explore.flows import Flow, beside_each_other, flows_of, places_of
from permed.graph.network.projection.selection import release_roles
from permed.graph.releases.release import Release

ROW = re.compile(
    r'<tr><td><a href="/id/([^"]+)">[^<]+</a></td><td><a href="/id/([^"]+)">[^<]+</a></td>'
    r'<td class="number"><a href="([^"]+)">([^<]+)</a></td></tr>'
)


def test_flows_are_the_rows_of_the_file_heaviest_first() -> None:
    file = (
        b"Source,Target,Type,Weight,source_label,target_label\n"
        b"country/DE,country/FR,Undirected,1.5,Germany,France\n"
        b'country/BE,country/DE,Undirected,3.0,"Belgium, the",\n'
    )
    assert flows_of(file) == [
        Flow("country/BE", "Belgium, the", "country/DE", "country/DE", 3.0),
        Flow("country/DE", "Germany", "country/FR", "France", 1.5),
    ]


def test_no_name_stands_on_another() -> None:
    crowd = {str(n): ((100.0, 100.0 + 5 * n), "Netherlands") for n in range(4)}
    far = {"far": ((500.0, 100.0), "Greece")}
    assert beside_each_other(crowd | far) == {"0": "start", "1": "end", "far": "start"}
    assert beside_each_other({"0": crowd["0"], "below": ((100.0, 130.0), "Italy")}) == {
        "0": "start", "below": "start",
    }  # fmt: skip


def test_a_place_is_where_half_of_its_organisations_are_on_either_side(release: Release) -> None:
    rows = [
        row
        for source in release.sources
        if "organisations" in release.tables(source)
        for row in release.tables(source)["organisations"].to_dicts()
        if row["country"] == "country/FI" and row["longitude"] and row["latitude"]
    ]
    known = {row["id"]: (float(row["longitude"]), float(row["latitude"])) for row in rows}
    longitude, latitude = places_of(release, "countries")["country/FI"]
    assert len(known) > 5
    for at, middle in ((0, longitude), (1, latitude)):
        assert sum(place[at] <= middle for place in known.values()) >= len(known) / 2
        assert sum(place[at] >= middle for place in known.values()) >= len(known) / 2


@pytest.mark.long
def test_every_number_leads_to_its_activities(web: httpx2.Client, release: Release) -> None:
    roles = release_roles(release).roles.filter(pl.col("activity_kind") == "csa")
    countries: dict[str, set[str]] = {}
    for activity, country in roles.select("activity", "agent_country").drop_nulls().iter_rows():
        countries.setdefault(activity, set()).add(f"country/{country}")
    pairs = Counter(p for held in countries.values() for p in combinations(sorted(held), 2))
    page = web.get("/map/flows?relation=csa").text
    rows = ROW.findall(page)
    assert [int(n) for *_, n in rows] == sorted(pairs.values(), reverse=True)[: len(rows)]
    for one, other, href, number in rows[:3] + rows[-3:]:
        assert pairs[one, other] == int(number)
        asked = parse_qs(urlsplit(html.unescape(href)).query)
        assert (asked["from"], asked["to"], asked["relation"]) == ([one], [other], ["csa"])
    joint = web.get(html.unescape(rows[0][2]))
    assert joint.status_code == 200
    assert "are connected</h1>" in joint.text
    assert page.count("<line ") > 50
    assert f"{len(pairs)} in all" in page


@pytest.mark.long
def test_a_map_has_no_place_of_a_topic(web: httpx2.Client) -> None:
    reply = web.get("/map/flows?nodes=topics")
    assert reply.status_code == 400
    assert "countries and regions" in reply.text
    assert web.get("/map/flows?nodes=regions&relation=csa&box=-170,-56,180,78").status_code == 200
    assert "did you mean relation" in web.get("/map/flows?reltion=csa").text
