"""What is served: the current release in memory, and the switch to a new one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api.http.answers import AnswerCache
from api.http.directory import Directory, read_directory
from api.http.settings import Settings
from graph.errors import BusyError, PermedError
from graph.release import Release, Releases
from graph.store import Answer, Caps
from graph.store.executor import Pool, Request

__all__ = ["Edition", "Serving"]

_log = logging.getLogger("permed.http")
_LOADING_SECONDS = 600.0


class Edition:
    """One release as it is served: its query processes, its directory, its cached answers."""

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release = release
        self.settings = settings
        self.pool = Pool(release.graphs, settings.pool())
        self.cache = AnswerCache(settings.cache_bytes)
        self.directory = Directory.empty(settings.base)
        self.built = str(release.receipt.get("built", ""))
        self.users = 0
        self.seconds = 0.0

    @property
    def id(self) -> str:
        """Name of the release."""
        return self.release.id

    @property
    def caps(self) -> Caps:
        """Most rows and bytes of one answer."""
        return Caps(self.settings.max_rows, self.settings.max_answer_bytes)

    async def load(self) -> None:
        """Read the release into memory and make its directory of things."""
        started = time.monotonic()
        await self.pool.start()
        self.directory = await read_directory(self.bulk, self.settings.base)
        self.seconds = time.monotonic() - started

    async def query(self, request: Request) -> Answer:
        """Answer a query."""
        return await self.pool.run(request)

    async def bulk(self, sparql: str) -> Answer:
        """Answer a query of our own, without caps, as TSV."""
        return await self.pool.run(Request(sparql, format="tsv", seconds=_LOADING_SECONDS))

    async def close(self) -> None:
        """Wait until nobody uses the edition any more, then end its processes."""
        deadline = time.monotonic() + self.settings.grace_seconds
        while self.users and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await self.pool.close(max(0.0, deadline - time.monotonic()))


class Serving:
    """The current edition; watches the home directory and switches without dropping a request."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self.home = home
        self.settings = settings
        self.current: Edition | None = None
        self.trouble: str | None = None
        self._watch: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._tried: str | None = None

    async def start(self) -> None:
        """Begin to watch; the first release is loaded in the background."""
        self._watch = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop watching and close every edition."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self.current is not None:
            await self.current.close()
        await asyncio.gather(*self._closing, return_exceptions=True)

    @asynccontextmanager
    async def edition(self) -> AsyncIterator[Edition]:
        """Hold the current edition while a request uses it; BusyError before there is one."""
        edition = self.current
        if edition is None:
            raise BusyError(
                self.trouble or "the release is being loaded; try again in some seconds"
            )
        edition.users += 1
        try:
            yield edition
        finally:
            edition.users -= 1

    async def _run(self) -> None:
        while True:
            target = self._target()
            if target is not None and target != self._tried:
                self._tried = target
                await self._switch()
            await asyncio.sleep(self.settings.poll_seconds)

    def _target(self) -> str | None:
        try:
            return str((self.home / "current").readlink())
        except OSError:
            self.trouble = f"no release in {self.home} yet; run: permed build"
            return None

    async def _switch(self) -> None:
        """Load the promoted release beside the old one, then serve it; keep the old on trouble."""
        edition: Edition | None = None
        try:
            edition = Edition(Releases(self.home).current(), self.settings)
            await _loaded(edition)
        except PermedError as problem:
            self.trouble = str(problem)
            _log.error("release not loaded", extra={"reason": str(problem)})
            if edition is not None:
                await edition.pool.close(0)
            return
        old, self.current, self.trouble = self.current, edition, None
        told = {"release": edition.id, "quads": edition.pool.quads, "pid": os.getpid()}
        _log.info("serving", extra={**told, "seconds": round(edition.seconds, 3)})
        if old is not None:
            task = asyncio.create_task(old.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


async def _loaded(edition: Edition) -> None:
    """Load an edition; where the server stops meanwhile, end its processes before going."""
    task = asyncio.create_task(edition.load())
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        await edition.pool.close(0)
        raise
