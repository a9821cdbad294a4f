"""Queries of strangers answered by another server that holds the release (`permed publish --to`).

It stands in the place of a `Pool`. Besides asking, it finds out what a remote store may hide: that
it is gone, that it was emptied, that another release took the place of ours. A store that lost the
release would answer every query with nothing, so its list of releases is looked at every second of
use, and behind every answer without rows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, Literal

import orjson
import pyoxigraph as ox

from permed.graph.errors import (
    BusyError,
    EndpointError,
    LimitExceeded,
    PermedError,
    QuerySyntaxError,
    UnsupportedQuery,
)
from permed.graph.store.answers.answer import Answer
from permed.graph.store.embedded.evaluation import refuse_unanswerable, serialised
from permed.graph.store.embedded.limits import Caps, with_limit
from permed.graph.store.executor.messages import QueryRequest
from permed.graph.store.executor.pool import PoolSettings, PoolState
from permed.graph.store.query.inspection import inspect
from permed.graph.store.query.prologue import usual_prologue
from permed.graph.store.query.star import columns_in_order
from permed.graph.store.query.syntax_errors import explain_syntax
from permed.graph.store.remote.http_transport import HttpTransport
from permed.graph.store.remote.published import chosen, is_published, published
from permed.graph.store.remote.store import RemoteStore
from permed.graph.store.remote.store_address import StoreAddress

__all__ = ["RemotePool"]

_log = logging.getLogger("permed.http")
# queries that the remote store gets at once; more wait here: Virtuoso comes with ten threads, of
# which one is for the list of releases and one for whoever else asks it
_AT_ONCE: Final = 8
_LARGEST: Final = 256 << 20  # bytes of one answer on its way; SPARQL JSON is long
_CHECKED_FOR: Final = 1.0  # seconds
_WATCH: Final = 5.0
_PLACE: Final = re.compile(r"error at \d+:\d+: ")  # as Oxigraph says it


class RemotePool:
    """One release in a remote store; `problem` says why it cannot be relied on now."""

    kind: Literal["remote"] = "remote"
    loader_pid: int | None = None  # no process of ours holds the release

    def __init__(self, endpoint: StoreAddress, release: str, settings: PoolSettings) -> None:
        self.endpoint, self.settings, self.state = endpoint, settings, PoolState()
        self.problem: str | None = None  # without the address: strangers read it
        self.is_alive = True  # until closed: a store that is away may come back
        self.quads, self.graphs = 0, tuple[str, ...]()
        self._release = release
        transport = HttpTransport(endpoint, _LARGEST)
        self._list = RemoteStore(endpoint.address, _WATCH, attempts=1, transport=transport)
        self._store = replace(self._list, attempts=2)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "remote")
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._checked, self._one_looks = 0.0, threading.Lock()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Find the release in the store; InputError says how to load it where it is not there."""
        await asyncio.to_thread(self._find)
        self._watch = asyncio.create_task(self._keep_watch())

    def _find(self) -> None:
        try:
            one = chosen(published(self._list), self._release, self.endpoint.address)
        except PermedError as problem:
            self._tell(problem)
            raise
        self._store = replace(self._store, release=one)
        self.quads, self.graphs = one.triples or 0, tuple(sorted(one.graphs))
        self._checked = time.monotonic()
        self._tell(None)

    def _tell(self, problem: PermedError | None) -> None:
        """Note how the store is, and log when that changes."""
        said = None if problem is None else str(self._without_address(problem))
        if said != self.problem:
            reason = "well again" if problem is None else str(problem)
            _log.warning("remote store", extra={"reason": reason})
        self.problem = said

    def abandon(self) -> None:
        """End a `start` that is under way: it ends by itself, within seconds."""

    async def run(self, request: QueryRequest) -> Answer:
        """Answer a query; LimitExceeded at its deadline, BusyError where the queue is full."""
        started = time.monotonic()
        late = "the store did not come free in time; try again later"
        await self.state.wait_for(self._free, self.settings.waiting, request.seconds, late)
        self.state.running += 1
        try:
            left = max(request.seconds - (time.monotonic() - started), 0.1)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._answer, request, left)
        except LimitExceeded as problem:
            self.state.killed += 1
            raise self._without_address(problem) from None
        except UnsupportedQuery as problem:  # the store is well: it answers others
            raise self._without_address(problem) from None
        except (BusyError, EndpointError) as problem:
            self._tell(problem)
            raise self._without_address(problem) from None
        except PermedError as problem:
            raise self._without_address(problem) from None
        finally:
            self.state.running -= 1
            self._free.release()
        self._tell(None)
        self.state.answered += 1
        return answer

    def _answer(self, request: QueryRequest, seconds: float) -> Answer:
        started = time.monotonic()
        inspection = inspect(request.sparql)
        refuse_unanswerable(inspection)
        rows = request.caps.rows
        limited = (
            request.sparql if rows is None else with_limit(request.sparql, inspection, rows + 1)
        )
        try:
            found = replace(self._store, seconds=seconds).query(
                limited, substitutions=request.substitutions, dataset=request.dataset
            )
        except QuerySyntaxError as problem:
            if not _PLACE.search(str(problem)):
                raise
            text = request.written or request.sparql
            own = usual_prologue(inspect(text))
            raise explain_syntax(text, own, str(problem)) from None
        answered = time.monotonic()
        left = max(seconds - (answered - started), _WATCH)
        if _says_nothing(found):
            self._insist_on_release(answered, left)
        else:
            self._insist_on_release(started - _CHECKED_FOR, left)
        answer = _in_format(found, request)
        return replace(
            answer,
            truncated=answer.truncated or found.truncated,
            seconds=time.monotonic() - started,
        )

    def _insist_on_release(self, since: float, seconds: float = _WATCH) -> None:
        """Look whether the release is in the list, unless somebody did after `since`."""
        with self._one_looks:
            begun = time.monotonic()
            if self._checked >= since:
                return
            if not is_published(replace(self._list, seconds=seconds), self._release):
                where = self.endpoint.address
                raise EndpointError(
                    f"{where}: no longer holds release {self._release};"
                    f" load it again with: permed publish --to {where}"
                )
            self._checked = begun

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH)
            answered = self.state.answered
            try:
                await asyncio.to_thread(self._insist_on_release, time.monotonic())
            except LimitExceeded as problem:  # busy, not away, where it answers others meanwhile
                self._tell(problem if self.state.answered == answered else None)
            except PermedError as problem:
                self._tell(problem)
            else:
                self._tell(None)

    def _without_address(self, problem: PermedError) -> PermedError:
        """The same error for strangers: where the store stands is nothing for them."""
        said = str(problem)
        for told in (self.endpoint.address, self.endpoint.name):
            said = said.replace(told, "the store")
        if isinstance(problem, BusyError):
            return BusyError(said, problem.retry_after)
        return type(problem)(said)

    async def close(self, grace: float = 30.0) -> None:
        """Let running queries end, at most `grace` seconds; the last user closes connections."""
        deadline = time.monotonic() + grace
        while (self.state.running or self.state.waiting) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        self.is_alive = False
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        self._threads.shutdown(wait=False, cancel_futures=True)


def _says_nothing(answer: Answer) -> bool:
    """Whether it has no row, is false, or has no triple: as a store without the release answers."""
    if answer.form == "graph":
        return not answer.body.strip()
    if answer.form == "ask":
        return not answer.truth()
    return not orjson.loads(answer.body)["results"]["bindings"]


def _in_format(found: Answer, request: QueryRequest) -> Answer:
    if found.form == "graph":
        return serialised(found.triples(), request.format, request.caps)
    body = found.body
    if found.form == "select":
        told = orjson.loads(body)
        told["head"]["vars"] = columns_in_order(request.sparql, told["head"]["vars"])
        body = orjson.dumps(told)
    read = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    caps = request.caps if found.form == "select" else Caps(None, request.caps.size)
    return serialised(read, request.format, caps)
