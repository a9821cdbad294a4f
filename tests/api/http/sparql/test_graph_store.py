"""Graph Store Protocol: reading for everybody, writing through token, gate and release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pyoxigraph as ox
import pytest
import rdflib

from permed.graph.contributions.files import carry_over
from permed.graph.releases.release import Releases
from permed.ontology import PREFIXES
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import BASE, make_release

pytestmark = pytest.mark.long

_TOKEN = "a-token-for-tests"
_AUTH = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "text/turtle"}
_GRAPH = f"{BASE}graph/contributed-mine"
_ONE = "<http://x/a> <http://x/p> 'one' ."
_TWO = "<http://x/a> <http://x/p> 'two' ."


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx2.Client, Path]]:
    """A server with one contributor."""
    home = tmp_path_factory.mktemp("writable")
    release = make_release(home, "2026-01-01-base")
    disk = ox.Store(str(release.path / "store"))
    for path in release.graphs:
        disk.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    disk.flush()
    del disk
    tokens = {"tester": hashlib.sha256(_TOKEN.encode()).hexdigest()}
    with (
        running(home, settings_of(tokens=tokens)) as address,
        httpx2.Client(base_url=address, timeout=60, params={"graph": _GRAPH}) as client,
    ):
        yield client, home


def said(client: httpx2.Client) -> set[str]:
    reply = client.get("/graphs", headers={"Accept": "application/n-triples"})
    return {line.split('"')[1] for line in reply.text.splitlines()}


def test_everybody_reads_every_graph(client: httpx2.Client) -> None:
    graphs = client.get("/graphs").json()["graphs"]
    assert f"{BASE}graph/sample" in graphs
    reply = client.get("/graphs", params={"graph": f"{BASE}graph/sample"})
    assert len(rdflib.Graph().parse(data=reply.content, format="turtle")) > 200
    tag = {"If-None-Match": reply.headers["etag"]}
    again = client.get("/graphs", params={"graph": f"{BASE}graph/sample"}, headers=tag)
    head = client.head("/graphs", params={"graph": f"{BASE}graph/sample"})
    assert (again.status_code, head.status_code, head.content) == (304, 200, b"")
    merged = client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    assert merged.text.count("\n") > 3000
    assert client.get("/graphs", params={"graph": "http://x/none"}).status_code == 404


def test_put_get_post_delete(writable: tuple[httpx2.Client, Path]) -> None:
    client, _ = writable
    assert client.get("/graphs").status_code == 404
    made = client.put("/graphs", content=_ONE, headers=_AUTH)
    assert (made.status_code, said(client)) == (201, {"one"})
    assert client.post("/graphs", content=_TWO, headers=_AUTH).status_code == 204
    assert said(client) == {"one", "two"}
    assert client.put("/graphs", content=_TWO, headers=_AUTH).status_code == 204
    assert said(client) == {"two"}
    truth = client.get("/sparql", params={"query": "ASK { <http://x/a> <http://x/p> 'two' }"})
    assert truth.json()["boolean"] is True
    assert client.delete("/graphs", headers=_AUTH).status_code == 204
    assert client.get("/graphs").status_code == 404
    assert client.delete("/graphs", headers=_AUTH).status_code == 404


def test_strangers_and_other_graphs_are_refused(writable: tuple[httpx2.Client, Path]) -> None:
    client, _ = writable
    wrong = {**_AUTH, "Authorization": "Bearer wrong"}
    refused = client.put("/graphs", content=_ONE, headers=wrong)
    assert (refused.status_code, "Bearer" in refused.headers["www-authenticate"]) == (401, True)
    other = {"graph": f"{BASE}graph/sample"}
    assert client.put("/graphs", params=other, content=_ONE, headers=_AUTH).status_code == 405
    typed = {**_AUTH, "Content-Type": "text/html"}
    assert client.put("/graphs", content=_ONE, headers=typed).status_code == 415
    assert client.put("/graphs", content="nonsense", headers=_AUTH).status_code == 400


def test_the_gate_refuses_with_its_report(writable: tuple[httpx2.Client, Path]) -> None:
    client, home = writable
    before = Releases(home).current().id
    nameless = f"<{BASE}id/organisation/x> a <http://data.europa.eu/s66#Organisation> ."
    reply = client.put("/graphs", content=nameless, headers=_AUTH)
    assert (reply.status_code, reply.json()["title"]) == (422, "Refused by the gate")
    report = rdflib.Graph().parse(data=reply.json()["report"], format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert list(report.subjects(rdflib.RDF.type, sh.ValidationResult))
    assert Releases(home).current().id == before


_ROLE = f"""<{BASE}id/role/mine> a pm:Role ;
    pm:roleOf <{BASE}id/organisation/{{0}}> ; pm:roleIn <{BASE}id/consortium/icpermed> ;
    pm:roleType <https://w3id.org/permed/scheme/role/member> ."""


def turtle(text: str) -> str:
    return "".join(f"@prefix {k}: <{v}> .\n" for k, v in PREFIXES.items()) + text


def test_a_graph_may_refer_to_what_others_describe(
    writable: tuple[httpx2.Client, Path],
) -> None:
    client, _ = writable
    known = client.put("/graphs", content=turtle(_ROLE.format("dlr")), headers=_AUTH)
    assert known.status_code in (201, 204), known.text
    for said_of_it in ("skos:altLabel 'The Cologne people'", "owl:sameAs <http://x/a>"):
        other = f"<{BASE}id/organisation/dlr> {said_of_it} ."
        refused = client.put("/graphs", content=turtle(other), headers=_AUTH)
        assert (refused.status_code, "pm:Assertion" in refused.text) == (422, True)
    assert client.delete("/graphs", headers=_AUTH).status_code == 204


def test_a_contributed_name_is_found_by_search(writable: tuple[httpx2.Client, Path]) -> None:
    client, _ = writable
    mine = f"""<{BASE}id/organisation/mine> a eurio:Organisation ; rdfs:label "Observatory" ;
        eurio:legalName "Observatory" ; skos:altLabel "Sternwarteninstitut" ;
        prov:wasDerivedFrom <https://example.org/> ."""
    made = client.put("/graphs", content=turtle(mine), headers=_AUTH)
    assert made.status_code == 201, made.text
    page = f"{client.base_url}/api/v1/organisations?q=sternwarten"

    def found() -> list[str]:
        return [item["id"] for item in httpx2.get(page).json()["items"]]

    assert found() == ["organisation/mine"]
    assert client.delete("/graphs", headers=_AUTH).status_code == 204
    assert found() == []


def test_several_documents_in_one_form(writable: tuple[httpx2.Client, Path]) -> None:
    client, _ = writable
    token = {"Authorization": _AUTH["Authorization"]}
    files = [
        ("a", ("one.ttl", f"{_ONE} [] <http://x/q> 'blank' .", "text/turtle")),
        ("b", ("two.nt", '<http://x/a> <http://x/p> "two" .\n', "application/octet-stream")),
    ]
    assert client.post("/graphs", files=files, headers=token).status_code == 201
    assert said(client) == {"one", "two", "blank"}
    assert client.put("/graphs", files=files, headers=token).status_code == 415
    bad = [("a", ("one.docx", "nothing", "application/octet-stream"))]
    assert client.post("/graphs", files=bad, headers=token).status_code == 415
    odd = {**token, "Content-Type": "multipart/form-data"}
    assert client.post("/graphs", content="no parts", headers=odd).status_code == 400


def test_contributed_graphs_are_described(writable: tuple[httpx2.Client, Path]) -> None:
    client, _ = writable
    made = client.put("/graphs", content=_ONE, headers=_AUTH)
    assert made.status_code in (201, 204), made.text
    root = str(client.base_url).rstrip("/")  # the client adds ?graph= to every address
    described = httpx2.get(f"{root}/.well-known/void", timeout=60)
    assert described.status_code == 200, described.text
    void = rdflib.Graph().parse(data=described.content, format="turtle")
    graph = rdflib.URIRef(_GRAPH)
    assert (rdflib.URIRef(f"{BASE}dataset"), rdflib.VOID.subset, graph) in void
    assert [int(str(o)) for o in void.objects(graph, rdflib.VOID.triples)] == [1]
    assert [str(o) for o in void.objects(graph, rdflib.DCTERMS.contributor)] == ["tester"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_default_graph_is_not_written(
    writable: tuple[httpx2.Client, Path], method: str
) -> None:
    client, _ = writable
    address = f"{client.base_url}/graphs?default"
    reply = httpx2.request(method, address, content=_ONE, headers=_AUTH)
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "merge of all graphs" in reply.json()["detail"]


def test_contributions_push_out_no_build(writable: tuple[httpx2.Client, Path]) -> None:
    client, home = writable
    for number in range(6):
        text = f"<http://x/a> <http://x/p> 'n{number}' ."
        assert client.put("/graphs", content=text, headers=_AUTH).status_code in (201, 204)
    kept = [r.id for r in Releases(home).list()]
    assert kept[0] == "2026-01-01-base"
    assert len(kept) == 4
    assert client.delete("/graphs", headers=_AUTH).status_code == 204


def test_two_writers_lose_nothing(writable: tuple[httpx2.Client, Path], tmp_path: Path) -> None:
    client, home = writable
    client.put("/graphs", content=_ONE, headers=_AUTH)
    tag = client.get("/graphs").headers["etag"]
    seen = {**_AUTH, "If-Match": tag}

    def put(text: str) -> int:
        return client.put("/graphs", content=text, headers=seen).status_code

    def post(number: int) -> int:
        text = f"<http://x/a> <http://x/p> 'n{number}' ."
        return client.post("/graphs", content=text, headers=_AUTH).status_code

    with ThreadPoolExecutor(2) as writers:
        statuses = sorted(writers.map(put, [_TWO, "<http://x/a> <http://x/p> 'three' ."]))
    assert statuses == [204, 412]
    with ThreadPoolExecutor(3) as writers:
        assert set(writers.map(post, range(3))) == {204}
    assert {"n0", "n1", "n2"} <= said(client)
    (tmp_path / "graphs").mkdir()
    assert carry_over(home, tmp_path, BASE) == ["mine"]
    assert (tmp_path / "graphs" / "contributed-mine.nq").read_bytes().count(b"\n") == 4
    store = ox.Store.read_only(str(Releases(home).current().path / "store"))
    assert len(list(store.quads_for_pattern(None, None, None, ox.NamedNode(_GRAPH)))) == 4
    assert Releases(home).current().receipt["contributions"]["mine"]["author"] == "tester"


def test_a_graph_without_a_name_gets_one(writable: tuple[httpx2.Client, Path]) -> None:
    client, _ = writable
    root = str(client.base_url).rstrip("/")
    own = "<http://x/nameless> <http://x/p> 'one' ."  # http://x/a is described by another graph
    made = httpx2.post(f"{root}/graphs", content=own, headers=_AUTH, timeout=60)
    assert made.status_code == 201, made.text
    found = httpx2.get(root + made.headers["location"])
    assert (found.status_code, '"one"' in found.text) == (200, True)


@pytest.mark.parametrize("query", ["graph=", "graph=http://example.org/g&default"])
def test_one_graph_is_named(client: httpx2.Client, query: str) -> None:
    answer = client.get(f"/graphs?{query}")
    assert (answer.status_code, "name one graph" in answer.text) == (400, True)
