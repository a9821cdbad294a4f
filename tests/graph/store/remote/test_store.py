"""Remote endpoints misbehave in known ways; each becomes one clear error."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
import stamina

from permed.graph.errors import (
    BusyError,
    EndpointError,
    InputError,
    LimitExceeded,
    PermedError,
    QuerySyntaxError,
    UnsupportedQuery,
)
from permed.graph.store import RemoteStore
from permed.graph.store.remote.transport import HttpResponse

_ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"7"}}]}}'
_QUERY = "SELECT ?n { ?s ?p ?n }"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_active(False)
    yield
    stamina.set_active(True)


def remote(reply: HttpResponse) -> RemoteStore:
    return RemoteStore("http://end.example/", transport=lambda *_: reply)


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        (HttpResponse(200, {}, _ROWS[:-20]), EndpointError, "cut"),
        (HttpResponse(200, {}, b"<html>Sign in</html>"), EndpointError, "cut or no json"),
        (
            HttpResponse(200, {}, _ROWS[:-4] + b"The SPARQL operation has been cancelled"),
            LimitExceeded,
            "time limit",
        ),
        (HttpResponse(400, {}, b"Virtuoso 37000 Error SP030"), QuerySyntaxError, "SP030"),
        (HttpResponse(500, {}, b"Virtuoso 37000 Error SQ156: Bad dfe"), UnsupportedQuery, "SQ156"),
        (HttpResponse(500, {}, b"Virtuoso 22003 Error SR087: too big"), UnsupportedQuery, "SR087"),
        (HttpResponse(500, {}, b"Virtuoso 40001 Error SR172: Deadlock"), BusyError, "other's way"),
        (
            HttpResponse(500, {}, b"Virtuoso S1T00 Error SR171: Transaction timed out"),
            LimitExceeded,
            "time limit",
        ),
        (
            HttpResponse(
                500, {}, b"Virtuoso 42000 Error The estimated execution time 9 (sec) exceeds"
            ),
            LimitExceeded,
            "time limit",
        ),
        (HttpResponse(404, {}, b""), EndpointError, "no endpoint"),
        (HttpResponse(401, {}, b"key?"), EndpointError, "PERMED_STORE_USER"),
        (
            HttpResponse(302, {"location": "http://in/?k"}, b""),
            EndpointError,
            r"elsewhere \(http://in/\)",
        ),
        (HttpResponse(200, {"x-sql-state": "S1TAT"}, _ROWS), LimitExceeded, "time limit"),
        (HttpResponse(502, {"content-type": "text/html"}, b"<p>hm"), BusyError, "a web page"),
        (HttpResponse(429, {}, b"slow down"), BusyError, "429"),
        (HttpResponse(502, {}, b"gateway"), BusyError, "502"),
        (HttpResponse(503, {}, b"query timeout"), LimitExceeded, "time limit"),
        (HttpResponse(504, {}, b""), LimitExceeded, "time limit"),
        (HttpResponse(200, {}, b'{"head":{},"boolean":true}'), EndpointError, "no json"),
    ],
)
def test_bad_replies(reply: HttpResponse, error: type[PermedError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        remote(reply).query(_QUERY)
    assert "\n" not in str(caught.value)
    assert "http://end.example/" in str(caught.value)


def test_partial_answers_are_marked() -> None:
    reply = HttpResponse(200, {"x-sparql-maxrows": "10000"}, _ROWS)
    assert remote(reply).query(_QUERY).truncated is True


@pytest.mark.slow
def test_two_queries_in_each_others_way_are_asked_again() -> None:
    deadlock = HttpResponse(500, {}, b"Virtuoso 40001 Error SR172: Transaction deadlocked")
    replies = [deadlock, HttpResponse(200, {}, _ROWS)]
    stamina.set_active(True)
    store = RemoteStore("http://end.example/", transport=lambda *_: replies.pop(0))
    assert len(store.query(_QUERY).rows()) == 1
    replies = [HttpResponse(500, {}, b"Virtuoso 37000 Error SQ156: no plan")]
    with pytest.raises(UnsupportedQuery):  # asked once: it would be refused again
        RemoteStore("http://end.example/", transport=lambda *_: replies.pop(0)).query(_QUERY)


def virtuoso_that_sorts(most: int, asked: list[str]) -> RemoteStore:
    """A store of 20 numbers that takes no sorted LIMIT and OFFSET of more rows together."""
    numbers = ox.Store()
    for n in range(20):
        numbers.add(ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode("x:is"), ox.Literal(n)))

    def send(_: str, query: str, *__: object) -> HttpResponse:
        asked.append(query)
        if sum(map(int, re.findall(r"(?:LIMIT|OFFSET) (\d+)", query))) > most:
            said = f"Virtuoso 22023 Error SR353: Sorted TOP clause ... Only {most} are allowed."
            return HttpResponse(500, {}, said.encode())
        found = numbers.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return HttpResponse(200, {}, found.serialize(format=ox.QueryResultsFormat.JSON) or b"")

    return RemoteStore("http://end.example/", attempts=1, transport=send)


@pytest.mark.parametrize(
    "ends", ["LIMIT 12", "OFFSET 15 LIMIT 12", "LIMIT 8 OFFSET 5", "LIMIT 4 OFFSET 4", "LIMIT 0"]
)
def test_more_rows_than_the_server_sorts_are_cut_here(ends: str) -> None:
    asked: list[str] = []
    text = f"SELECT ?n {{ ?s <x:is> ?n }} ORDER BY DESC(?n) {ends}"
    store, one_that_sorts = virtuoso_that_sorts(10, asked), virtuoso_that_sorts(1000, [])
    for _ in range(2):
        assert store.query(text).rows() == one_that_sorts.query(text).rows()
    assert len(asked) == (3 if "12" in ends or "5" in ends else 2)  # the refusal is remembered
    inner = "SELECT ?n { { SELECT ?n { ?s <x:is> ?n } ORDER BY ?n LIMIT 12 } }"
    with pytest.raises(UnsupportedQuery, match="SR353"):  # rows of an inner query cannot be cut
        store.query(inner)


def test_truth_values_have_one_spelling() -> None:
    kind = "http://www.w3.org/2001/XMLSchema#boolean"
    cells = [f'{{"n":{{"type":"typed-literal","datatype":"{kind}","value":"{v}"}}}}' for v in "10"]
    body = f'{{"head":{{"vars":["n"]}},"results":{{"bindings":[{",".join(cells)}]}}}}'.encode()
    answer = remote(HttpResponse(200, {}, body)).query(_QUERY, format="csv")
    assert answer.body == b"n\r\ntrue\r\nfalse\r\n"


@pytest.mark.parametrize("value", ["1", "0"])
def test_a_truth_value_in_a_row_is_one(value: str) -> None:
    cell = f'{{"__ASK_RETVAL":{{"type":"typed-literal","value":"{value}"}}}}'
    body = f'{{"head":{{"vars":["__ASK_RETVAL"]}},"results":{{"bindings":[{cell}]}}}}'.encode()
    answer = remote(HttpResponse(200, {}, body)).query("ASK { ?s ?p ?o }")
    assert answer.truth() is (value == "1")


def test_other_formats_and_kinds() -> None:
    assert remote(HttpResponse(200, {}, _ROWS)).query(_QUERY, format="csv").body == b"n\r\n7\r\n"
    triples = b'<http://x/a> <http://x/b> "c" .\n'
    answer = remote(HttpResponse(200, {}, triples)).query(
        "CONSTRUCT WHERE { ?s ?p ?o }", format="ttl"
    )
    assert len(answer.triples()) == 1
    with pytest.raises(InputError, match="updates"):
        remote(HttpResponse(200, {}, b"")).query("DROP ALL")


@contextmanager
def endpoint(status: int, body: bytes, seen: list[str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            seen.append(parse_qs(self.rfile.read(length).decode())["query"][0])
            self.send_response(status)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_wrapper_sends_and_reads() -> None:
    seen: list[str] = []
    with endpoint(200, _ROWS, seen) as address:
        frame = RemoteStore(address).select_frame(_QUERY)
    assert (seen, frame["n"].to_list()) == ([_QUERY], ["7"])


@pytest.mark.parametrize(("status", "error"), [(503, BusyError), (400, QuerySyntaxError)])
def test_the_wrapper_turns_statuses_into_our_errors(status: int, error: type[PermedError]) -> None:
    with endpoint(status, b"no", []) as address, pytest.raises(error):
        RemoteStore(address).query(_QUERY)


def test_a_server_says_when_to_ask_again() -> None:
    replies = [HttpResponse(429, {"retry-after": "0"}, b"slow"), HttpResponse(200, {}, _ROWS)]
    stamina.set_active(True)
    store = RemoteStore("http://end.example/", transport=lambda *_: replies.pop(0))
    assert len(store.query(_QUERY).rows()) == 1
    far = HttpResponse(429, {"retry-after": "900"}, b"slow")
    with pytest.raises(BusyError, match="429") as caught:  # longer than the query may take
        RemoteStore("http://end.example/", 5, transport=lambda *_: far).query(_QUERY)
    assert caught.value.retry_after == 900


def test_nobody_there() -> None:
    with pytest.raises(BusyError, match="cannot be reached"):
        RemoteStore("http://127.0.0.1:9/", seconds=2).query(_QUERY)
