"""`release=ID` in an address: the release that answers it, in place of the current one.

One middleware for SPARQL, lists, questions, data and pages. What an answer leads on to (redirects,
links in headers and pages, forms) stays in the release.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_plus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from permed.api.http.protocol.problems import explain
from permed.api.http.release.earlier import asked_release
from permed.api.http.release.links import answers_from_releases, within_release
from permed.graph.errors import InputError

__all__ = ["ReleaseChoice"]

_NAME: Final = b"release"
_LINK: Final = re.compile(r"<(/[^>]*)>")


class ReleaseChoice:
    """ASGI middleware that takes `release` out of the address and keeps it for the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event."""
        text = scope.get("query_string", b"") if scope["type"] == "http" else b""
        if _NAME not in text or not answers_from_releases(scope["path"]):
            await self._app(scope, receive, send)
            return
        parts = text.split(b"&")
        wanted = [p for p in parts if p.partition(b"=")[0] == _NAME]
        rest = b"&".join(p for p in parts if p not in wanted)
        scope = {**scope, "query_string": rest}
        names = {unquote_plus(p.partition(b"=")[2].decode("latin-1")).strip() for p in wanted}
        names -= {"", "current"}
        if problem := _refusal(scope, names):
            await explain(Request(scope), problem)(scope, receive, send)
            return
        name = next(iter(names), None)
        token = asked_release.set(name)
        try:
            await self._app(scope, receive, send if name is None else _staying(send, name))
        finally:
            asked_release.reset(token)


def _refusal(scope: Scope, names: set[str]) -> InputError | None:
    if len(names) > 1:
        return InputError(f"release is given {len(names)} times; give one id, /releases lists them")
    written = scope["path"].startswith("/graphs") and scope["method"] not in ("GET", "HEAD")
    if names and written:
        return InputError("a release never changes; leave `release` out to write a graph")
    return None


def _staying(send: Send, name: str) -> Send:
    """Let redirects and links of an answer lead to the same release."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 400:
            headers = MutableHeaders(raw=list(message["headers"]))
            if "location" in headers:
                headers["location"] = within_release(headers["location"], name)
            if "link" in headers:
                headers["link"] = _LINK.sub(
                    lambda m: f"<{within_release(m[1], name)}>", headers["link"]
                )
            message = {**message, "headers": headers.raw}
        await send(message)

    return sent
