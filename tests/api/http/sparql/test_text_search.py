"""Text search over HTTP: the same things as the lists find, and a description that says so."""

from __future__ import annotations

import httpx2
import pytest
import rdflib

from permed.graph.store.query.text_search import TEXT_QUERY

_SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")


def _ask(client: httpx2.Client, query: str, **more: str) -> httpx2.Response:
    return client.get("/sparql", params={"query": query, "format": "csv", **more})


@pytest.mark.parametrize("words", ["agence", "aero bonn", "ministry of examples", "04bwf3e34"])
def test_a_query_finds_what_the_list_finds(client: httpx2.Client, words: str) -> None:
    listed = client.get("/api/v1/search", params={"q": words, "limit": 1000}).json()
    reply = _ask(client, f'SELECT ?s {{ ?s pmtext:query "{words}" }}')
    exact = {item["iri"] for item in listed["items"]}
    found = set(reply.text.split()[1:])
    assert found == exact or (words == "aero bonn" and not found)  # lists forgive a missing word


def test_a_mistake_is_told_in_the_users_own_text(client: httpx2.Client) -> None:
    reply = _ask(client, 'SELECT * {\n ?s pmtext:query "agence" ; rdfs:label ?l .\n ?x ?y }')
    assert reply.status_code == 400
    assert reply.json()["detail"].startswith("line 3, column ")
    refused = _ask(client, "SELECT * {\n ?s pmtext:query ?words }")
    assert (refused.status_code, refused.json()["detail"][:7]) == (400, "line 2,")


def test_the_service_says_that_it_searches_text(client: httpx2.Client) -> None:
    feature = rdflib.URIRef(TEXT_QUERY)
    told = rdflib.Graph().parse(data=client.get("/sparql").text, format="turtle")
    assert (None, _SD.propertyFeature, feature) in told
    page = client.get("/text", headers={"Accept": "text/html"})
    assert "pmtext:query" in page.text
    own = client.get("/text", headers={"Accept": "text/turtle"})
    described = rdflib.Graph().parse(data=own.text, format="turtle")
    assert (feature, rdflib.RDF.type, _SD.Feature) in described
