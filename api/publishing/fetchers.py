"""All pages of a release, fetched by several processes: making them is the work of publishing."""

from __future__ import annotations

import heapq
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from permed.api.publishing.links import OF_THINGS
from permed.api.publishing.relinking import Relinking
from permed.graph.errors import InputError
from permed.graph.process import Helper, start_helper
from permed.graph.store.executor.messages import read_frame, write_frame

__all__ = ["Fetchers", "MadePage", "fetchers"]

_MODULE: Final = "permed.api.publishing.fetcher"
_MOST: Final = 4  # processes: each holds the release once more
_DRAWN_ONCE: Final = "/network/report"  # one process draws the report and has its files
_UNDER_WAY: Final = 16  # pages that one process is asked for at a time


@dataclass(frozen=True)
class MadePage:
    """What a path answered; links: where a page leads to on its own site.

    Pages of things stay with the process that made them, which relinks them: content is empty.
    """

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

    def names(self) -> bytes:
        """Return what parameters of questions may name, as JSON."""
        helper = self._helpers[0]
        helper.channel.sendall(write_frame({"names": True}, b""))
        return _read(helper)[1]

    def each(
        self, paths: Iterable[str], more: Callable[[MadePage], Iterable[str]] = lambda _: ()
    ) -> Iterator[tuple[MadePage, int]]:
        """Yield what each path answers, as it is made, and how many paths are known by then.

        more: paths that a page leads to, which are fetched too; each path is fetched once.
        InputError where a page cannot be made, or a process ends.
        """
        waiting = _Waiting(paths)
        found: queue.Queue[MadePage | Exception | None] = queue.Queue()

        def ask(helper: Helper, *, draws: bool) -> None:
            try:
                under_way = 0
                while True:
                    batch = waiting.take(_UNDER_WAY - under_way, draws, wait=not under_way)
                    if batch:
                        helper.channel.sendall(write_frame({"fetch": batch}, b""))
                        under_way += len(batch)
                    elif not under_way:
                        break
                    made = _made(*_read(helper))
                    under_way -= 1
                    waiting.made(more(made))
                    found.put(made)
            except Exception as problem:  # raised again by the caller's thread
                waiting.give_up()
                found.put(problem)
            found.put(None)

        for number, helper in enumerate(self._helpers):
            told = {"draws": number == 0}
            threading.Thread(target=ask, args=(helper,), kwargs=told, daemon=True).start()
        running = len(self._helpers)
        while running:
            one = found.get()
            if isinstance(one, Exception):
                raise one
            if one is None:
                running -= 1
            else:
                yield one, waiting.known

    def relinked(self, relinking: Relinking) -> Iterator[tuple[str, bytes]]:
        """Yield path and file of each page of a thing, as the processes write them side by side."""
        told = write_frame({"relink": True}, relinking.to_json())
        found: queue.Queue[tuple[str, bytes] | Exception | None] = queue.Queue(_UNDER_WAY)

        def ask(helper: Helper) -> None:
            try:
                helper.channel.sendall(told)
                while (frame := _read(helper))[0]:
                    found.put((frame[0]["path"], frame[1]))
                found.put(None)
            except Exception as problem:  # raised again by the caller's thread
                found.put(problem)

        for helper in self._helpers:
            threading.Thread(target=ask, args=(helper,), daemon=True).start()
        running = len(self._helpers)
        while running:
            one = found.get()
            if isinstance(one, Exception):
                raise one
            if one is None:
                running -= 1
            else:
                yield one


class _Waiting:
    """Paths that nobody was asked for yet, those that take long first."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._turn = threading.Condition()
        self._seen: set[str] = set()
        self._drawn: list[str] = []
        self._others: list[tuple[bool, str]] = []
        self._unmade = 0
        self._add(paths)

    @property
    def known(self) -> int:
        """How many paths there are, made or not."""
        return len(self._seen)

    def take(self, most: int, draws: bool, *, wait: bool) -> list[str]:
        """Return the next paths; none where none is left, or where one should not wait for more.

        draws: for the process that draws the report.
        """
        with self._turn:
            while wait and self._unmade and not (self._others or (draws and self._drawn)):
                self._turn.wait()
            mine = self._drawn if draws else []
            taken = [heapq.heappop(mine) for _ in range(min(most, len(mine)))]
            left = min(most - len(taken), len(self._others))
            return [*taken, *(heapq.heappop(self._others)[1] for _ in range(left))]

    def made(self, more: Iterable[str]) -> None:
        """Count one as made; add the paths that it led to."""
        with self._turn:
            self._add(more)
            self._unmade -= 1
            self._turn.notify_all()

    def give_up(self) -> None:
        """Leave what is waiting: something failed."""
        with self._turn:
            self._drawn, self._others, self._unmade = [], [], 0
            self._turn.notify_all()

    def _add(self, paths: Iterable[str]) -> None:
        for path in set(paths) - self._seen:
            self._seen.add(path)
            self._unmade += 1
            if path.startswith(_DRAWN_ONCE):
                heapq.heappush(self._drawn, path)
            else:
                # pages of things fill what the long ones leave
                heapq.heappush(self._others, (path.startswith(OF_THINGS), path))


@contextmanager
def fetchers(home: Path) -> Iterator[Fetchers]:
    """Start a process for each processor over a home, and end them."""
    count = min(_MOST, len(os.sched_getaffinity(0)))
    with TemporaryDirectory(prefix="permed-publish-") as answers:
        arguments = [str(home.resolve()), answers]
        helpers = [start_helper(_MODULE, arguments) for _ in range(count)]
        try:
            yield Fetchers(helpers)
        finally:
            for helper in helpers:
                helper.end()


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
