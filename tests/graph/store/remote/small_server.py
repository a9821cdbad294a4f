"""A SPARQL 1.1 server of some lines over the engine, which lies, fails or is slow as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

__all__ = ["Reply", "SmallServer", "small_server"]

JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Reply:
    """What is answered: `length` other than that of the body cuts it."""

    status: int = 200
    body: bytes = b""
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None


# a fault is asked first, with method, path and query or graph; None: answer as it should be
Fault = Callable[[str, str, str], Reply | None]


@dataclass
class SmallServer:
    """The server: its address, what it holds, what it was asked, and its fault."""

    address: str = ""
    store: ox.Store = field(default_factory=ox.Store)
    asked: list[tuple[str, str]] = field(default_factory=list)
    fault: Fault = lambda *_: None
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def query(self, form: dict[str, list[str]]) -> Reply:
        """Answer as a server does whose default graph is the union."""
        default = [ox.NamedNode(g) for g in form.get("default-graph-uri", [])]
        named = [ox.NamedNode(g) for g in form.get("named-graph-uri", [])]
        union = not default and not named and " FROM " not in form["query"][0]
        try:
            found = self.store.query(
                form["query"][0],
                use_default_graph_as_union=union,
                default_graph=[*default] or None,
                named_graphs=[*named] or None,
            )
            if isinstance(found, ox.QueryTriples):
                body = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b""
                return Reply(body=body, kind="application/n-triples")
            return Reply(body=found.serialize(format=ox.QueryResultsFormat.JSON) or b"")
        except SyntaxError as problem:
            return Reply(400, str(problem).encode(), "text/plain")

    def write(self, method: str, graph: str, body: bytes) -> Reply:
        """Put, add or delete one graph."""
        name = ox.NamedNode(graph)
        if method != "POST":
            known = self.store.contains_named_graph(name)
            self.store.remove_graph(name)
            if method == "DELETE":
                return Reply(204 if known else 404)
        for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
            self.store.add(ox.Quad(quad.subject, quad.predicate, quad.object, name))
        return Reply(204)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    known: SmallServer

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        asking = parts.path == "/query"
        form = parse_qs(body.decode() if asking else parts.query, keep_blank_values=True)
        what = form.get("query" if asking else "graph", [""])[0]
        with self.known.lock:
            self.known.asked.append((self.command, what))
            self.known.headers.append({k.lower(): v for k, v in self.headers.items()})
            reply = self.known.fault(self.command, parts.path, what)
            if reply is None and asking:
                reply = self.known.query(form)
            elif reply is None and parts.path == "/store":
                reply = self.known.write(self.command, what, body)
        self._send(reply or Reply(404, b"nothing here", "text/plain"))

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - names of the base class

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        length = len(reply.body) if reply.length is None else reply.length
        self.send_header("Content-Length", str(length))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection = reply.length is not None

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def small_server() -> Iterator[SmallServer]:
    """Run one; it answers at /query and takes graphs at /store, as Oxigraph server does."""
    known = SmallServer()
    handler = type("Handler", (_Handler,), {"known": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    known.address = f"http://127.0.0.1:{server.server_address[1]}/query"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
