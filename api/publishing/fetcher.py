"""A process that runs the application and fetches its share of the pages.

It is asked over a socket in frames: `{"list": true}` for the paths of all pages, `{"fetch": [...]}`
for pages, which come one frame each as they are made: path, status, type and links; body.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from permed.api.publishing.links import local_links
from permed.api.publishing.pages import AT_ONCE, Pages, opened
from permed.graph.errors import PermedError
from permed.graph.store.executor.messages import error_head, read_frame, write_frame

__all__ = ["main"]

_HTML: Final = "text/html"


def main(arguments: Sequence[str]) -> int:
    """Serve the release of a home (second argument) on a socket (first), until it is closed."""
    channel = socket.socket(fileno=int(arguments[0]))
    try:
        asyncio.run(_serve(channel, Path(arguments[1])))
    except PermedError as problem:
        channel.sendall(write_frame(error_head(problem), b""))
    return 0


async def _serve(channel: socket.socket, home: Path) -> None:
    async with opened(home) as site:
        while (frame := await asyncio.to_thread(read_frame, channel)) is not None:
            head, _ = frame
            if "fetch" in head:
                await _fetch(site, channel, head["fetch"])
            else:
                channel.sendall(write_frame({"paths": await site.addresses()}, b""))


async def _fetch(site: Pages, channel: socket.socket, paths: list[str]) -> None:
    """Send each page as soon as it is made."""
    waiting = iter(paths)

    async def next_ones() -> None:
        for path in waiting:
            head, body = await _page(site, path)
            channel.sendall(write_frame(head, body))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(next_ones())


async def _page(site: Pages, path: str) -> tuple[dict[str, Any], bytes]:
    try:
        answer = await site.get(path)
    except PermedError as problem:
        return error_head(problem), b""
    is_page = answer.headers.get("content-type", "").startswith(_HTML)
    links = sorted(local_links(answer.text, path)) if is_page else []
    found = {"path": path, "status": answer.status_code, "page": is_page, "links": links}
    return found, answer.content
