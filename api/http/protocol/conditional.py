"""Conditional requests (RFC 9110, 13): what may be kept has a tag, and 304 saves sending it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from permed.api.http.release.answer_cache import matches, tag_of
from permed.api.http.release.earlier import answering_release
from permed.api.http.release.served_release import ReleaseServer

__all__ = ["ConditionalAnswers"]

_KEPT: Final = ("cache-control", "content-location", "etag", "last-modified", "link", "vary",
                "x-permed-release")  # fmt: skip


class ConditionalAnswers:
    """ASGI middleware that adds tags and times to answers, and sends 304 in place of known ones.

    An answer without a tag gets one of its content. What comes from a release names it
    (`X-Permed-Release`) and was changed last when that was built. Answers that must not be kept are
    passed on.
    """

    def __init__(self, app: ASGIApp, server: ReleaseServer) -> None:
        self._app, self._server = app, server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event; only answers to GET are looked at."""
        if scope["type"] == "http" and scope["method"] == "GET":
            answering_release.set(None)
            send = _Answer(Headers(scope=scope), send, self._changed).send
        await self._app(scope, receive, send)

    def _changed(self, release: str) -> str:
        """Return when a release was built, as HTTP writes it; nothing where that is not known."""
        told = self._server.built(release)
        if told is None:
            return ""
        try:
            built = datetime.fromisoformat(told)
        except ValueError:
            return ""
        built = built if built.tzinfo else built.replace(tzinfo=UTC)
        return format_datetime(built.astimezone(UTC), usegmt=True)


class _Answer:
    """One answer: its beginning is held back until its content is there."""

    def __init__(self, asked: Headers, send: Send, changed: Callable[[str], str]) -> None:
        self._asked, self._send, self._changed = asked, send, changed
        self._begun: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _may_be_kept(message):
            self._begun = message
            return
        begun, self._begun = self._begun, None
        if begun is None:
            await self._send(message)
            return
        headers = MutableHeaders(raw=list(begun["headers"]))
        if not message.get("more_body"):
            headers.setdefault("ETag", tag_of(message.get("body", b"")))
        if (release := answering_release.get()) is not None:
            headers.setdefault("X-Permed-Release", release)
        if time := self._changed(headers.get("x-permed-release", "")):
            headers.setdefault("Last-Modified", time)
        if self._known(headers):
            kept = [pair for pair in headers.raw if pair[0].decode() in _KEPT]
            await self._send({**begun, "status": 304, "headers": kept})
            await self._send({"type": "http.response.body", "body": b""})
            return
        await self._send({**begun, "headers": headers.raw})
        await self._send(message)

    def _known(self, headers: MutableHeaders) -> bool:
        if "if-none-match" in self._asked:
            return "etag" in headers and matches(self._asked["if-none-match"], headers["etag"])
        since, changed = self._asked.get("if-modified-since"), headers.get("last-modified")
        try:
            return bool(since and changed) and (
                parsedate_to_datetime(str(changed)) <= parsedate_to_datetime(str(since))
            )
        except (TypeError, ValueError):
            return False


def _may_be_kept(message: Message) -> bool:
    return message["status"] == 200 and not any(
        name == b"cache-control" and b"no-store" in value for name, value in message["headers"]
    )
