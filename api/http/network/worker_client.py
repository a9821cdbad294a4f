"""Network analyses behind the server, in a worker process."""

from __future__ import annotations

from pathlib import Path

from permed.api.http.network.settings import NetworkSettings
from permed.api.http.workers.helper_worker import HelperWorker, WorkerTask

__all__ = ["AnalysisWorker"]

_PROGRAM = "permed.graph.network.analysis.worker"
_NARROW = "narrow it (relation, country, topic, from, to), or use `permed network`"


class AnalysisWorker(HelperWorker):
    """Answers requests of `graph/network/analysis`."""

    def __init__(self, home: Path, settings: NetworkSettings | None = None) -> None:
        task = WorkerTask(_PROGRAM, (str(home),), "analysis", _NARROW)
        super().__init__(task, settings or NetworkSettings())
