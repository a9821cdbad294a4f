"""The pool of query processes: who answers next, how long, and what happens to slow queries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from permed.graph.errors import BusyError, InputError, LimitExceeded
from permed.graph.store.answers.answer import Answer
from permed.graph.store.executor.messages import QueryRequest, answer_of
from permed.graph.store.executor.processes import Loader, QueryProcess

__all__ = ["Pool", "PoolSettings", "PoolState"]

_REUSE: Final = 2000  # queries a process answers before a fresh one takes its place
_PATIENCE: Final = 4  # times `slow_after` that a query may wait for a processor
_WORKING: Final = 0.8  # the system counts processor time in steps
_GROWN: Final = 64 << 20  # bytes a process may have grown and still be used again


@dataclass(frozen=True)
class PoolSettings:
    """How many processes, how much memory each may take, and when a query counts as slow."""

    ready: int = 4
    slow: int = 2  # slow queries that run at once; others of them wait, paused
    paused: int = 16  # slow queries that may wait
    waiting: int = 200  # requests that may wait for a ready process
    memory: int = 1 << 30  # bytes that one query may take beyond the shared store
    slow_after: float = 0.25  # seconds of work


@dataclass
class PoolState:
    """Counters for the metrics, and the queue that they count."""

    running: int = 0
    waiting: int = 0
    slow: int = 0
    answered: int = 0
    killed: int = 0
    refused: int = 0
    forked: int = 0

    async def wait_for(self, free: asyncio.Semaphore, most: int, seconds: float, late: str) -> None:
        """Take a free place; BusyError where `most` wait already, or, as `late` says, in vain."""
        if free.locked() and self.waiting >= most:
            self.refused += 1
            raise BusyError("too many queries are waiting; try again in a few seconds")
        self.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await free.acquire()
        except TimeoutError:
            self.refused += 1
            raise BusyError(late) from None
        finally:
            self.waiting -= 1


class Pool:
    """Query processes over one release: its graph files in memory, or its store on `disk`."""

    def __init__(
        self, paths: Sequence[Path], settings: PoolSettings | None = None, *, disk: bool = False
    ) -> None:
        self.settings = settings or PoolSettings()
        self.state = PoolState()
        self._loader = Loader(paths, self.settings.memory, disk=disk)
        self._idle: list[QueryProcess] = []
        self._free = asyncio.Semaphore(0)
        self._slow = asyncio.Semaphore(self.settings.slow)
        self._forking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def kind(self) -> Literal["memory", "disk"]:
        """Where the store is."""
        return self._loader.kind

    @property
    def quads(self) -> int:
        """Quads in the store."""
        return self._loader.quads

    @property
    def graphs(self) -> tuple[str, ...]:
        """Addresses of the named graphs, sorted."""
        return self._loader.graphs

    @property
    def is_alive(self) -> bool:
        """Whether the process that holds the store still runs; without it no query is answered."""
        return self._loader.pid is not None

    @property
    def problem(self) -> str | None:
        """Why it cannot be relied on now; a pool of our own is well while it is alive."""
        return None

    @property
    def loader_pid(self) -> int | None:
        """Process id of the loader, for the metrics."""
        return self._loader.pid

    async def start(self) -> None:
        """Load or open the release and make the first processes ready."""
        await asyncio.to_thread(self._loader.start)
        for _ in range(self.settings.ready):
            await self._add()

    def abandon(self) -> None:
        """End a `start` that is under way; it then fails."""
        self._loader.kill()

    async def run(self, request: QueryRequest) -> Answer:
        """Answer a query; LimitExceeded at its deadline, BusyError where the queue is full."""
        started = time.monotonic()
        process = await self._take(request.seconds)
        left = request.seconds - (time.monotonic() - started)
        self.state.running += 1
        turn = _Turn(process)
        try:
            async with asyncio.timeout(max(left, 0.01)):
                head, body = await self._ask(turn, request.to_bytes())
        except LimitExceeded:
            if not self.is_alive:  # the query did not end its process: all of them were ended
                raise _gone() from None
            raise
        except TimeoutError:
            self.state.killed += 1
            raise LimitExceeded(
                f"the query was stopped after {request.seconds:g} s; narrow it, add LIMIT, "
                "or take the release's files"
            ) from None
        finally:
            self.state.running -= 1
            self._leave(turn)
        self.state.answered += 1
        return answer_of(head, body)

    async def _take(self, seconds: float) -> QueryProcess:
        if self._free.locked() and not self.is_alive:
            raise _gone()
        late = "no query process came free in time; try again later"
        await self.state.wait_for(self._free, self.settings.waiting, seconds, late)
        return self._idle.pop()

    async def _ask(self, turn: _Turn, frame: bytes) -> tuple[dict[str, Any], bytes]:
        """Ask, and move the query to the slow lane where it takes its time."""
        task = asyncio.ensure_future(turn.process.ask(frame))
        try:
            if not await self._soon(turn, task):
                await self._slow_lane(turn, task)
            head, body = await task
            turn.reusable = (
                not turn.slow and head["grown"] < _GROWN and turn.process.answered < _REUSE
            )
            return head, body
        finally:
            task.cancel()

    async def _soon(self, turn: _Turn, task: asyncio.Future[tuple[dict[str, Any], bytes]]) -> bool:
        """Whether the query ends before it counts as slow.

        What counts is the time that it works, up to a limit: on a busy machine light queries wait.
        """
        limit = self.settings.slow_after
        for _ in range(_PATIENCE):
            done, _ = await asyncio.wait({task}, timeout=limit)
            if done:
                return True
            if turn.process.cpu_of_query() >= limit * _WORKING:
                return False
        return False

    async def _slow_lane(
        self, turn: _Turn, task: asyncio.Future[tuple[dict[str, Any], bytes]]
    ) -> None:
        """Replace the process in the fast lane; run on behind everybody else, a few at a time."""
        turn.slow = True
        self.state.slow += 1
        turn.process.slow_down()
        self._replace()
        if self._slow.locked():
            if self.state.slow > self.settings.slow + self.settings.paused:
                self.state.refused += 1
                raise BusyError("too many long queries are running; try again in a minute")
            turn.process.pause(True)
            await self._slow.acquire()
            turn.process.pause(False)
        else:
            await self._slow.acquire()
        turn.slow_slot = True
        await asyncio.wait({task})

    def _leave(self, turn: _Turn) -> None:
        if turn.slow:
            self.state.slow -= 1
        if turn.slow_slot:
            self._slow.release()
        if turn.reusable and not self._closed:
            self._idle.append(turn.process)
            self._free.release()
            return
        turn.process.kill()
        if not turn.slow:
            self._replace()

    def _replace(self) -> None:
        if self._closed:
            return
        task = asyncio.create_task(self._add())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _add(self) -> None:
        async with self._forking:
            try:
                await asyncio.to_thread(self._fork)
            except InputError:
                if self._closed or self.is_alive:
                    raise
                return  # whoever serves the release sees that it is gone, and loads it again
        self.state.forked += 1
        self._free.release()

    def _fork(self) -> None:
        """Keep a new process here, in the thread: whoever waits for it may have been cancelled."""
        process = self._loader.fork()
        if self._closed:
            process.kill()
            raise InputError("the release is no longer served")
        self._idle.append(process)

    async def close(self, grace: float = 30.0) -> None:
        """Let running queries end (at most `grace` seconds), then end all processes."""
        deadline = time.monotonic() + grace
        while (self.state.running or self.state.waiting) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        self._closed = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._loader.stop)  # no process comes after it
        for process in self._idle:
            process.kill()
        self._idle.clear()


def _gone() -> BusyError:
    return BusyError("the process that holds the release has ended; it is started again")


@dataclass
class _Turn:
    """One query's use of a process."""

    process: QueryProcess
    slow: bool = False
    slow_slot: bool = False
    reusable: bool = False
