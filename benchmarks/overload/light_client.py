"""A client of HTTP/1.1 that costs little: a load generator must not wait for itself.

A client library takes three milliseconds of a processor a request, more than the service that is
measured. This one keeps connections open, asks, and reads to the end of the answer; of that it
keeps status and headers. RFC 9112; no redirects, no compression.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode

__all__ = ["LightAnswer", "LightClient"]

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class LightAnswer:
    """Status and headers (names in lower case) of an answer that was read to its end."""

    status: int
    headers: dict[str, str]


class LightClient:
    """GET requests to one service over as many connections as are under way at once."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._at, self._timeout = (host, port), timeout
        self._idle: list[Connection] = []

    async def __aenter__(self) -> LightClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _, writer in self._idle:
            writer.close()

    async def get(self, path: str, params: dict[str, str] | None = None) -> LightAnswer:
        """Ask, and read the answer; OSError, EOFError or TimeoutError where none comes whole."""
        asked = f"{path}?{urlencode(params)}" if params else path
        request = f"GET {asked} HTTP/1.1\r\nHost: {self._at[0]}:{self._at[1]}\r\n\r\n".encode()
        async with asyncio.timeout(self._timeout):
            while True:
                used = bool(self._idle)
                reader, writer = self._idle.pop() if used else await self._connected()
                try:
                    writer.write(request)
                    answer = await _read(reader)
                except (asyncio.IncompleteReadError, ConnectionError) as error:
                    writer.close()
                    if used and not getattr(error, "partial", b""):
                        continue  # the service had closed it meanwhile
                    raise
                except BaseException:
                    writer.close()
                    raise
                break
        if answer.headers.get("connection", "").lower() == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        return answer

    async def _connected(self) -> Connection:
        return await asyncio.open_connection(*self._at)


async def _read(reader: asyncio.StreamReader) -> LightAnswer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    else:
        await reader.readexactly(int(headers.get("content-length", "0")))
    return LightAnswer(int(head[0].split(" ", 2)[1]), headers)
