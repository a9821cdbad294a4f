"""A task in a process of its own: asked in turn, each answer computed once and kept.

A worker starts with the first request, and ends at a deadline, at its memory limit, or unasked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from cachetools import LRUCache

from permed.graph.errors import BusyError, InputError, LimitExceeded, NotFoundError, PermedError
from permed.graph.extras import MissingExtra
from permed.graph.process import Helper, start_helper
from permed.graph.store.executor.messages import write_frame
from permed.graph.store.executor.processes import QueryProcess

__all__ = ["HelperWorker", "WorkerAnswer", "WorkerDied", "WorkerLimits", "WorkerTask"]

_ERRORS: Final[dict[str, type[PermedError]]] = {
    c.__name__: c for c in (InputError, NotFoundError, LimitExceeded, MissingExtra)
}


class WorkerLimits(Protocol):
    """What a worker may take: seconds, bytes beyond its data, requests that wait, bytes kept.

    `niceness` says how far behind others it runs.
    """

    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def memory(self) -> int: ...  # noqa: D102
    @property
    def waiting(self) -> int: ...  # noqa: D102
    @property
    def cache_bytes(self) -> int: ...  # noqa: D102
    @property
    def idle_seconds(self) -> float: ...  # noqa: D102
    @property
    def niceness(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class WorkerTask:
    """The module that is run, its arguments before the limits, and words for its refusals.

    `name` is what one piece of work is called; `narrow` says how to ask for less of it.
    """

    module: str
    arguments: tuple[str, ...]
    name: str
    narrow: str


class WorkerDied(Exception):  # noqa: N818 - says what happened
    """The worker ended before it answered."""


@dataclass(frozen=True)
class WorkerAnswer:
    """A whole answer with its row count, limits and remarks."""

    body: bytes
    total: int
    truncated: bool
    notes: tuple[str, ...]
    seconds: float


class HelperWorker:
    """Answers the requests of a task in turn; equal ones share one answer.

    `starts_anew`: a worker that ends unasked during a request is replaced at once.
    """

    starts_anew = True

    def __init__(self, task: WorkerTask, limits: WorkerLimits) -> None:
        self.task, self.settings = task, limits
        self.computed = 0
        self._helper: Helper | None = None
        self._process: QueryProcess | None = None
        self._running: dict[bytes, asyncio.Task[WorkerAnswer]] = {}
        self._kept: LRUCache[bytes, WorkerAnswer] = LRUCache(
            self.settings.cache_bytes, getsizeof=lambda answer: len(answer.body)
        )
        self._turn = asyncio.Lock()

    async def answer(self, request: Mapping[str, Any]) -> WorkerAnswer:
        """Return the answer to a request.

        BusyError where too many wait, LimitExceeded at the deadline or the memory limit.
        """
        key = orjson.dumps(request, option=orjson.OPT_SORT_KEYS)
        if (kept := self._kept.get(key)) is not None:
            return kept
        task = self._running.get(key)
        if task is None:
            if len(self._running) > self.settings.waiting:
                raise BusyError(f"too many wait for {self.task.name}; try again in a minute")
            task = asyncio.create_task(self._once(key, request))
            self._running[key] = task
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    def _over(self, key: bytes, task: asyncio.Task[WorkerAnswer]) -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen, also where nobody waits any more

    async def _once(self, key: bytes, request: Mapping[str, Any]) -> WorkerAnswer:
        try:
            async with asyncio.timeout(self.settings.seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise BusyError("the requests before this one take long; try again later") from None
        try:
            found = await self._ask(request)
        finally:
            self._turn.release()
        with contextlib.suppress(ValueError):  # larger than the whole cache
            self._kept[key] = found
        return found

    async def _ask(self, request: Mapping[str, Any]) -> WorkerAnswer:
        """Ask the worker; one that had worked before may just have ended, so try a new one then."""
        started = time.monotonic()
        process = self._ready()
        worked = self.starts_anew and process.answered > 0
        try:
            head, body = await self._asked(process, request)
        except WorkerDied as died:
            if not worked:
                raise self._why(died) from None
            try:
                head, body = await self._asked(self._ready(), request)
            except WorkerDied as again:
                raise self._why(again) from None
        self._raise_told(head)
        self.computed += 1
        seconds = time.monotonic() - started
        return WorkerAnswer(body, head["total"], head["truncated"], tuple(head["notes"]), seconds)

    def _raise_told(self, head: Mapping[str, Any]) -> None:
        """Raise the error that a worker answered with, if it did."""
        if "error" in head:
            kind = _ERRORS.get(head["error"], PermedError)
            raise self._too_large() if kind is LimitExceeded else kind(head["message"])

    async def _asked(
        self, process: QueryProcess, request: Mapping[str, Any], seconds: float | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Ask one worker; it does not outlive a deadline, or a request that was given up.

        `seconds`: another deadline than the usual one.
        """
        whole = False
        try:
            async with asyncio.timeout(seconds or self.settings.seconds):
                reply = await process.ask(write_frame(request, b""))
            whole = True
        except TimeoutError:
            limit = f"{self.settings.seconds:g} s"
            raise LimitExceeded(
                f"the {self.task.name} was stopped after {limit}; {self.task.narrow}"
            ) from None
        except LimitExceeded:
            raise await self._death() from None
        finally:
            if not whole:
                self._end()
        return reply

    async def _death(self) -> WorkerDied:
        """Tell how the worker ended: by its own last words where it could not even start."""
        helper = self._helper
        if helper is None:
            return WorkerDied()
        said = await asyncio.to_thread(helper.why_ended)
        return WorkerDied(said) if (helper.process.returncode or 0) > 0 else WorkerDied()

    def _why(self, died: WorkerDied) -> PermedError:
        """An end by a signal is what a lack of memory gives; other ends say what they are."""
        said = str(died)
        return (
            BusyError(f"the {self.task.name} process ended: {said}") if said else self._too_large()
        )

    def _too_large(self) -> LimitExceeded:
        limit = f"{self.settings.memory >> 20:,} MB"
        return LimitExceeded(
            f"the {self.task.name} needed more than {limit} of memory; {self.task.narrow}"
        )

    def _ready(self) -> QueryProcess:
        """Return the worker; a new one where there is none, or it ended because nobody asked."""
        if self._process is None or (self._helper and self._helper.process.poll() is not None):
            self._end()
            self._process = self._started()
        return self._process

    def _started(self) -> QueryProcess:
        limits = (str(self.settings.memory), str(self.settings.idle_seconds))
        threads = str(max(1, (os.cpu_count() or 2) // 2))  # the others stay with the queries
        self._helper = helper = start_helper(
            self.task.module,
            [*self.task.arguments, *limits],
            {"OMP_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads},
            niceness=self.settings.niceness,
        )
        helper.channel.setblocking(False)
        return QueryProcess(helper.process.pid, helper.channel, os.pidfd_open(helper.process.pid))

    def _end(self) -> None:
        helper, self._helper = self._helper, None
        process, self._process = self._process, None
        if process is not None:
            process.kill()
        if helper is not None:
            helper.end()

    async def close(self) -> None:
        """End the worker and what still waits for it."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        self._end()
