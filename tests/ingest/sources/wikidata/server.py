"""A SPARQL endpoint on this machine: answers from a small store, or fails as the test tells it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox

ITEMS = """
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
wd:Q157332 rdfs:label "German Aerospace Center"@en , "Deutsches Zentrum"@de , "DLR"@tlh ;
  skos:altLabel "DLR"@en ; wdt:P1448 "Deutsches Zentrum e. V."@de ;
  wdt:P6782 "04bwf3e34" ; wdt:P5785 "999981731" ; wdt:P213 "0000 0000 8983 7915" ;
  wdt:P3153 "501100002946" ; wdt:P2427 "grid.7551.6" ; wdt:P856 <https://www.dlr.de> ;
  wdt:P17 wd:Q183 ; wdt:P749 wd:Q679913 , wd:Q999 .
wd:Q183 wdt:P297 "DE" .
wd:Q679913 rdfs:label "Helmholtz"@de ; wdt:P6782 "0281dp749" ; wdt:P213 "0000000123456789" .
wd:Q500 rdfs:label "Two in one"@en ; wdt:P6782 "021nxhr62" , "00k4n6c32" ;
  wdt:P213 "0000000123456789" .
wd:Q999 rdfs:label "Nobody asked"@en ; wdt:P6782 "01test000" .
wd:Q777 wdt:P2427 "grid.1.1" .
"""
Plan = list[str | int]


class Server(ThreadingHTTPServer):
    """Keeps what it was asked; `plan` holds what to do with the next requests, in order."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan, self.queries, self.agents = plan, list[str](), list[str]()
        self.store = ox.Store()
        self.store.load(ITEMS.encode(), format=ox.RdfFormat.TURTLE)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent when a client goes away."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        query = parse_qs(self.rfile.read(length).decode())["query"][0]
        self.server.queries.append(query)
        self.server.agents.append(self.headers["User-Agent"])
        step = self.server.plan.pop(0) if self.server.plan else "answer"
        if step == "dated":
            self._send(429, b"come again", retry="Wed, 21 Oct 2015 07:28:00 GMT")
            return
        if isinstance(step, int):
            self._send(step, b"come again", retry="0" if step == 429 else None)
            return
        results = self.server.store.query(query)
        assert isinstance(results, ox.QuerySolutions)
        answer = results.serialize(format=ox.QueryResultsFormat.JSON) or b""
        if step == "half":
            answer = answer[: len(answer) // 2]
        elif step == "page":
            answer = b"<html>maintenance</html>"
        elif step == "drip":
            self._drip(answer)
            return
        self._send(200, answer, announced=len(answer) + (99 if step == "cut" else 0))

    def _send(
        self, status: int, body: bytes, retry: str | None = None, announced: int | None = None
    ) -> None:
        self.send_response(status)
        if retry is not None:
            self.send_header("Retry-After", retry)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        """Send a byte now and then, as long as somebody reads."""
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            for byte in body[:30]:
                self.wfile.write(bytes([byte]))
                time.sleep(0.15)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""


@contextmanager
def serving(*plan: str | int) -> Iterator[Server]:
    """A running server that is gone afterwards."""
    server = Server(list(plan))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
