"""What clients send beside the standard: each of these came from a real one."""

from __future__ import annotations

import httpx2
import pytest
import rdflib
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from tests.api.http.conftest import settings_of

_GRAPH = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 1"
_ROWS = "SELECT * { ?s ?p ?o } LIMIT 1"


@pytest.mark.parametrize(
    ("form", "read_as"),
    [(JSONLD, "json-ld"), (N3, "turtle"), (TURTLE, "turtle"), (RDFXML, "xml"), (XML, "xml")],
)
@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib about itself
def test_sparqlwrapper_reads_triples(address: str, form: str, read_as: str, method: str) -> None:
    wrapper = SPARQLWrapper(f"{address}/sparql")
    wrapper.setQuery(_GRAPH)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(form)
    body = wrapper.query().response.read()
    assert len(rdflib.Graph().parse(data=body, format=read_as)) == 1


@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_rows(address: str, form: str) -> None:
    wrapper = SPARQLWrapper(f"{address}/sparql")
    wrapper.setQuery(_ROWS)
    wrapper.setReturnFormat(form)
    assert wrapper.queryAndConvert()


@pytest.mark.parametrize(
    ("parameters", "accept", "media"),
    [
        ("default-graph-uri=&named-graph-uri=", "*/*", "application/sparql-results+json"),
        ("format=text%2Fcsv", "*/*", "text/csv"),
        ("format=application%2Fsparql-results%2Bjson&debug=on", "*/*", "sparql-results+json"),
        ("format=application/sparql-results+xml", "*/*", "sparql-results+xml"),
        ("format=none&output=tsv", "*/*", "text/tab-separated-values"),
        ("results=csv", "*/*", "text/csv"),
        ("format=none", "text/csv", "text/csv"),
        ("format=", "text/csv", "text/csv"),
        ("format=text/html", "text/csv", "text/csv"),
        ("", "text/*", "text/csv"),
        ("", "application/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json;q=0, application/*", "sparql-results+xml"),
    ],
)
def test_parameters(client: httpx2.Client, parameters: str, accept: str, media: str) -> None:
    reply = client.get(
        f"/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201&{parameters}",
        headers={"Accept": accept},
    )
    assert (reply.status_code, media in reply.headers["content-type"]) == (200, True), reply.text


@pytest.mark.parametrize("name", ["text/html", "html", "text%2Fhtml", "application/xhtml%2Bxml"])
@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8", None])
def test_a_page_that_is_named_as_the_format_is_the_editor(
    client: httpx2.Client, name: str, accept: str | None
) -> None:
    headers = {"Accept": accept} if accept else {}
    reply = client.get(f"/sparql?query=ASK%7B%7D&format={name}", headers=headers)
    assert (reply.status_code, reply.headers["location"]) == (303, "/editor?query=ASK%7B%7D&run=1")
    form = {"query": "ASK{}", "format": name.replace("%2F", "/").replace("%2B", "+")}
    posted = client.post("/sparql", data=form, headers=headers)
    assert (posted.status_code, posted.headers["location"]) == (303, reply.headers["location"])
    described = client.get(f"/sparql?format={name}", headers=headers)
    assert (described.status_code, described.headers["location"]) == (303, "/editor")


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/ontology", "/vocabulary/index.html"),
        ("/.well-known/sparql-examples", "/questions"),
        ("/queries/funders-by-call", "/questions/funders-by-call"),
        ("/.well-known/void", ""),
        ("/shacl-report", ""),
        ("/graphs", ""),
        ("/graphs?graph=https://w3id.org/permed/graph/sample", ""),
        ("/text", ""),
        ("/releases", ""),
        ("/reconcile", ""),
    ],
)
def test_a_page_can_be_named_as_the_format_wherever_there_is_one(
    client: httpx2.Client, path: str, leads: str
) -> None:
    reply = client.get(f"{path}{'&' if '?' in path else '?'}format=html")
    if leads:
        assert (reply.status_code, reply.headers["location"]) == (303, leads)
    else:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ("format=jsno", "use one of json, xml, csv, tsv"),
        ("default-graph-uri=somewhere", "default-graph-uri=somewhere: not a whole address"),
        ("named-graph-uri=http://x/%20y", "not a whole address"),
        ("&" * 300, "more than 200 parameters"),
        ("timeout=soon", "number of seconds"),
        ("x=%FF", "not UTF-8"),
    ],
)
def test_parameters_that_cannot_be_used(client: httpx2.Client, parameters: str, says: str) -> None:
    reply = client.get(f"/sparql?query=ASK%7B%7D&{parameters}")
    assert (reply.status_code, says in reply.json()["detail"]) == (400, True), reply.text


def test_columns_prefixes_and_places_of_errors(client: httpx2.Client) -> None:
    head = client.get("/sparql", params={"query": _ROWS, "format": "csv"}).text.partition("\r\n")[0]
    assert head == "s,p,o"
    usual = "ASK { ?s a eurio:Organisation ; rdfs:label ?l }"
    assert client.get("/sparql", params={"query": usual}).json()["boolean"] is True
    broken = "SELECT * WHERE {\n  ?s ?p ?o .\n  FILTER(?o = )\n}\n"
    reply = client.post("/sparql", data={"query": broken})
    assert reply.json()["detail"].startswith("line 3, column 15: a value is missing behind =")


def test_a_query_over_the_limit_is_too_large(client: httpx2.Client) -> None:
    most = settings_of().max_query_bytes
    fits = f"ASK {{}} #{'x' * 200_000}"
    assert client.post("/sparql", data={"query": fits}).json()["boolean"] is True
    reply = client.post("/sparql", data={"query": f"ASK {{}} #{'x' * most}"})
    assert (reply.status_code, f"over {most:,}" in reply.json()["detail"]) == (413, True)
