"""The pages of networks without a script: counted, drawn and told as the analyses say."""

from __future__ import annotations

import html
import json
import re
import shlex
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from permed.api.http.network.paths import PathsQuery, ways_of
from permed.api.http.network.picture import edges_of
from permed.api.http.network.selection_form import state_of
from permed.graph.errors import InputError
from tests.api.cli.conftest import Permed
from tests.api.cli.conftest import permed as permed

pytestmark = pytest.mark.long


def test_the_picture_is_the_network_of_the_analyses(
    web: httpx2.Client, permed: Permed, home: Path
) -> None:
    page = web.get("/network?relation=csa").text
    rows = json.loads(
        permed("network", "measure", "--relation", "csa", "--json", "--into", str(home)).stdout
    )
    told = re.search(r"<strong>(\d+)</strong> nodes, <strong>([\d\u202f]+)</strong> ties", page)
    assert told
    assert int(told[1]) == len(rows)
    ties = int(told[2].replace("\u202f", ""))
    assert 2 * ties == sum(row["degree"] for row in rows)
    assert page.count("<circle cx") >= len(rows)
    first = re.findall(r'<tr data-id="([^"]+)">', page.split('id="table"')[1])
    order = sorted(rows, key=lambda r: (-r["degree"], r["id"]))
    assert first == [row["id"] for row in order[:25]]
    graph = web.get("/api/v1/network/graph?relation=csa").json()
    assert len(edges_of(graph["edges"])) == ties
    degree = dict(zip(graph["nodes"]["id"], graph["nodes"]["degree"], strict=True))
    assert degree == {row["id"]: row["degree"] for row in rows}


def test_whole_numbers_read_as_the_script_writes_them(web: httpx2.Client) -> None:
    page = web.get("/network?relation=csa").text
    cells = re.findall(r'<td class="number">([^<]*)</td>', page.split('id="table"')[1])
    strengths = web.get("/api/v1/network/graph?relation=csa").json()["nodes"]["strength"]
    assert any(float(value).is_integer() for value in strengths)
    assert cells
    assert not [cell for cell in cells if cell.endswith(".0")]


def test_the_backbone_is_chosen_in_the_form(web: httpx2.Client) -> None:
    def ties(page: str) -> int:
        told = re.search(r"nodes, <strong>([\d\u202f]+)</strong> ties", page)
        assert told
        return int(told[1].replace("\u202f", ""))

    whole, kept = (web.get(f"/network?relation=csa{b}").text for b in ("", "&backbone=sdsm"))
    graph = web.get("/api/v1/network/graph?relation=csa&backbone=sdsm").json()
    assert ties(kept) == graph["total"]["edges"] < ties(whole)
    assert '<option value="sdsm" selected>' in kept
    assert "--backbone sdsm" in html.unescape(kept)
    assert "/api/v1/network/measure?relation=csa&amp;backbone=sdsm" in kept


def test_the_command_of_the_page_gives_the_same_nodes(
    web: httpx2.Client, permed: Permed, home: Path
) -> None:
    page = web.get("/network?nodes=countries&relation=csa&from=2018").text
    command = shlex.split(html.unescape(re.findall(r'<code id="command">(.*?)</code>', page)[0]))
    rows = json.loads(permed(*command[1:], "--json", "--into", str(home)).stdout)
    told = re.search(r"<strong>(\d+)</strong> nodes", page)
    assert told
    assert int(told[1]) == len(rows) > 0


def test_the_query_of_the_page_gives_the_ties_that_it_counts(web: httpx2.Client) -> None:
    page = web.get("/network?nodes=countries&relation=csa&from=2018").text
    href = re.findall(r'<a id="sparql" href="(/editor\?[^"]+)"', page)
    query = parse_qs(urlsplit(html.unescape(href[0])).query)["query"][0]
    answer = web.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    told = re.search(r"<strong>([\d\u202f]+)</strong> ties", page)
    assert told
    assert int(told[1].replace("\u202f", "")) == len(answer.text.splitlines()) - 1 > 0
    editor = web.get(html.unescape(href[0])).text
    assert html.escape(query.splitlines()[-1], quote=False) in editor
    kept = web.get("/network?relation=csa&backbone=sdsm").text
    assert "It gives the ties before the test of the backbone" in kept


def test_a_path_names_every_step_with_its_activities(web: httpx2.Client) -> None:
    ends = {"from": "organisation/dlr", "to": "organisation/zonmw"}
    page = web.get("/path", params=ends).text
    rows = web.get("/api/v1/network/path", params=ends).json()
    assert rows
    for row in rows:
        for activity in row["activities"][:12]:
            assert f'href="/id/{activity}"' in page
    assert "How two are connected" in web.get("/path").text


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/network?relation=zzz", 400, "zzz"),
        ("/network?colour=green", 400, "unknown colour"),
        ("/network?reltion=csa", 400, "did you mean relation"),
        ("/network?min_weight=much", 400, "give a number"),
        ("/path?from=DLR&to=nobody-there", 404, "nobody-there"),
    ],
)
def test_what_cannot_be_shown_is_told_on_the_page(
    web: httpx2.Client, address: str, status: int, told: str
) -> None:
    reply = web.get(address)
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert told in html.unescape(reply.text)
    assert "<form" in reply.text


def test_an_address_without_words_is_the_network_of_the_actions() -> None:
    assert state_of([]).selection == {"relation": ["csa"]}
    assert state_of([("relation", "")]).selection == {}
    asked = [("relation", "csa"), ("relation", "call"), ("from", "2019"), ("weight", "count")]
    state = state_of([*asked, ("size", "core"), ("rollup", "true")])
    assert state.selection == {"relation": ["csa", "call"], "from": "2019", "rollup": True}
    assert state.view["size"] == "core"
    assert "weight" not in state.query


def test_ends_and_years_of_a_path_are_told_apart() -> None:
    asked = PathsQuery.of([("from", "a b"), ("to", "c"), ("first", "2015"), ("relation", "csa")])
    assert (asked.one, asked.other) == ("a b", "c")
    assert asked.selection == {"from": "2015", "relation": ["csa"]}
    assert asked.command == "permed network path 'a b' c --from 2015 --relation csa"
    assert asked.rest == "/api/v1/network/path?from=a+b&to=c&first=2015&relation=csa"
    with pytest.raises(InputError, match="unknown parameter 'frm'"):
        PathsQuery.of([("frm", "x")])


def test_steps_stay_with_their_way() -> None:
    def row(path: int, one: str, other: str, joint: int) -> dict[str, object]:
        names = [f"project/{n}" for n in range(joint)]
        return {
            "path": path, "one": one, "one_label": None, "other": other, "other_label": "B",
            "activities": names, "activity_labels": names, "activity_years": [""] * joint,
        }  # fmt: skip

    ways = ways_of([row(1, "a", "b", 1), row(1, "b", "c", 14), row(2, "a", "c", 2)])
    assert [len(way.steps) for way in ways] == [2, 1]
    assert (len(ways[0].steps[1].joint), ways[0].steps[1].more) == (12, 2)
    assert ways[0].steps[0].one == ("a", "a")
