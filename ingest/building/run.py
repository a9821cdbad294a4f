"""One run of a build: what all its steps are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from permed.graph.workers import HERE, Workers
from permed.ingest.building.config import Config
from permed.ingest.building.proposals import Proposed
from permed.ingest.linking.judgements import Ledger
from permed.ingest.source import Progress

__all__ = ["BuildRun"]


@dataclass(frozen=True)
class BuildRun:
    """A release in the making: its name, key and day, the folder to fill, the configuration."""

    name: str
    key: str
    started: datetime  # UTC
    folder: Path
    config: Config
    ledger: Ledger
    progress: Progress
    proposed: Proposed | None = None
    workers: Workers = HERE

    @property
    def graphs(self) -> Path:
        """Folder of the N-Quads files."""
        return self.folder / "graphs"

    def graph_iri(self, name: str) -> str:
        """Return the IRI of a named graph of the release."""
        return f"{self.config.base}graph/{name}"
