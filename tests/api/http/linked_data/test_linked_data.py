"""Every IRI that we mint resolves, in every format, and parses again to the same triples."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote_plus

import httpx2
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import to_isomorphic

from permed.ontology import ontology_version
from tests.api.http.sample import BASE, ROWS

pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated"),
]
_THINGS = [
    "organisation/dlr",
    "person/ada-example",
    "project/779282",
    "project/101000001",
    "consortium/icpermed",
    "call/era-permed-jtc2018",
    "infrastructure/bbmri-eric",
    "event/workshop-2020",
    "award/recognition-2019",
    "body/executive-committee",
    "initiative/one-plus-mg",
    "programme/horizon-2020",
    "output/vision-paper",
    "country/DE",
    "region/ITC4",
    "grant/779282",
    "identifier/ror.04bwf3e34",
]
_ADDRESSES = [*(f"id/{t}" for t in _THINGS), "scheme/role", "scheme/role/coordinator",
              "scheme/euroscivoc/2"]  # fmt: skip
_RDFLIB = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld", "json": "json-ld"}


@pytest.mark.parametrize("path", _ADDRESSES)
def test_every_class_in_every_format(client: httpx2.Client, path: str) -> None:
    graphs = {}
    for suffix, name in _RDFLIB.items():
        reply = client.get(f"/{path}.{suffix}", follow_redirects=True)
        assert reply.status_code == 200, suffix
        graphs[suffix] = rdflib.Graph().parse(data=reply.content, format=name)
    base = rdflib.URIRef(f"https://w3id.org/permed/{path}")
    assert len(list(graphs["nt"].predicate_objects(base))) > 1
    for suffix, graph in graphs.items():
        assert len(graph) == len(graphs["nt"]), suffix
        assert to_isomorphic(graph) == to_isomorphic(graphs["nt"]), suffix
    rows = list(csv.reader(io.StringIO(client.get(f"/data/{path}.csv").text)))
    assert len(rows) > 2


def test_every_thing_of_the_sample_has_a_page(client: httpx2.Client) -> None:
    names = ("organisations", "persons", "activities", "outputs", "countries", "regions")
    for name in names:
        for row in ROWS[name]:
            reply = client.get(f"/page/id/{row['id']}")
            assert reply.status_code == 200
            assert "<h1>" in reply.text


def test_what_is_pointed_to_has_a_label(client: httpx2.Client) -> None:
    body = client.get("/data/id/project/779282.nt").content
    triples = [q.triple for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    labelled = {str(t.subject) for t in triples if t.predicate.value == label}
    for thing in ("id/organisation/anr", "id/programme/horizon-2020"):
        assert f"<https://w3id.org/permed/{thing}>" in labelled
    assert "<https://w3id.org/permed/scheme/role/coordinator>" in labelled


def test_json_ld_reads_like_a_record(client: httpx2.Client) -> None:
    record = client.get("/data/id/organisation/dlr.json").json()
    assert record["id"] == f"{BASE}id/organisation/dlr"
    assert record["acronym"] == "DLR"
    assert record["country"]["label"] == "Germany"
    german = {"@value": "Deutsches Zentrum für Luft- und Raumfahrt", "@language": "de"}
    assert german == record["altLabel"]
    assert "adms" not in record["@context"]


@pytest.mark.parametrize(
    ("path", "accept", "target"),
    [
        ("/id/organisation/dlr", "text/html,*/*;q=0.8", "/page/id/organisation/dlr"),
        ("/id/organisation/dlr", "text/turtle", "/data/id/organisation/dlr.ttl"),
        ("/id/organisation/dlr", "application/ld+json", "/data/id/organisation/dlr.jsonld"),
        ("/id/organisation/dlr", "application/rdf+xml", "/data/id/organisation/dlr.rdf"),
        ("/id/organisation/dlr", "text/csv", "/data/id/organisation/dlr.csv"),
        ("/id/organisation/dlr", "*/*", "/data/id/organisation/dlr.ttl"),
        ("/id/organisation/dlr.nt", "text/html", "/data/id/organisation/dlr.nt"),
        ("/scheme/role/member", "text/html", "/page/scheme/role/member"),
        ("/dataset", "*/*", "/.well-known/void"),
        ("/graph/sample", "text/html", f"/graphs?graph={quote_plus(BASE)}graph%2Fsample"),
        ("/graph/sample", "text/turtle", "/.well-known/void"),
        ("/graph/sample", "*/*", "/.well-known/void"),
    ],
)
def test_303(client: httpx2.Client, path: str, accept: str, target: str) -> None:
    reply = client.get(path, headers={"Accept": accept})
    assert (reply.status_code, reply.headers["location"]) == (303, target)


def test_documents_are_tagged_and_linked(client: httpx2.Client) -> None:
    reply = client.get("/data/id/organisation/dlr.ttl")
    assert f'<{BASE}id/organisation/dlr>; rel="describes"' in reply.headers["link"]
    assert 'type="text/html"' in reply.headers["link"]
    tag = {"If-None-Match": reply.headers["etag"]}
    assert client.get("/data/id/organisation/dlr.ttl", headers=tag).status_code == 304


def test_the_vocabulary_and_its_context(client: httpx2.Client) -> None:
    reply = client.get("/ontology", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=reply.content, format="turtle")
    term = rdflib.URIRef("https://w3id.org/permed/ontology#Role")
    assert (term, rdflib.RDF.type, None) in graph
    assert "@context" in client.get("/context.jsonld").json()


def test_a_reader_of_the_ontology_gets_pages_and_a_program_data(client: httpx2.Client) -> None:
    reader = client.get("/ontology", headers={"Accept": "text/html"}, follow_redirects=True)
    assert reader.headers["content-type"].startswith("text/html")
    assert 'id="Role"' in reader.text
    for page in ("schemes.html", "shapes.html"):
        assert client.get(f"/vocabulary/{page}").status_code == 200
    assert client.get("/vocabulary/none.html").status_code == 404
    program = client.get("/ontology", headers={"Accept": "text/turtle"})
    assert program.headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(
    ("path", "accept", "target"),
    [
        ("frrb-old", "text/html", "/id/organisation/frrb"),
        ("frrb-newer", "text/turtle", "/id/organisation/frrb"),
        ("frrb-old.ttl", "*/*", "/id/organisation/frrb.ttl"),
    ],
)
def test_old_addresses_lead_to_the_new_thing(
    client: httpx2.Client, path: str, accept: str, target: str
) -> None:
    headers = {"Accept": accept}
    moved = client.get(f"/id/organisation/{path}", headers=headers)
    assert (moved.status_code, moved.headers["location"]) == (301, target)
    found = client.get(f"/id/organisation/{path}", headers=headers, follow_redirects=True)
    assert (found.status_code, "Fondazione Regionale" in found.text) == (200, True)
    for kind in ("data/id/organisation/frrb-newer.ttl", "page/id/organisation/frrb-newer"):
        assert client.get(f"/{kind}").status_code == 301


def test_what_is_no_longer_used_is_in_no_list(client: httpx2.Client) -> None:
    listed = client.get("/api/v1/organisations").json()["items"]
    assert not [item for item in listed if item["id"].startswith("organisation/frrb-")]


@pytest.mark.parametrize("path", ["/ontology/1.1.0", "/ontology/alignments", "/shape"])
def test_documents_of_the_vocabulary_in_every_form(client: httpx2.Client, path: str) -> None:
    read = {
        name: rdflib.Graph().parse(
            data=client.get(path, headers={"Accept": media}).content, format=parser
        )
        for name, media, parser in (
            ("ttl", "text/turtle", "turtle"),
            ("rdf", "application/rdf+xml", "xml"),
            ("nt", "application/n-triples", "nt"),
        )
    }
    assert len({len(graph) for graph in read.values()}) == 1
    assert len(read["ttl"]) > 100
    linked = client.get(path, params={"format": "jsonld"})
    assert linked.headers["content-type"].startswith("application/ld+json")
    page = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")


def test_versions_of_the_vocabulary(client: httpx2.Client) -> None:
    assert ontology_version() == "1.1.0"
    gone = client.get("/ontology/0.9.0", headers={"Accept": "text/turtle"})
    assert gone.status_code == 404
    assert "versions.html" in gone.json()["detail"]
    assert "pm:fundedActivity" in client.get("/vocabulary/versions.html").text


def test_pages_say_how_often_a_term_is_used(client: httpx2.Client) -> None:
    text = client.get("/vocabulary/index.html").text
    query = "SELECT (COUNT(*) AS ?n) { ?r a <https://w3id.org/permed/ontology#Call> }"
    found = client.get("/sparql", params={"query": query, "format": "json"}).json()
    count = int(found["results"]["bindings"][0]["n"]["value"])
    part = text.split('id="Call"', 1)[1].split("<pre>", 1)[0]
    assert count == 1
    assert "1 node in the release that is served" in part


@pytest.mark.parametrize("path", ["/id/country/DE", "/page/id/country/DE"])
def test_a_slash_too_many_leads_to_the_same_thing(client: httpx2.Client, path: str) -> None:
    for accept in ("text/html", "text/turtle"):
        right, slashed = (
            client.get(address, headers={"Accept": accept}, follow_redirects=True)
            for address in (path, f"{path}/")
        )
        assert (slashed.status_code, slashed.text) == (200, right.text)


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("/data/id/country/DE.ttl/", "/data/id/country/DE.ttl"),
        ("/vocabulary/", "/vocabulary/index.html"),
        ("/vocabulary", "/vocabulary/index.html"),
        ("/explore/", "/search"),
        ("/explore", "/search"),
    ],
)
def test_addresses_as_people_type_them_lead_on(
    client: httpx2.Client, typed: str, leads: str
) -> None:
    reply = client.get(typed, follow_redirects=True)
    assert (reply.status_code, reply.url.path) == (200, leads)
