"""Requests that mean harm, or come of a broken client: one entry a kind, each bounded by itself.

`STATUSES` of a kind are the answers that are right; a 500 never is.
"""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx2

__all__ = ["KINDS", "TOKEN", "HostileRequest"]

TOKEN: Final = "a contributor who means harm"
Send = Callable[[httpx2.Client], int]
_REFUSED: Final = (400, 403, 404, 405, 406, 408, 413, 414, 415, 416, 422, 431)
_LIMITED: Final = (*_REFUSED, 200, 304, 503, 504)  # answered whole, refused, or stopped


@dataclass(frozen=True)
class HostileRequest:
    """One kind: its name, how it is sent (gives the status), and the statuses that are right."""

    name: str
    send: Send
    statuses: tuple[int, ...] = _REFUSED


def _get(path: str, **options: object) -> Send:
    return lambda client: client.get(path, **options).status_code  # type: ignore[arg-type]


def _query(text: str) -> Send:
    headers = {"Content-Type": "application/sparql-query"}
    return lambda client: (
        client.post(
            "/sparql", content=text.encode("utf-8", "surrogatepass"), headers=headers
        ).status_code
    )


def _put(content_type: str, body: bytes, **more: str) -> Send:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": content_type, **more}

    def send(client: httpx2.Client) -> int:
        graph = "https://w3id.org/permed/graph/contributed-hostile"
        return client.put(
            "/graphs", params={"graph": graph}, headers=headers, content=body
        ).status_code

    return send


def _raw(*parts: bytes) -> Send:
    """Write bytes as they are; what is not answered at once counts as closed (400)."""

    def send(client: httpx2.Client) -> int:
        host = urlsplit(str(client.base_url))
        address = (host.hostname or "127.0.0.1", host.port or 80)
        with socket.create_connection(address, timeout=2) as line:
            try:
                for part in parts:
                    line.sendall(part)
                line.shutdown(socket.SHUT_WR)
                told = line.recv(64)
            except OSError:
                return 400
        return int(told[9:12]) if told[9:12].isdigit() else 400

    return send


def _reconcile(queries: object) -> Send:
    body = {"queries": queries if isinstance(queries, str) else json.dumps(queries)}
    return lambda client: client.post("/reconcile", data=body).status_code


def _entities(levels: int) -> bytes:
    """RDF/XML whose text grows tenfold a level."""
    inner = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels))
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "x">{inner}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
        f'<rdf:Description rdf:about="http://e/a"><e:p>&a{levels - 1};</e:p></rdf:Description>'
        "</rdf:RDF>"
    ).encode()


def _nested(levels: int) -> bytes:
    return ('{"@id":"http://e/a","http://e/p":' * levels + '"x"' + "}" * levels).encode()


_EVERYTHING: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_HEAD: Final = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"

KINDS: Final = (
    HostileRequest("entities that grow in RDF/XML", _put("application/rdf+xml", _entities(10))),
    HostileRequest("JSON-LD nested without end", _put("application/ld+json", _nested(20_000))),
    HostileRequest(
        "a gzip bomb",
        _put("text/turtle", gzip.compress(b" " * (80 << 20), 1), **{"Content-Encoding": "gzip"}),
    ),
    HostileRequest(
        "an encoding that nobody knows", _put("text/turtle", b"x", **{"Content-Encoding": "br"})
    ),
    HostileRequest(
        "Turtle without end", _put("text/turtle", b'<http://e/a> <http://e/p> "' + b"x" * (2 << 20))
    ),
    HostileRequest("bytes that are no text", _put("text/turtle", bytes(range(256)) * 64)),
    HostileRequest(
        "a graph by a stranger's token",
        lambda c: (
            c.put("/graphs?graph=x", headers={"Authorization": "Bearer x"}, content=b"").status_code
        ),
        (*_REFUSED, 401),
    ),
    HostileRequest("every triple with every other", _query(_EVERYTHING), _LIMITED),
    HostileRequest(
        "a path through everything", _query("SELECT * { ?a (!<http://e/x>)* ?b }"), _LIMITED
    ),
    HostileRequest(
        "a text that doubles",
        _query(
            "SELECT (CONCAT(?e,?e,?e,?e) AS ?f) { BIND('x' AS ?a) "
            + " ".join(
                f"BIND(CONCAT({','.join([f'?{v}'] * 16)}) AS ?{w})"
                for v, w in ("ab", "bc", "cd", "de")
            )
            + "}"
        ),
        _LIMITED,
    ),
    HostileRequest(
        "GROUP_CONCAT of everything squared",
        _query("SELECT (GROUP_CONCAT(STR(?c)) AS ?x) { ?a ?b ?c . ?d ?e ?f }"),
        _LIMITED,
    ),
    HostileRequest(
        "a regular expression that backtracks",
        _query("SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '^(([a-z])+.)+[A-Z]([a-z])+$')) }"),
        _LIMITED,
    ),
    HostileRequest("DESCRIBE of everything", _query("DESCRIBE ?s { ?s ?p ?o }"), _LIMITED),
    HostileRequest("braces without end", _query("SELECT * " + "{" * 200_000)),
    HostileRequest("a query of a megabyte", _query("SELECT * { ?s ?p 'x" + "x" * 900_000 + "' }")),
    HostileRequest(
        "values without end",
        _query(
            "SELECT * { VALUES ?x { " + "1 " * 60_000 + "} VALUES ?y { " + "1 " * 60_000 + "} }"
        ),
        _LIMITED,
    ),
    HostileRequest("surrogates in a query", _query("SELECT * { ?s ?p '\ud800' }")),
    HostileRequest(
        "a way out by SERVICE", _query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    ),
    HostileRequest("LOAD as a query", _query("LOAD <file:///etc/passwd>")),
    HostileRequest(
        "FROM a file", _query("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"), _LIMITED
    ),
    HostileRequest(
        "text searches without end", _query("SELECT * { " + '?s pmtext:query "a" . ' * 500 + "}")
    ),
    HostileRequest(
        "a text search for a hundred letters",
        _query("SELECT * { " + f'?s pmtext:query "{" ".join("abcdefghij" * 10)}" . ' * 8 + "}"),
        _LIMITED,
    ),
    HostileRequest("a word of a megabyte", _reconcile({"q": {"query": "a" * 900_000}}), _LIMITED),
    HostileRequest(
        "a search of a hundred words",
        _get("/api/v1/search", params={"q": " ".join(f"wrd{n}" for n in range(100))}),
        _LIMITED,
    ),
    HostileRequest(
        "a batch without end", _reconcile({f"q{n}": {"query": "a"} for n in range(5000)})
    ),
    HostileRequest("JSON nested without end", _reconcile("[" * 100_000)),
    HostileRequest("a thousand parameters", _get("/sparql?query=ASK%7B%7D&" + "a=1&" * 1000)),
    HostileRequest(
        "an address of a hundred kilobytes",
        _raw(b"GET /api/v1/search?q=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    ),
    HostileRequest(
        "a head of a megabyte",
        _raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n"),
    ),
    HostileRequest(
        "a head of many lines",
        _raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000 + b"\r\n"),
    ),
    HostileRequest("a head that is none", _raw(b"\x00\x01\x02\r\n\r\n" * 50)),
    HostileRequest(
        "two lengths of one body",
        _raw(_HEAD, b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nASK{}"),
    ),
    HostileRequest(
        "a length and chunks",
        _raw(
            _HEAD, b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n"
        ),
        (*_REFUSED, 200),
    ),
    HostileRequest(
        "chunks of a wrong length",
        _raw(_HEAD, b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\nASK{}\r\n"),
    ),
    HostileRequest("a body that ends too soon", _raw(_HEAD, b"Content-Length: 5000\r\n\r\nASK{}")),
    HostileRequest(
        "a way out by dots",
        _raw(
            b"GET /releases/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ),
    ),
    HostileRequest("a way out by escaped dots", _get("/releases/%2e%2e%2f%2e%2e%2fetc/passwd")),
    HostileRequest("a release by dots", _get("/graphs", params={"release": "../../etc"})),
    HostileRequest(
        "a thousand ranges",
        _get(
            "/releases/current/void.ttl",
            follow_redirects=True,
            headers={"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))},
        ),
        (*_LIMITED, 206),
    ),
    HostileRequest(
        "an Accept header without end",
        _get(
            "/sparql?query=ASK%7B%7D",
            headers={"Accept": ",".join(f"a{n}/b;q=0.{n % 9}" for n in range(3000))},
        ),
    ),
    HostileRequest(
        "tags without end", _get("/", headers={"If-None-Match": '"a",' * 10_000}), _LIMITED
    ),
    HostileRequest("a cursor of its own", _get("/api/v1/organisations?cursor=W1tbW1tb")),
    HostileRequest("a page far away", _get("/search?page=99999999999999999999")),
    HostileRequest("a year that is none", _get("/api/v1/projects?year=" + "9" * 5000)),
    HostileRequest("everything as a workbook", _get("/api/v1/search?format=xlsx"), _LIMITED),
    HostileRequest(
        "multipart of many parts",
        lambda c: (
            c.post(
                "/graphs",
                headers={"Authorization": f"Bearer {TOKEN}"},
                files=[(f"f{n}", ("x.ttl", b"<", "text/turtle")) for n in range(300)],
            ).status_code
        ),
    ),
    HostileRequest(
        "a method that nobody knows", lambda c: c.request("BREW", "/sparql").status_code
    ),
    HostileRequest("brackets in brackets", _query("SELECT * { FILTER(" + "(" * 20_000 + "1")),
)
