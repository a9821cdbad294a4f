"""A service below a path of a host (`/graph`), behind a proxy that strips that path or keeps it.

Inside, every address starts at the root; here the path is taken off requests, and put before what
answers lead to: redirects, links in headers, cookies, links and forms of pages. Scripts read it
from the page (`data-root`). JSON and descriptions name whole addresses, or ask `Settings.below`.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SubPath"]

_TARGET: Final = re.compile(rb'\b((?:href|src|action|formaction)=")(/(?!/)[^"]*)"')
_PAGE: Final = re.compile(rb"<html(?=[\s>])(?![^>]*\bdata-root=)", re.IGNORECASE)
_LINK: Final = re.compile(r"<(/(?!/)[^>]*)>")
_COOKIE: Final = re.compile(r"(?<=; path=)(/[^;]*)", re.IGNORECASE)


class SubPath:
    """ASGI middleware; what has the path already stays as it is, so that two of it do no harm.

    One stands outermost, one below the compression: pages can be read only before that.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event; only HTTP is looked at."""
        if scope["type"] == "http":
            scope, send = self._inside(scope), _Outside(self._path, send).send
        await self._app(scope, receive, send)

    def _inside(self, scope: Scope) -> Scope:
        """The request as it is without the path, whether or not the proxy took it off."""
        path, raw = scope["path"], scope.get("raw_path") or b""
        if path != self._path and not path.startswith(f"{self._path}/"):
            return scope
        known = raw.startswith(self._path.encode())
        raw = raw[len(self._path) :] or b"/" if known else raw
        return {**scope, "path": path[len(self._path) :] or "/", "raw_path": raw}


class _Outside:
    """One answer on its way out."""

    def __init__(self, path: str, send: Send) -> None:
        self._path, self._send = path, send
        self._start: Message | None = None  # of a page, held until all of it is there
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=[self._header(*pair) for pair in message["headers"]])
            message = {**message, "headers": headers.raw}
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and "content-encoding" not in headers:
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page()
            return
        await self._send(message)

    async def _send_page(self) -> None:
        assert self._start is not None
        body = _TARGET.sub(lambda m: m[1] + self._below(m[2].decode()).encode() + b'"', self._body)
        body = _PAGE.sub(b'<html data-root="' + self._path.encode() + b'"', body, count=1)
        headers = MutableHeaders(raw=list(self._start["headers"]))
        if body and "content-length" in headers:  # there is none where HEAD is answered
            headers["content-length"] = str(len(body))
        start, self._start = {**self._start, "headers": headers.raw}, None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    def _header(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        text = value.decode("latin-1")
        if name in (b"location", b"content-location") and re.match(r"/(?!/)", text):
            text = self._below(text)
        elif name == b"link":
            text = _LINK.sub(lambda m: f"<{self._below(m[1])}>", text)
        elif name == b"set-cookie":
            text = _COOKIE.sub(lambda m: self._below(m[1]), text)
        return name, text.encode("latin-1")

    def _below(self, address: str) -> str:
        here = re.match(rf"{re.escape(self._path)}(?=[/?#]|$)", address)
        return address if here else self._path + address
