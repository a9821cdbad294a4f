"""Lists on pages: filters that can be taken away, facets that lead on, pages both ways."""

from __future__ import annotations

import html
import re

import httpx2
import pytest

from permed.api.http.release.kinds import KINDS
from permed.api.http.rest.routes import _LISTS
from tests.api.http.sample import ROWS


def _links(page: str) -> dict[str, str]:
    """Text of the first link to every address."""
    found = re.findall(r'<a[^>]* href="([^"]*)"[^>]*>(.*?)</a>', page, re.S)[::-1]
    return {html.unescape(a): html.unescape(re.sub("<[^>]+>", "", t)) for a, t in found}


def _heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page, re.S)
    assert found
    return html.unescape(found[1])


def test_a_facet_leads_to_exactly_as_many_things_as_it_says(client: httpx2.Client) -> None:
    page = client.get("/search?kind=projects").text
    facets = page.partition('<aside id="filters"')[2]
    told = re.findall(
        r'<li><a href="([^"]*)">[^<]*</a> <small class="note">([\d\u202f]+)</small>', facets
    )
    assert len(told) > 3
    for address, count in told:
        narrowed = client.get(html.unescape(address)).text
        assert f"<p>{count} thing" in narrowed, address


@pytest.mark.parametrize("topic", ["pm-relevance/core", "euroscivoc/2"])
def test_topics_among_the_facets_are_topics_of_the_filter(
    client: httpx2.Client, topic: str
) -> None:
    lists = client.get("/api/v1/projects").json()
    counts = {f["value"]: f["count"] for f in lists["facets"]["topic"]}
    assert client.get(f"/api/v1/projects?topic={topic}").json()["total"] == counts[topic]


def test_topics_with_most_things_come_first_and_terms_of_the_model_last(
    client: httpx2.Client,
) -> None:
    page = client.get("/search?kind=topics").text
    assert 'aria-sort="descending"' in page
    told = re.findall(r'<td class="number">([\d\u202f]*)</td></tr>', page)
    counts = [int(n.replace("\u202f", "") or 0) for n in told]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0
    named = client.get("/search?kind=topics&sort=label").text
    assert 'aria-sort="ascending"' in named, "another order can be asked for"


def test_filters_stand_as_words_and_each_can_be_taken_away(client: httpx2.Client) -> None:
    page = client.get("/search?kind=organisations&country=FR&type=university").text
    links = _links(page)
    assert "Université de Lyon" in links.values()
    assert "Agence Nationale de la Recherche" not in links.values()
    assert links["/search?kind=organisations&type=university"].startswith("Country: France")
    assert links["/search?kind=organisations&country=FR"].startswith("Type: university")
    csv = client.get("/api/v1/organisations?country=FR&type=university&format=csv")
    assert "/api/v1/organisations?country=FR&type=university&format=csv" in links
    assert csv.text.count("\n") == 2


def test_pages_lead_both_ways_and_a_page_behind_the_last_leads_to_it(
    client: httpx2.Client,
) -> None:
    first = client.get("/search")
    assert 'rel="next" href="/search?page=2"' in first.text
    assert 'rel="prev"' not in first.text
    second = client.get("/search?page=2").text
    assert 'rel="prev" href="/search"' in second
    behind = client.get("/search?page=9999")
    assert behind.status_code == 303
    assert 'rel="next"' not in client.get(behind.headers["location"]).text


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "Everything"),
        ("kind=calls", "Calls"),
        ("q=permed", "Found for “permed”"),
        ("q=%3Cscript%3E", "Found for “<script>”"),
        (f"q={'long+' * 300}", f"Found for “{('long ' * 16)[:79]}…”"),
        ("q=a&utm_source=mail", "Found for “a”"),
    ],
)
def test_the_heading_says_what_is_listed(client: httpx2.Client, query: str, heading: str) -> None:
    page = client.get(f"/search?{query}").text
    assert _heading(page) == heading
    assert f"<title>{html.escape(heading)} · PerMed Graph</title>" in page


def test_nothing_found_leads_on(client: httpx2.Client) -> None:
    page = client.get("/search?q=zzzzqqqq").text
    assert "Nothing found" in page
    assert "/search?kind=organisations" in _links(page)
    assert "<h2>" not in page.partition("<aside")[2].partition("</aside>")[0]


def test_a_country_leads_to_what_is_in_it(client: httpx2.Client) -> None:
    page = client.get("/page/id/country/FR").text
    french = [o for o in ROWS["organisations"] if o["country"] == "country/FR"]
    way = "/search?kind=organisations&country=FR"
    assert _links(page)[way] == f"{len(french)}organisations"  # the tile with the number
    assert _links(page.partition("<h2>Go on</h2>")[2])[way] == "Organisations here"
    found = client.get("/search?kind=organisations&country=FR").text
    assert f"<p>{len(french)} things" in found


@pytest.mark.parametrize(
    ("thing", "way"),
    [
        ("id/programme/horizon-2020", "/search?kind=projects&programme=horizon-2020"),
        ("id/project/779282", "/search?kind=organisations&activity=project%2F779282"),
        ("scheme/euroscivoc/2", "/search?kind=projects&topic=euroscivoc%2F2"),
        ("scheme/role/funder", "/search?kind=organisations&role=funder"),
        ("scheme/pm-relevance/core", "/search?kind=projects&relevance=core"),
        ("scheme/organisation-type/university", "/search?kind=organisations&type=university"),
        ("id/call/era-permed-jtc2018", "/questions/funders-by-call?call=call%2Fera-permed-jtc2018"),
    ],
)
def test_a_thing_leads_to_lists_and_questions(client: httpx2.Client, thing: str, way: str) -> None:
    assert way in _links(client.get(f"/page/{thing}").text)
    reply = client.get(way)
    assert reply.status_code == 200
    assert "Nothing found" not in reply.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_thing_has_its_lists(web: httpx2.Client, kind: str) -> None:
    """As a page in each of its views, as CSV and as JSON; and with all that the kind holds."""
    page = web.get("/search", params={"kind": kind})
    assert page.status_code == 200, page.text
    views = set(re.findall(r'href="/search\?[^"]*view=([a-z]+)', html.unescape(page.text)))
    assert views
    for view in views:
        assert web.get("/search", params={"kind": kind, "view": view}).status_code == 200, view
    table = web.get("/api/v1/search", params={"kind": kind, "format": "csv"})
    assert table.status_code == 200
    lists = [name for name, (of, _) in _LISTS.items() if of == kind]
    assert lists, f"no list of {kind}"
    for name in lists:
        assert web.get(f"/api/v1/{name}", params={"limit": 1}).json()["total"] >= 1
