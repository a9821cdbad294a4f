"""Addresses for programs that people open all the same: a browser gets a page, a program data."""

from __future__ import annotations

import re
from html import unescape
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from tests.api.http.sample import BASE

_BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


@pytest.mark.parametrize("accept", [_BROWSER["Accept"], "text/html"])
@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o } LIMIT 2", "ASK {}", "DESCRIBE <x:y>"])
def test_a_link_to_a_query_opens_in_the_editor(
    client: httpx2.Client, query: str, accept: str
) -> None:
    reply = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (reply.status_code, "Accept" in reply.headers["vary"]) == (303, True)
    target = urlsplit(reply.headers["location"])
    assert (target.netloc, target.path) == ("", "/editor")
    assert parse_qs(target.query) == {"query": [query], "run": ["1"]}
    assert client.get(reply.headers["location"]).status_code == 200


def test_a_link_to_a_query_is_data_for_all_others(client: httpx2.Client) -> None:
    asked = {"query": "ASK {}"}
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/sparql-results+json"}):
        assert client.get("/sparql", params=asked, headers=headers).status_code == 200
    reply = client.get("/sparql", params=asked | {"format": "csv"}, headers=_BROWSER)
    assert (reply.status_code, reply.headers["content-type"][:8]) == (200, "text/csv")
    assert client.post("/sparql", data=asked, headers=_BROWSER).status_code == 200


_SAMPLE = f"/graphs?{urlencode({'graph': f'{BASE}graph/sample'})}"


@pytest.mark.parametrize(
    ("path", "title", "data"),
    [
        ("/graphs", "Named graphs", "application/json"),
        (_SAMPLE, "Sample", "text/turtle"),
        ("/graphs?default", "The default graph", "text/turtle"),
        ("/.well-known/void", "PerMed Graph as a data set", "text/turtle"),
        ("/shacl-report", "Quality report", "text/turtle"),
        ("/reconcile", "Reconciliation service", "application/json"),
    ],
)
def test_what_programs_read_has_a_page(
    client: httpx2.Client, path: str, title: str, data: str
) -> None:
    page = client.get(path, headers=_BROWSER)
    assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html")
    assert f"<h1>{title}</h1>" in page.text
    plain = client.get(path)
    assert plain.headers["content-type"].startswith(data)
    assert "Accept" in plain.headers["vary"]
    assert plain.headers["etag"] != page.headers["etag"]
    again = client.get(path, headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_graph_leads_to_all_its_forms(client: httpx2.Client) -> None:
    page = client.get(_SAMPLE, headers=_BROWSER).text
    for form in ("ttl", "nt", "nq", "trig", "rdf", "jsonld"):
        address = f"{_SAMPLE}&format={form}"
        assert address.replace("&", "&amp;") in page
        reply = client.get(address, headers=_BROWSER)
        assert (reply.status_code, reply.headers["content-type"][:9]) != (200, "text/html")
    moved = client.get("/graph/sample", headers=_BROWSER)
    assert (moved.status_code, moved.headers["location"]) == (303, _SAMPLE)


def test_a_graph_says_how_much_it_holds_and_where_its_file_is(
    client: httpx2.Client, http_home: Path
) -> None:
    page = client.get(_SAMPLE, headers=_BROWSER).text
    file = next(http_home.glob("*/graphs/sample.nq"))
    assert f"<dd>{len(file.read_text().splitlines()):,}</dd>" in page
    href = f"/releases/{file.parents[1].name}/graphs/sample.nq"
    assert f'href="{href}"' in page
    assert client.get(href).content == file.read_bytes()


def test_a_program_gets_the_description_of_a_graph(client: httpx2.Client) -> None:
    moved = client.get("/graph/sample", headers={"Accept": "text/turtle"})
    assert (moved.status_code, moved.headers["location"]) == (303, "/.well-known/void")
    assert moved.headers["link"] == f'<{_SAMPLE}>; rel="item"'
    told = client.get(moved.headers["location"], headers={"Accept": "application/n-triples"}).text
    assert "<https://w3id.org/permed/graph/sample>" in told
    assert client.get("/graph/none").status_code == 404


def test_the_index_names_release_and_software(client: httpx2.Client) -> None:
    told = client.get("/api").json()
    assert told["release"] == client.get("/readyz").json()["release"]
    assert told["software"] == {"name": "permed-graph", "version": version("permed-graph")}


def test_a_graph_that_is_not_there_has_no_page(client: httpx2.Client) -> None:
    reply = client.get("/graphs?graph=http://x/none", headers=_BROWSER)
    assert (reply.status_code, reply.headers["content-type"][:9]) == (404, "text/html")


def test_the_list_of_graphs_leads_to_each(client: httpx2.Client) -> None:
    page = client.get("/graphs", headers=_BROWSER).text
    for graph in client.get("/graphs").json()["graphs"]:
        address = f"/graphs?{urlencode({'graph': graph})}"
        assert f'href="{address}"' in page
        assert client.get(address, headers=_BROWSER).status_code == 200


def test_the_page_of_addresses_names_every_parameter_and_explains_it(client: httpx2.Client) -> None:
    page = re.sub(r"<wbr>", "", client.get("/docs").text)
    groups = page.split("<section>")[1:]
    described = client.get("/openapi.json").json()["paths"]
    found = 0
    for group in groups:
        shared, *rest = group.split('<div class="operation">')
        explained = set(re.findall(r"<tr><td><code>([^<]+)</code></td><td>\S", shared))
        for part in rest:
            method, path = re.findall(r'badge">(\w+)</span> (?:<a [^>]*>)?<code>([^<]+)<', part)[0]
            given = described[unescape(path)][method.lower()].get("parameters", ())
            own = re.findall(r"<tr><td><code>([^<]+)</code></td><td>", part)
            said = part.partition('<p class="note">')[2].partition("</p>")[0]
            also = re.findall(r"<code>([^<]+)</code>", said)
            assert sorted([*own, *also]) == sorted(p["name"] for p in given), path
            assert set(also) <= explained, path
            found += 1
    assert found == sum(len(methods) for methods in described.values())
