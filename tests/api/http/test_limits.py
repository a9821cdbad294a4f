"""Limits are seen, errors have one shape, and nothing reaches the network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from permed.api.http.limits.rate_limit import RateLimit
from permed.api.http.protocol.problems import PROBLEM
from tests.api.http.conftest import running, settings_of

pytestmark = pytest.mark.slow

_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def strict(http_home: Path) -> Iterator[httpx2.Client]:
    """A client of a server with tight limits."""
    settings = settings_of(
        deadline_seconds=1, max_rows=10, max_answer_bytes=20_000, max_request_bytes=2000,
        rate=1, burst=40, ready=2,
    )  # fmt: skip
    with running(http_home, settings) as address, httpx2.Client(base_url=address) as client:
        yield client


def test_row_caps_are_in_the_header_and_in_the_body(strict: httpx2.Client) -> None:
    query = "SELECT * { ?s ?p ?o }"
    as_json = strict.get("/sparql", params={"query": query})
    assert as_json.headers["x-permed-truncated"] == "rows"
    assert len(as_json.json()["results"]["bindings"]) == 10
    assert as_json.json()["truncated"] is True
    xml = strict.get("/sparql", params={"query": query, "format": "xml"})
    assert "truncated" in xml.text
    graph = strict.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "nt"})
    assert (graph.headers["x-permed-truncated"], graph.text.count("\n")) == ("rows", 10)
    whole = strict.get("/sparql", params={"query": f"{query} LIMIT 10"})
    assert "x-permed-truncated" not in whole.headers


def test_a_time_out_is_a_problem_that_says_what_to_do(strict: httpx2.Client) -> None:
    reply = strict.get("/sparql", params={"query": _ENDLESS})
    assert (reply.status_code, reply.headers["content-type"]) == (504, PROBLEM)
    assert reply.json()["title"] == "Limit reached"
    assert "narrow it" in reply.json()["detail"]
    shorter = strict.get("/sparql", params={"query": f"{_ENDLESS} # b", "timeout": "0.2"})
    assert "after 0.2 s" in shorter.json()["detail"]


def test_an_answer_too_large_is_refused_whole(strict: httpx2.Client) -> None:
    query = f"SELECT ?x {{ ?s ?p ?o BIND(CONCAT(STR(?s), '{'y' * 1500}') AS ?x) }}"
    reply = strict.post("/sparql", data={"query": query, "timeout": "1"})
    assert reply.status_code in (200, 504)
    big = "SELECT ?x { VALUES ?y { %s } ?s ?p ?o BIND(CONCAT(?y, ?y, ?y, ?y) AS ?x) }"
    reply = strict.post("/sparql", data={"query": big % repr("z" * 900)})
    assert (reply.status_code, "larger than 20,000 bytes" in reply.text) == (504, True)


def test_requests_too_large(strict: httpx2.Client) -> None:
    long = "ASK {} #" + "x" * 5000
    headers = {"Content-Type": "application/sparql-query"}
    reply = strict.post("/sparql", content=long.encode(), headers=headers)
    assert (reply.status_code, reply.json()["status"]) == (413, 413)
    streamed = strict.post("/sparql", content=iter([long.encode()]), headers=headers)
    assert streamed.status_code == 413


def test_too_many_requests(http_home: Path) -> None:
    settings = settings_of(rate=0.1, burst=3)
    with running(http_home, settings) as address:
        replies = [httpx2.get(f"{address}/queries") for _ in range(5)]
        assert [r.status_code for r in replies] == [200, 200, 200, 429, 429]
        assert replies[-1].headers["retry-after"] == "5"
        assert httpx2.get(f"{address}/healthz").status_code == 200


def test_the_bucket_fills_again() -> None:
    limit = RateLimit(2.0, 2)
    assert [limit.admit("a", 0.0) for _ in range(3)] == [True, True, False]
    assert limit.admit("b", 0.0)
    assert [limit.admit("a", 0.5), limit.admit("a", 0.5)] == [True, False]
    assert all(RateLimit(0, 1).admit("a", 0.0) for _ in range(10))


@pytest.mark.parametrize(
    "template",
    [
        "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
        "PREFIX e: <{0}> SELECT * {{ SERVICE e: {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(IRI('{0}') AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        "SELECT * {{ {{ SELECT * {{ # x\n SERVICE # y\n <{0}> {{ ?s ?p ?o }} }} }} }}",
        "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
        'SELECT * {{ ?a ?p ?b FILTER(?a<?b#>"""\n) SERVICE <{0}> {{?s ?p ?o}} #"""\n}}',
        "LOAD <{0}>",
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1"])
def test_nothing_reaches_a_listener(client: httpx2.Client, template: str, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        target = f"http://{host}:{listener.getsockname()[1]}/"
        reply = client.post("/sparql", data={"query": template.format(target)})
        assert reply.status_code in (403, 405)
        assert reply.headers["content-type"] == PROBLEM
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("DELETE", "/sparql", 405),
        ("GET", "/api/v1/organisations?limit=0", 400),
        ("GET", "/api/v1/organisations?cursor=nonsense", 400),
        ("GET", "/api/v1/organisations/none", 404),
        ("GET", "/queries/none", 404),
        ("GET", "/data/id/organisation/none.ttl", 404),
        ("GET", "/page/id/organisation/none", 404),
        ("GET", "/page/id/organisation/%3E%20bad", 404),
        ("POST", "/reconcile", 400),
    ],
)
def test_one_error_shape(client: httpx2.Client, method: str, path: str, status: int) -> None:
    reply = client.request(method, path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, PROBLEM)
    assert set(reply.json()) == {"type", "title", "status", "detail"}
