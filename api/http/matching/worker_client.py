"""The matcher behind the server, in a worker process that starts with the first request."""

from __future__ import annotations

from pathlib import Path

from permed.api.http.matching.settings import MatchSettings
from permed.api.http.workers.helper_worker import HelperWorker, WorkerTask

__all__ = ["MatchWorker"]

_PROGRAM = "permed.ingest.linking.service.worker"


class MatchWorker(HelperWorker):
    """Answers requests of `ingest/linking/service`; `ror` is the dump, where there is one."""

    def __init__(
        self, home: Path, ror: Path | None = None, settings: MatchSettings | None = None
    ) -> None:
        chosen = settings or MatchSettings()
        dump = "" if ror is None else str(ror.absolute())
        task = WorkerTask(_PROGRAM, (str(home), dump), "matching", "send fewer rows at once")
        super().__init__(task, chosen)
        self.rows = chosen.rows
        self.has_registry = ror is not None
