"""Earlier releases: while they are kept, `?release=ID` is answered from one of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from permed.api.http.release.settings import Settings
from permed.graph.releases.kept import kept_release
from permed.graph.releases.release import Release

__all__ = ["EarlierReleases", "answering_release", "asked_release"]

asked_release: ContextVar[str | None] = ContextVar("asked_release", default=None)
answering_release: ContextVar[str | None] = ContextVar("answering_release", default=None)


class _Served(Protocol):
    """A release as it is served."""

    @property
    def built(self) -> str:
        """When it was built."""

    async def close(self) -> None:
        """Wait until nobody uses it any more, then end its processes."""


S = TypeVar("S", bound=_Served)


class EarlierReleases(Generic[S]):
    """Releases opened beside the current one when asked for, the ones used last.

    Those that nobody asks any more are closed.
    """

    def __init__(
        self,
        home: Path,
        settings: Settings,
        opened: Callable[[Release], Coroutine[None, None, S]],
    ) -> None:
        self._home, self._settings, self._open = home, settings, opened
        self._opened: dict[str, asyncio.Task[S]] = {}
        self._used: dict[str, float] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def get(self, name: str) -> S:
        """Return a release that is kept, opened; RemovedError or NotFoundError for others."""
        release = await asyncio.to_thread(kept_release, self._home, name)
        while True:
            task = self._opened.get(name)
            if task is None:
                task = self._opened[name] = asyncio.create_task(self._open(release))
            self._used[name] = time.monotonic()
            self._close_all_but(self._settings.earlier)
            try:
                served = await asyncio.shield(task)
            except Exception:
                self._opened.pop(name, None)
                raise
            if self._opened.get(name) is task:
                return served

    def built(self, name: str) -> str | None:
        """Return when a release that is open was built, None for others."""
        task = self._opened.get(name)
        ready = task is not None and task.done() and not task.cancelled() and not task.exception()
        return task.result().built if task is not None and ready else None

    def close_unused(self) -> None:
        """Close what nobody asked for a while, and what was removed."""
        latest = time.monotonic() - self._settings.earlier_seconds
        for name in list(self._opened):
            gone = not (self._home / name / "receipt.json").is_file()
            if gone or self._used[name] < latest:
                self._close(name)

    def _close_all_but(self, most: int) -> None:
        for name in sorted(self._opened, key=self._used.__getitem__)[:-most]:
            self._close(name)

    def _close(self, name: str) -> None:
        self._retire(_end(self._opened.pop(name)))

    def _retire(self, closing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(closing)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def stop(self) -> None:
        """Close all of them."""
        for name in list(self._opened):
            self._close(name)
        await asyncio.gather(*self._closing, return_exceptions=True)


async def _end(task: asyncio.Task[S]) -> None:
    """Close a release once it is open and nobody uses it."""
    try:
        served = await task
    except Exception:
        return
    await served.close()
