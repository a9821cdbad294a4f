"""All pages of a release, fetched by several processes: making them is the work of publishing."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from permed.graph.errors import InputError
from permed.graph.process import Helper, start_helper
from permed.graph.store.executor.messages import read_frame, write_frame

__all__ = ["Fetchers", "MadePage", "fetchers"]

_MODULE: Final = "permed.api.publishing.fetcher"
_MOST: Final = 4  # processes: each holds the release once more
_DRAWN_ONCE: Final = "/network/report"  # one process draws the report and has its files
_BATCH: Final = 16  # pages asked for at once: few, so that no process is left with a long rest


@dataclass(frozen=True)
class MadePage:
    """What a path answered; links: where a page leads to on its own site."""

    path: str
    status: int
    is_page: bool
    links: list[str]
    content: bytes


class Fetchers:
    """Processes that make pages, asked side by side."""

    def __init__(self, helpers: list[Helper]) -> None:
        self._helpers = helpers

    def addresses(self) -> list[str]:
        """Return the paths of all pages, as the sitemaps list them; InputError says why not."""
        helper = self._helpers[0]
        helper.channel.sendall(write_frame({"list": True}, b""))
        return list(_read(helper)[0]["paths"])

    def each(self, paths: Iterable[str]) -> Iterator[MadePage]:
        """Yield what each path answers, in the order in which they are made.

        InputError where a page cannot be made, or a process ends.
        """
        drawn: list[str] = []
        others: list[str] = []
        for path in paths:
            (drawn if path.startswith(_DRAWN_ONCE) else others).append(path)
        waiting = iter(others)
        turn = threading.Lock()
        found: queue.Queue[MadePage | Exception | None] = queue.Queue()

        def ask(helper: Helper, first: list[str]) -> None:
            try:
                while batch := first or _next_of(waiting, turn):
                    first = []
                    helper.channel.sendall(write_frame({"fetch": batch}, b""))
                    for _ in batch:
                        found.put(_made(*_read(helper)))
            except Exception as problem:  # raised again by the caller's thread
                found.put(problem)
            found.put(None)

        shares = [drawn, *([] for _ in self._helpers[1:])]
        threads = [
            threading.Thread(target=ask, args=asked, daemon=True)
            for asked in zip(self._helpers, shares, strict=True)
        ]
        for thread in threads:
            thread.start()
        running = len(threads)
        while running:
            one = found.get()
            if isinstance(one, Exception):
                raise one
            if one is None:
                running -= 1
            else:
                yield one


@contextmanager
def fetchers(home: Path) -> Iterator[Fetchers]:
    """Start a process for each processor over a home, and end them."""
    count = min(_MOST, len(os.sched_getaffinity(0)))
    helpers = [start_helper(_MODULE, [str(home.resolve())]) for _ in range(count)]
    try:
        yield Fetchers(helpers)
    finally:
        for helper in helpers:
            helper.end()


def _next_of(waiting: Iterator[str], turn: threading.Lock) -> list[str]:
    with turn:
        return list(islice(waiting, _BATCH))


def _read(helper: Helper) -> tuple[dict[str, Any], bytes]:
    try:
        frame = read_frame(helper.channel)
    except OSError:
        frame = None
    if frame is None:
        raise InputError(f"a process that makes pages ended: {helper.why_ended()}")
    if "error" in frame[0]:
        raise InputError(frame[0]["message"])
    return frame


def _made(head: dict[str, Any], content: bytes) -> MadePage:
    return MadePage(head["path"], head["status"], head["page"], head["links"], content)
