"""Connections: how large and how slow the head of a request may be, before any of our code runs.

uvicorn reads a head of any length for any time. Here a head over the limit is answered 431 (414
where the address alone is too long) and one that does not end in time 408, and the connection is
closed. RFC 9110, 15.5; RFC 6585, 5.
"""

from __future__ import annotations

import asyncio
import http
from typing import Final

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from permed.api.http.release.settings import Settings

__all__ = ["protocol_of"]

_SAID: Final = {
    408: "the head of the request did not arrive in time",
    414: "the address is too long; send the query by POST",
    431: "the head of the request is too large; send fewer or shorter headers",
}


def protocol_of(settings: Settings) -> type[HttpToolsProtocol]:
    """Return the protocol class that uvicorn makes a connection of, with these limits."""

    class Bounded(_BoundedProtocol):
        most, seconds = settings.max_head_bytes, settings.head_seconds

    return Bounded


class _BoundedProtocol(HttpToolsProtocol):
    """One connection; `most` bytes and `seconds` for each head."""

    most: int
    seconds: float

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._left: int | None = self.most  # None behind a head
        self._timer: asyncio.TimerHandle | None = None
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._settle()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser no more of a head than the limit."""
        while data and self._left is not None and not self.transport.is_closing():
            part, data = data[: self._left], data[self._left :]
            self._left -= len(part)
            super().data_received(part)
            if self._left == 0:
                self._refuse(431 if self.headers else 414)
                return
        if data and not self.transport.is_closing():
            super().data_received(data)

    def on_message_begin(self) -> None:
        """Wait for the end of this head, also where the connection was idle before."""
        super().on_message_begin()
        if self._timer is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._settle()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is the head of another request."""
        super().on_message_complete()
        self._left = self.most

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self._refuse, 408)

    def _settle(self) -> None:
        self._left = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int) -> None:
        """Say what is wrong, where no other answer is under way, and close."""
        self._settle()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_problem(status))
        self.transport.close()


def _problem(status: int) -> bytes:
    phrase = http.HTTPStatus(status).phrase
    told = {
        "type": f"urn:permed:problem:{phrase.lower().replace(' ', '-')}",
        "title": phrase.capitalize(),
        "status": status,
        "detail": _SAID[status],
    }
    body = orjson.dumps(told)
    head = (
        f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
