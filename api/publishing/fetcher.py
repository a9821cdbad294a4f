"""A process that runs the application and fetches its share of the pages.

It is asked over a socket in frames: `{"list": true}` for the paths of all pages, `{"names": true}`
for what parameters may name, `{"fetch": [...]}` for pages, which come one frame each as they are
made: path, status, type and links; body. More may be asked for before all have come: a page that
takes long holds up no other. Pages of things, which are most, stay here until all pages are known:
`{"relink": true}` with the rules in the body gets them with their links, and an empty head last.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from permed.api.publishing.links import OF_THINGS, local_links
from permed.api.publishing.pages import AT_ONCE, Pages, opened
from permed.api.publishing.relinking import Relinking
from permed.graph.errors import PermedError
from permed.graph.store.executor.messages import error_head, read_frame, write_frame

__all__ = ["main"]

_HTML: Final = "text/html"


def main(arguments: Sequence[str]) -> int:
    """Serve the release of a home (second argument) on a socket (first), until it is closed.

    The third is a folder in which processes leave answers for each other.
    """
    with socket.socket(fileno=int(arguments[0])) as channel:
        try:
            asyncio.run(_serve(channel, *map(Path, arguments[1:])))
        except PermedError as problem:
            channel.sendall(write_frame(error_head(problem), b""))
    return 0


async def _serve(channel: socket.socket, home: Path, answers: Path) -> None:
    asked: asyncio.Queue[str] = asyncio.Queue()
    kept: dict[str, bytes] = {}
    async with opened(home, answers) as site, asyncio.TaskGroup() as group:
        makers = [group.create_task(_make(site, channel, asked, kept)) for _ in range(AT_ONCE)]
        while (frame := await asyncio.to_thread(read_frame, channel)) is not None:
            head, body = frame
            if "fetch" in head:
                for path in head["fetch"]:
                    asked.put_nowait(path)
            elif "relink" in head:
                await asyncio.to_thread(_relink, channel, kept, Relinking.from_json(body))
            elif "names" in head:
                channel.sendall(write_frame({}, await asyncio.to_thread(site.names)))
            else:
                channel.sendall(write_frame({"paths": await site.addresses()}, b""))
        for maker in makers:
            maker.cancel()


def _relink(channel: socket.socket, kept: dict[str, bytes], relinking: Relinking) -> None:
    """Send the pages that stayed here, with their links."""
    for path, content in kept.items():
        channel.sendall(write_frame({"path": path}, relinking.of(content.decode(), path)))
    channel.sendall(write_frame({}, b""))


async def _make(
    site: Pages, channel: socket.socket, asked: asyncio.Queue[str], kept: dict[str, bytes]
) -> None:
    """Make what is asked for, one page after another, and send each."""
    try:
        while True:
            head, body = await _page(site, await asked.get())
            if head.get("page") and head["path"].startswith(OF_THINGS):
                kept[head["path"]], body = body, b""
            channel.sendall(write_frame(head, body))
    except Exception:
        channel.shutdown(socket.SHUT_RDWR)  # or the reading of it would wait for ever
        raise


async def _page(site: Pages, path: str) -> tuple[dict[str, Any], bytes]:
    try:
        answer = await site.get(path)
    except PermedError as problem:
        return error_head(problem), b""
    is_page = answer.headers.get("content-type", "").startswith(_HTML)
    links = sorted(local_links(answer.text, path)) if is_page else []
    found = {"path": path, "status": answer.status_code, "page": is_page, "links": links}
    return found, answer.content
