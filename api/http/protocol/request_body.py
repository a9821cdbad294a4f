"""The body of a request as it comes in: counted, timed, and unpacked where it is compressed."""

from __future__ import annotations

import asyncio
import time
import zlib
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from permed.api.http.protocol.http_errors import (
    BodyTooSlow,
    ContentTooLarge,
    UnsupportedMedia,
)
from permed.graph.errors import InputError

__all__ = ["RequestBody", "too_large"]

_CODINGS: Final = {"": None, "identity": None, "gzip": 31, "x-gzip": 31, "deflate": 15}
_STEP: Final = 1 << 18  # bytes unpacked at once: other requests have their turn in between
_SLOWEST: Final = 50_000  # bytes a second for which a body gets more time


def too_large(largest: int) -> ContentTooLarge:
    """Return the refusal of a body over the limit."""
    return ContentTooLarge(f"the request is larger than {largest:,} bytes; send less at once")


class RequestBody:
    """Receives the messages of a body; BodyTooSlow, ContentTooLarge where it is not as allowed.

    `largest` counts the bytes after unpacking; `seconds` may pass, and more where many bytes come.
    UnsupportedMedia for a compression that is not read here.
    """

    def __init__(self, scope: Scope, receive: Receive, largest: int, seconds: float) -> None:
        coding = Headers(scope=scope).get("content-encoding", "").strip().lower()
        if coding not in _CODINGS:
            raise UnsupportedMedia(f"content encoding {coding[:60]}; send gzip, deflate or none")
        window = _CODINGS[coding]
        self._unpacker = zlib.decompressobj(window) if window is not None else None
        self._packed, self._last = b"", False
        self._receive, self._largest, self._seconds = receive, largest, seconds
        self._size, self._over = 0, False
        self._deadline = time.monotonic() + seconds

    async def __call__(self) -> Message:
        """Return the next message; behind the body, whatever the server tells."""
        if self._over:
            return await self._receive()
        body = b"" if self._packed else await self._next()
        if self._unpacker is not None:
            body = self._unpacked(body)
            await asyncio.sleep(0)
        self._size += len(body)
        if self._size > self._largest:
            raise too_large(self._largest)
        self._over = self._last and not self._packed
        return {"type": "http.request", "body": body, "more_body": not self._over}

    async def _next(self) -> bytes:
        allowed = self._deadline + self._size / _SLOWEST - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, allowed)):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlow(
                f"the body did not arrive within {self._seconds:g} s; send it in one go"
            ) from None
        self._last = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    def _unpacked(self, body: bytes) -> bytes:
        """Unpack one step; the rest waits for the next call."""
        unpacker = self._unpacker
        if unpacker is None or not (self._packed or body):
            return b""
        try:
            found = unpacker.decompress(self._packed + body, _STEP)
        except zlib.error:
            raise InputError("the body is not compressed as Content-Encoding says") from None
        self._packed = unpacker.unconsumed_tail
        if self._last and not self._packed and not unpacker.eof:
            raise InputError("the compressed body is cut; send the whole of it")
        return found
