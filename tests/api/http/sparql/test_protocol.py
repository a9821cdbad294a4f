"""SPARQL 1.1 Protocol: our own cases, and the W3C manifest where it lies at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import httpx2
import pytest
import rdflib

from benchmarks.conformance.w3c_protocol import protocol_checks
from benchmarks.data import needed_data_folder
from permed.api.http.protocol.problems import PROBLEM

pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated"),
]
_HERE = Path(__file__).parent
_KASEI = [f"http://kasei.us/2009/09/sparql/data/data{n}.rdf" for n in range(4)]


def _cases() -> list[dict[str, str]]:
    with (_HERE / "protocol_cases.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _fill(text: str) -> str:
    for number, graph in enumerate(_KASEI):
        text = text.replace(f"{{{number}}}", graph)
    return text


@pytest.mark.parametrize("case", _cases(), ids=lambda c: c["name"])
def test_protocol(client: httpx2.Client, case: dict[str, str]) -> None:
    charset = case["type"].rpartition("charset=")[2].lower() if "charset" in case["type"] else ""
    reply = client.request(
        case["method"],
        "/sparql/" + _fill(case["target"]),
        headers={"Content-Type": case["type"]} if case["type"] else {},
        content=_fill(case["body"] or "").encode(charset or "utf-8"),
    )
    expected = case["expect"]
    if expected.isdigit():
        assert reply.status_code == int(expected)
        assert reply.headers["content-type"] == PROBLEM
        assert reply.json()["detail"]
        return
    assert reply.status_code == 200
    kind = reply.headers["content-type"].partition(";")[0]
    if expected in ("true", "false"):
        assert reply.json()["boolean"] is (expected == "true")
    elif expected == "rows":
        assert kind == "application/sparql-results+json"
    else:
        assert kind == "text/turtle"


@pytest.mark.full
def test_the_w3c_manifest(client: httpx2.Client) -> None:
    manifest = needed_data_folder() / "w3c" / "sparql11" / "protocol" / "manifest.ttl"
    checks = list(protocol_checks(client, manifest))
    assert [check for check in checks if check.outcome == "fail"] == []
    assert len(checks) >= 34


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, */*;q=0.1", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/sparql-results+json"),
        ("text/html;q=0.8, application/xml;q=0.9", "application/sparql-results+xml"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_negotiation_of_rows(client: httpx2.Client, accept: str, kind: str) -> None:
    reply = client.get(
        "/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers={"Accept": accept}
    )
    assert (reply.status_code, reply.headers["content-type"]) == (200, kind)
    assert "Accept" in reply.headers["vary"]


@pytest.mark.parametrize("name", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_graph_formats_parse_again(client: httpx2.Client, name: str) -> None:
    query = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 20"
    reply = client.get("/sparql", params={"query": query, "format": name})
    media = reply.headers["content-type"].partition(";")[0]
    parsed = rdflib.Dataset(default_union=True).parse(data=reply.content, format=media)
    assert len(list(parsed.quads((None, None, None, None)))) == 20


def test_what_cannot_be_sent_is_said(client: httpx2.Client) -> None:
    query = {"query": "SELECT (1 AS ?n) {}"}
    assert client.get("/sparql", params=query, headers={"Accept": "image/png"}).status_code == 406
    reply = client.get("/sparql", params={**query, "format": "docx"})
    assert (reply.status_code, "json, xml, csv, tsv" in reply.json()["detail"]) == (400, True)


def test_head_options_and_cors(client: httpx2.Client) -> None:
    query = {"query": "ASK {}"}
    full, head = client.get("/sparql", params=query), client.head("/sparql", params=query)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(full.content))
    assert full.headers["access-control-allow-origin"] == "*"
    options = client.request("OPTIONS", "/sparql", headers={"Origin": "https://example.org"})
    assert options.status_code == 204
    assert "POST" in options.headers["access-control-allow-methods"]


def test_the_same_answer_is_not_sent_twice(client: httpx2.Client) -> None:
    query = {"query": "SELECT * { ?s a ?t } ORDER BY ?s LIMIT 3"}
    first = client.get("/sparql", params=query)
    tag = first.headers["etag"]
    again = client.get("/sparql", params=query, headers={"If-None-Match": tag})
    other = client.get(
        "/sparql", params=query, headers={"If-None-Match": tag, "Accept": "text/csv"}
    )
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
    assert client.get("/sparql", params=query).content == first.content
    clock = client.get("/sparql", params={"query": "SELECT (NOW() AS ?t) {}"})
    assert "etag" not in clock.headers


def test_the_service_describes_itself(client: httpx2.Client) -> None:
    reply = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=reply.content, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    endpoint = next(iter(graph.objects(None, sd.endpoint)))
    assert str(endpoint) == f"{client.base_url}/sparql".replace("//sparql", "/sparql")
    assert rdflib.URIRef("https://w3id.org/permed/graph/sample") in set(
        graph.objects(None, sd.name)
    )
    assert (None, sd.feature, sd.UnionDefaultGraph) in graph
    editor = client.get("/sparql", headers={"Accept": "text/html"})
    assert (editor.status_code, editor.headers["location"]) == (303, "/editor")


def test_void_and_examples(client: httpx2.Client) -> None:
    void = rdflib.Graph().parse(data=client.get("/.well-known/void").content, format="turtle")
    assert list(void.subject_objects(rdflib.VOID.classPartition))
    assert list(void.subject_objects(rdflib.VOID.propertyPartition))
    reply = client.get("/.well-known/sparql-examples", headers={"Accept": "text/turtle"})
    examples = rdflib.Graph().parse(data=reply.content, format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    texts = [str(o) for o in examples.objects(None, sh.select)]
    listed = client.get("/queries").json()
    assert len(texts) == len(listed)
    assert list(examples.objects(None, rdflib.SDO.target))
