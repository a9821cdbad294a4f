"""What is served: the current release in memory, and the switch to a new one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from cachetools import LRUCache

from permed.api.http.release.answer_cache import AnswerCache
from permed.api.http.release.answers_about_things import AnswersAbout, PartedAnswers, has_failed
from permed.api.http.release.earlier import EarlierReleases, answering_release, asked_release
from permed.api.http.release.loading import TryAgain, all_of, unless_stopped
from permed.api.http.release.reading import empty_directory, read_directory
from permed.api.http.release.settings import Settings
from permed.graph.errors import BusyError, PermedError
from permed.graph.releases.citation import citation_of
from permed.graph.releases.release import Release, Releases
from permed.graph.store import Answer, Caps
from permed.graph.store.executor import Pool, QueryRequest, RemotePool
from permed.graph.store.query.parameters import substitute
from permed.graph.store.query.text_search import expand_text_search, has_text_search
from permed.graph.store.remote.store_address import StoreAddress
from permed.ontology import DEFAULT_BASE

__all__ = ["ReleaseServer", "ServedRelease"]

_log = logging.getLogger("permed.http")
_THINGS: Final = 512  # of whose pages the panels are kept, some 20 kB each
_AHEAD: Final = 10  # times the time of a query that one about everything may take: none waits
_CACHE_BESIDE: Final = 8 << 20  # bytes of answers kept of an earlier release


class ServedRelease:
    """One release as it is served: its query processes, its directory, its cached answers."""

    def __init__(
        self, release: Release, settings: Settings, store: StoreAddress | None = None
    ) -> None:
        self.release = release
        self.settings = settings
        self._memory: Pool | RemotePool = (
            Pool(release.graphs, settings.pool())
            if store is None
            else RemotePool(store, release.id, settings.pool())
        )
        self.pool = self._loading = self._memory
        self.cache = AnswerCache(settings.cache_bytes)
        self._about: LRUCache[str, AnswersAbout] = LRUCache(_THINGS)
        self.base = release.base
        self.parted = PartedAnswers(release.base, settings.panel_bytes if store is None else 0)
        self._making: asyncio.Task[None] | None = None
        self.directory = empty_directory(self.base)
        self.built = str(release.receipt.get("built", ""))
        self.citation = citation_of(release)
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

    @property
    def can_serve_from_disk(self) -> bool:
        """Whether the store on disk gives the same answers as the one in memory.

        A contributed graph may repeat what others say, and there is no merge on disk.
        """
        contributed = any(p.name.startswith("contributed-") for p in self.release.graphs)
        store = self.release.path / "store"
        ours = isinstance(self._memory, Pool)
        return ours and self.settings.disk_first and store.is_dir() and not contributed

    async def serve_from_disk(self) -> None:
        """Answer from the store on disk; InputError where it cannot be used."""
        started = time.monotonic()
        store = await asyncio.to_thread(lambda: self.release.store)
        self._loading = disk = Pool([store], self.settings.pool(), disk=True)
        await all_of(disk.start(), self._read_directory())
        self.pool = disk
        self.seconds = time.monotonic() - started

    async def load(self) -> Pool | RemotePool | None:
        """Read the release into memory and answer from there; return the pool that did before.

        Where another server is the store, it is asked whether it holds the release.
        """
        started = time.monotonic()
        self._loading = self._memory
        await asyncio.to_thread(self.release.check, "graphs")
        await all_of(self._memory.start(), self._prepare_search())
        self.seconds += time.monotonic() - started
        replaced, self.pool = self.pool, self._memory
        return None if replaced is self._memory else replaced

    @classmethod
    async def beside_the_current(cls, release: Release, settings: Settings) -> Self:
        """Open an earlier release with one process, from disk where that gives the same answers."""
        few = {"ready": 1, "cache_bytes": min(settings.cache_bytes, _CACHE_BESIDE)}
        served = cls(release, settings.model_copy(update=few))
        try:
            await (served.serve_from_disk() if served.can_serve_from_disk else served.load())
        except BaseException:
            await served.discard()
            raise
        return served

    async def discard(self) -> None:
        """End what was being loaded, and all its processes."""
        self._loading.abandon()
        await self._loading.close(0)

    async def _read_directory(self) -> None:
        """Read what lists need; what search needs comes with the store in memory, or when asked."""
        if self.directory.is_empty:
            self.directory = await asyncio.to_thread(read_directory, self.release)

    async def _prepare_search(self) -> None:
        await self._read_directory()
        await asyncio.to_thread(self.directory.prepare_search)

    async def query(self, request: QueryRequest) -> Answer:
        """Answer a query; text searches in it are answered by the text index first."""
        if has_text_search(request.sparql):
            request = await asyncio.to_thread(self._searched, request)
        return await self.pool.run(request)

    def _searched(self, request: QueryRequest) -> QueryRequest:
        """Put in what the text index finds, parameters before it: they may be words."""
        sparql = substitute(request.sparql, request.substitutions)
        found = expand_text_search(sparql, self.directory.text_index.things)
        written = request.written or request.sparql
        return replace(request, sparql=found, substitutions={}, written=written)

    def answers_about(
        self, thing: str, ask: Callable[[list[asyncio.Task[Any]]], Coroutine[Any, Any, None]]
    ) -> AnswersAbout:
        """Return the answers that stand on the page of a thing, made or being made.

        ask: asks, and adds a task an answer to the list it is given. Where one failed, all are
        asked for again once nothing is under way.
        """
        kept = self._about.get(thing)
        if kept is None or (kept.all_asked.done() and any(map(has_failed, kept.tasks))):
            answers: list[asyncio.Task[Any]] = []
            kept = self._about[thing] = AnswersAbout(answers, asyncio.create_task(ask(answers)))
        return kept

    def make_ahead(self) -> asyncio.Task[None]:
        """Begin to make the answers on pages of things, beside what readers ask; return the task.

        Where another server is the store, none is made ahead.
        """
        if self._making is None:
            made = self.parted.make(self.pool.run, _AHEAD * self.settings.deadline_seconds)
            self._making = asyncio.create_task(made)
        return self._making

    async def close(self) -> None:
        """Wait until nobody uses it any more, then end its processes."""
        making = [] if self._making is None else [self._making]
        about = [task for asked in self._about.values() for task in asked.tasks]
        for task in [*making, *about]:
            task.cancel()
        deadline = time.monotonic() + self.settings.grace_seconds
        while self.users and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await self.pool.close(max(0.0, deadline - time.monotonic()))
        self.parted.close()


class ReleaseServer:
    """The release served now; watches the home directory, switches without dropping a request."""

    def __init__(self, home: Path, settings: Settings, store: StoreAddress | None = None) -> None:
        self.home = home
        self.settings = settings
        self.store = store
        self.current: ServedRelease | None = None
        self.last_error: str | None = None
        self.earlier = EarlierReleases(
            home, settings, partial(ServedRelease.beside_the_current, settings=settings)
        )
        self._watch: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._tried: str | None = None
        self._again = TryAgain()
        self.reloads = 0

    @property
    def base(self) -> str:
        """Base IRI of the release that is served; the usual one before there is any."""
        return self.current.base if self.current is not None else DEFAULT_BASE

    def built(self, release: str) -> str | None:
        """Return when a release that is open was built; None for others."""
        if self.current is not None and self.current.id == release:
            return self.current.built
        return self.earlier.built(release)

    async def start(self) -> None:
        """Begin to watch; the first release is loaded in the background."""
        self._watch = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop watching and close every release."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self.current is not None:
            await self.current.close()
        await self.earlier.stop()
        await asyncio.gather(*self._closing, return_exceptions=True)

    @asynccontextmanager
    async def served(self, name: str | None = None) -> AsyncIterator[ServedRelease]:
        """Hold the release that answers a request: the one it asks for, else the current one.

        BusyError before there is one, RemovedError or NotFoundError where it is not kept.
        """
        name = name or asked_release.get()
        served = self.current
        if name is not None and (served is None or served.id != name):
            served = await self.earlier.get(name)
        if served is None:
            raise BusyError(
                self.last_error or "the release is being loaded; try again in some seconds"
            )
        answering_release.set(served.id)
        served.users += 1
        try:
            yield served
        finally:
            served.users -= 1

    async def _run(self) -> None:
        while True:
            self._drop_the_dead()
            target = self._target()
            if target is not None and (target != self._tried or self._again.due):
                self._tried = target
                await self._switch()
            self.earlier.close_unused()
            await asyncio.sleep(self.settings.poll_seconds)

    def _drop_the_dead(self) -> None:
        """Load again what lost the process that held it, as where the system needed its memory."""
        served = self.current
        if served is None or served.pool.is_alive:
            return
        self.current, self._tried = None, None
        self.reloads += 1
        self.last_error = "the process that held the release has ended; it is being loaded again"
        _log.error("loader ended", extra={"release": served.id})
        self._retire(served.close())

    def _target(self) -> str | None:
        try:
            return str((self.home / "current").readlink())
        except OSError:
            self.last_error = f"no release in {self.home} yet; run: permed build"
            return None

    async def _switch(self) -> None:
        """Serve the promoted release, keep the old one on last_error.

        The first one answers from disk until it is in memory; later ones are loaded beside the old.
        """
        served: ServedRelease | None = None
        try:
            served = ServedRelease(Releases(self.home).current(), self.settings, self.store)
            if self.current is None and served.can_serve_from_disk:
                await self._serve_from_disk(served)
            replaced = await unless_stopped(served.load(), served.discard)
        except Exception as problem:
            self._keep_error(problem)
            if served is not None:
                await served.discard()
            self._again.failed()
            return
        self._again = TryAgain()
        if replaced is not None:
            self._retire(replaced.close(self.settings.grace_seconds))
        self._switch_to(served)
        served.make_ahead()

    async def _serve_from_disk(self, served: ServedRelease) -> None:
        try:
            await unless_stopped(served.serve_from_disk(), served.discard)
        except PermedError as problem:
            _log.warning("store on disk not used", extra={"reason": str(problem)})
            await served.discard()
        else:
            self._switch_to(served)

    def _switch_to(self, served: ServedRelease) -> None:
        old, self.current, self.last_error = self.current, served, None
        pool = served.pool
        told = {"release": served.id, "store": pool.kind, "quads": pool.quads, "pid": os.getpid()}
        _log.info("server", extra={**told, "seconds": round(served.seconds, 3)})
        if old is not None and old is not served:
            self._retire(old.close())

    def _keep_error(self, problem: Exception) -> None:
        known = isinstance(problem, PermedError)
        self.last_error = str(problem) if known else "the release cannot be loaded; see the log"
        extra = {"reason": str(problem)}
        _log.error("release not loaded", exc_info=None if known else problem, extra=extra)

    def _retire(self, closing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(closing)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
