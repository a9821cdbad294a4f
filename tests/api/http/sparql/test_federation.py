"""SERVICE reaches what is on the allowlist, through our own client, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from permed.graph.errors import BusyError, InputError
from permed.graph.store import SOLUTION_FORMATS, Answer, ServiceRefused
from permed.graph.store.remote.federation import expand_services
from tests.api.http.conftest import running, settings_of

_THERE = "https://there.example/sparql"
_ROW = (
    b'{"head":{"vars":["s","n"]},"results":{"bindings":'
    b'[{"s":{"type":"uri","value":"http://x/a"},'
    b'"n":{"type":"literal","value":"it\'s \\"one\\""}}]}}'
)


def answering(body: bytes, asked: list[str]) -> object:
    def ask(endpoint: str, query: str) -> Answer:
        asked.append(query)
        return Answer("select", body, SOLUTION_FORMATS["json"])

    return ask


def expanded(sparql: str, body: bytes = _ROW) -> tuple[str, list[str]]:
    asked: list[str] = []
    text = expand_services(sparql, [_THERE], answering(body, asked))  # type: ignore[arg-type]
    return text, asked


def test_rows_take_the_place_of_the_service() -> None:
    text, asked = expanded(
        f"PREFIX x: <http://x/> SELECT * {{ ?s x:p ?o SERVICE <{_THERE}> {{ ?s x:n ?n {{}} }} }}"
    )
    assert "SERVICE" not in text
    assert 'VALUES (?n ?s) { ("it\'s \\"one\\"" <http://x/a>) }' in text
    assert asked[0].startswith("PREFIX x: <http://x/>")
    assert "WHERE { ?s x:n ?n {} } LIMIT" in asked[0]


@pytest.mark.parametrize(
    "service",
    [
        "SERVICE <https://elsewhere.example/> { ?s ?p ?o }",
        f"SERVICE <{_THERE}/> {{ ?s ?p ?o }}",
        "SERVICE ?e { ?s ?p ?o }",
        "SERVICE x:y { ?s ?p ?o }",
        f"SERVICE <{_THERE}> {{ ?s ?p ?o SERVICE <{_THERE}> {{ ?a ?b ?c }} }}",
        "\\u0053ERVICE <https://there.example/sparql> { ?s ?p ?o }",
    ],
)
def test_everything_else_is_refused(service: str) -> None:
    with pytest.raises(ServiceRefused):
        expanded(f"SELECT * {{ {service} }}")


def test_silence_and_blank_nodes() -> None:
    def broken(endpoint: str, query: str) -> Answer:
        raise BusyError("gone")

    silent = f"SELECT * {{ SERVICE SILENT <{_THERE}> {{ ?s ?p ?o }} }}"
    assert "VALUES () { () }" in expand_services(silent, [_THERE], broken)
    with pytest.raises(BusyError):
        expand_services(silent.replace("SILENT", ""), [_THERE], broken)
    blank = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"bnode","value":"b"}}]}}'
    with pytest.raises(InputError, match="blank nodes"):
        expanded(f"SELECT * {{ SERVICE <{_THERE}> {{ ?s ?p ?o }} }}", blank)


@pytest.fixture(scope="module")
def redirecting() -> Iterator[tuple[str, list[str]]]:
    """An endpoint that is allowed and sends its callers to another address of its own."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(307)
            self.send_header("Location", "/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/sparql", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_http(address: str, http_home: Path, redirecting: tuple[str, list[str]]) -> None:
    endpoint, seen = redirecting
    allowed = (f"{address}/sparql", endpoint)
    with running(http_home, settings_of(service_allow=allowed)) as second:
        query = (
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?name ?same { "
            f"SERVICE <{address}/sparql> {{ ?s rdfs:label ?name "
            "FILTER(?name = 'German Aerospace Center') } ?s rdfs:label ?same }"
        )
        rows = httpx2.post(f"{second}/sparql", data={"query": query}).json()["results"]["bindings"]
        assert [(r["name"]["value"], r["same"]["value"]) for r in rows] == [
            ("German Aerospace Center", "German Aerospace Center")
        ]
        moved = f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
        reply = httpx2.post(f"{second}/sparql", data={"query": moved})
        assert (reply.status_code, "redirects" in reply.json()["detail"]) == (403, True)
        assert seen == ["/sparql"]
