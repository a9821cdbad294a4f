"""A proxy in front of the service, as small as one can be: below a path, which it strips or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

_OWN = ("host", "connection", "transfer-encoding", "date", "server")


@contextmanager
def proxied(port: int, service: str, path: str, *, strips: bool) -> Iterator[None]:
    """Offer a service below a path of a port; everything else there is 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            inside = self.path == path or self.path.startswith((f"{path}/", f"{path}?"))
            if not inside:
                self.send_error(404, "not of the service")
                return
            target = self.path[len(path) :] if strips else self.path
            target = target if target.startswith("/") else f"/{target}"
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = [(k, v) for k, v in self.headers.items() if k.lower() not in _OWN]
            # raw bytes through: what a compressing server sends stays compressed
            with client.stream(
                self.command, service + target, headers=headers, content=body
            ) as reply:
                told = b"".join(reply.iter_raw())
            self.send_response_only(reply.status_code)
            for name, value in reply.headers.multi_items():
                if name.lower() not in (*_OWN, "content-length"):
                    self.send_header(name, value)
            length = reply.headers["content-length"] if self.command == "HEAD" else len(told)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with (
        httpx2.Client(timeout=30) as client,
        ThreadingHTTPServer(("127.0.0.1", port), Handler) as s,
    ):
        thread = threading.Thread(target=s.serve_forever)
        thread.start()
        try:
            yield
        finally:
            s.shutdown()
            thread.join()
