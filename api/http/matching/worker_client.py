"""The matcher behind the server, in worker processes that start with the first request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from permed.api.http.matching.settings import MatchSettings
from permed.api.http.workers.helper_worker import (
    HelperWorker,
    WorkerAnswer,
    WorkerDied,
    WorkerTask,
)
from permed.graph.errors import BusyError
from permed.graph.store.executor.processes import QueryProcess

__all__ = ["MatchWorker"]

_PROGRAM = "permed.ingest.linking.service.worker"
_DAY: Final = 86_400.0  # longer than any load takes; one that hangs is not kept for ever
_LOAD: Final = {"kind": "load", "against": "ror", "release": "", "rows": [], "candidates": 0}


class MatchWorker(HelperWorker):
    """Answers requests of `ingest/linking/service`; `ror` is the dump, where there is one.

    The registry has a process of its own, so that its load delays nobody who asks for the release.
    """

    def __init__(
        self, home: Path, ror: Path | None = None, settings: MatchSettings | None = None
    ) -> None:
        chosen = settings or MatchSettings()
        super().__init__(_task(home, None), chosen)
        self.rows = chosen.rows
        self._registry = None if ror is None else RegistryWorker(home, ror, chosen)

    @property
    def has_registry(self) -> bool:
        """Whether a dump of the registry is configured."""
        return self._registry is not None

    async def answer(self, request: Mapping[str, Any]) -> WorkerAnswer:
        """Return the answer of the process that knows what is matched to."""
        if request["against"] == "ror" and self._registry is not None:
            return await self._registry.answer(request)
        return await super().answer(request)

    async def close(self) -> None:
        """End both processes."""
        await super().close()
        if self._registry is not None:
            await self._registry.close()


class RegistryWorker(HelperWorker):
    """Matches to the registry; loading it is a task of its own, which no request waits for.

    It has no deadline: an index that is not there yet is made, however busy the machine is.
    """

    starts_anew = False  # a new one has no registry yet

    def __init__(self, home: Path, ror: Path, settings: MatchSettings) -> None:
        super().__init__(_task(home, ror), settings)
        self._load: asyncio.Task[None] | None = None
        self._holder: QueryProcess | None = None  # the process that holds the registry

    async def answer(self, request: Mapping[str, Any]) -> WorkerAnswer:
        """Return the answer; BusyError while the registry is loaded, and why where that failed."""
        if self._load is None and self._holder is not self._ready():
            self._load = asyncio.create_task(self._loading())
            self._load.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._load is not None:
            if not self._load.done():
                raise BusyError("the registry is being loaded; ask again in a few seconds")
            load, self._load = self._load, None
            load.result()
        return await super().answer(request)

    async def _loading(self) -> None:
        async with self._turn:
            process = self._ready()
            try:
                head, _ = await self._asked(process, _LOAD, _DAY)
            except WorkerDied as died:
                raise self._why(died) from None
            self._raise_told(head)
            self._holder = process

    async def close(self) -> None:
        """End the load too."""
        if self._load is not None:
            self._load.cancel()
            await asyncio.gather(self._load, return_exceptions=True)
        await super().close()


def _task(home: Path, ror: Path | None) -> WorkerTask:
    dump = "" if ror is None else str(ror.absolute())
    return WorkerTask(_PROGRAM, (str(home), dump), "matching", "send fewer rows at once")
