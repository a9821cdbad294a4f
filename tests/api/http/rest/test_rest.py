"""Lists with filters, search, facets and cursors; the catalogue; pages; metrics."""

from __future__ import annotations

import io
from typing import Any

import httpx2
import polars as pl
import pytest

from permed.api.http.rest.routes import _LISTS


def ids(client: httpx2.Client, path: str, **params: object) -> list[str]:
    reply = client.get(f"/api/v1/{path}", params={k: str(v) for k, v in params.items()})
    assert reply.status_code == 200, reply.text
    return [item["id"] for item in reply.json()["items"]]


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        ("organisations", {"country": "FR"}, {"organisation/anr", "organisation/universite-lyon"}),
        ("organisations", {"role": "funder"}, {"organisation/anr", "organisation/frrb"}),
        ("organisations", {"type": "university"}, {"organisation/universite-lyon"}),
        ("organisations", {"has_identifier": "pic"}, {"organisation/anr"}),
        ("organisations", {"activity": "consortium/icpermed"},
         {"organisation/anr", "organisation/dlr"}),
        ("funders", {}, {"organisation/anr", "organisation/frrb"}),
        ("funders", {"country": "IT"}, {"organisation/frrb"}),
        ("csas", {}, {"project/101000001"}),
        ("projects", {"year": 2022}, {"project/779282", "project/101000001"}),
        ("projects", {"topic": "euroscivoc/2"}, {"project/101000001"}),
        ("projects", {"relevance": "core"}, {"project/779282", "project/101000001"}),
        ("publications", {"year": 2019}, {"output/vision-paper"}),
        ("experts", {}, {"person/ada-example"}),
        ("calls", {}, {"call/era-permed-jtc2018"}),
    ],
)  # fmt: skip
def test_filters(
    client: httpx2.Client, path: str, params: dict[str, Any], expected: set[str]
) -> None:
    assert set(ids(client, path, **params)) == expected


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Deutsches Zentrum", "organisation/dlr"),
        ("universite lyon", "organisation/universite-lyon"),
        ("Univeristé de Lyon", "organisation/universite-lyon"),
        ("aerospce", "organisation/dlr"),
        ("ricer", "organisation/frrb"),
        ("ANR", "organisation/anr"),
    ],
)
def test_search_forgives_in_every_language(client: httpx2.Client, text: str, best: str) -> None:
    assert ids(client, "organisations", q=text)[0] == best


def test_facets_count_what_the_filters_then_find(client: httpx2.Client) -> None:
    facets = client.get("/api/v1/organisations").json()["facets"]
    for facet in (*facets["country"], *facets["type"], *facets["role"]):
        name = next(n for n in ("country", "type", "role") if facet in facets[n])
        found = ids(client, "organisations", **{name: facet["value"]})
        assert (bool(facet["label"]), len(found)) == (True, facet["count"])


def test_a_cursor_walks_everything_once(client: httpx2.Client) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get("/api/v1/topics", params={"limit": "40", "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == page["total"]
    first = client.get("/api/v1/topics", params={"limit": "1"}).json()["next"]
    reply = client.get("/api/v1/topics", params={"limit": "1", "cursor": first, "q": "x"})
    assert (reply.status_code, "other filters" in reply.json()["detail"]) == (400, True)


def test_csv_and_parquet_hold_the_same(client: httpx2.Client) -> None:
    text = client.get("/api/v1/organisations?format=csv")
    table = client.get("/api/v1/organisations?format=parquet")
    names = pl.read_csv(io.BytesIO(text.content))["id"].to_list()
    assert names == pl.read_parquet(io.BytesIO(table.content))["id"].to_list()
    assert text.headers["x-permed-total"] == "6"


@pytest.mark.parametrize("name", _LISTS)
def test_every_list_and_its_things(client: httpx2.Client, name: str) -> None:
    items = client.get(f"/api/v1/{name}", params={"limit": "2"}).json()["items"]
    for item in items:
        reply = client.get(f"/api/v1/{name}/{item['id']}")
        assert (reply.status_code, reply.json()["id"]) == (200, item["iri"])
    tag = client.get(f"/api/v1/{name}").headers["etag"]
    assert client.get(f"/api/v1/{name}", headers={"If-None-Match": tag}).status_code == 304


def test_the_catalogue_runs_and_takes_terms_only(client: httpx2.Client) -> None:
    listed = client.get("/queries").json()
    for question in listed:
        given = {p["name"]: p["example"] for p in question["params"] if not p["optional"]}
        reply = client.get(question["href"], params=given, headers={"Accept": "text/csv"})
        # an example may name a thing that only the packaged data know
        known = reply.status_code == 200 or "of this name" in reply.json()["detail"]
        assert known, (question["name"], reply.text)
        assert client.get(question["page"]).status_code == reply.status_code
    funders = client.get("/queries/funders-by-call", params={"format": "csv"}).text
    assert "Fondazione Regionale" in funders
    plain = client.get("/queries/funders-by-call", params={"format": "csv", "safe": "false"})
    assert plain.text == funders  # none of its texts is a formula
    hostile = "> } SELECT * { ?s ?p ?o } #"
    reply = client.get("/queries/funders-by-call", params={"call": hostile})
    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert client.get("/questions/funders-by-call", params={"call": hostile}).status_code == 404
    taken = client.get("/queries/funders-by-call", params={"call": "jtc2018"})
    assert taken.headers["permed-parameters"] == "call=call/era-permed-jtc2018"
    page = client.get("/questions/funders-by-call", params={"call": "jtc2018"}).text
    assert "was taken as" in page
    unknown = client.get("/queries/funders-by-call", params={"nope": "1"})
    assert (unknown.status_code, "nope" in unknown.json()["detail"]) == (400, True)


def test_openapi_knows_every_question_and_list(client: httpx2.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {f"/queries/{q['name']}" for q in client.get("/queries").json()} <= set(paths)
    assert {f"/api/v1/{name}" for name in _LISTS} <= set(paths)
    assert {"/sparql", "/reconcile", "/data/{path}"} <= set(paths)


@pytest.mark.parametrize("path", ["/", "/search?q=aerospace", "/questions", "/editor", "/docs"])
def test_pages_need_nothing_from_elsewhere(client: httpx2.Client, path: str) -> None:
    reply = client.get(path, headers={"Accept": "text/html"})
    assert reply.status_code == 200
    assert '<html lang="en">' in reply.text
    assert "'unsafe-inline'" not in reply.headers["content-security-policy"]
    for mark in ("<script>", "style=", "onclick", 'src="http', "cdn."):
        assert mark not in reply.text
    assert client.get("/static/style.css").status_code == 200


def test_metrics_and_readiness(client: httpx2.Client) -> None:
    client.get("/api/v1/organisations")
    text = client.get("/metrics").text
    assert 'permed_release{id="2026-01-01-sample"} 1.0' in text
    assert "permed_loader_memory_bytes" in text
    assert 'permed_requests_total{method="GET",route="/api/v1/organisations",status="200"}' in text
    assert client.get("/readyz").json()["release"] == "2026-01-01-sample"
