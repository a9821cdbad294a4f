"""A membership list of one's own in the place of a release."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from permed.graph.network.projection.roles import RoleData
from permed.graph.releases.release import Release
from permed.ingest.sources import reference
from permed.ingest.sources.reference.packaged import tables

__all__ = ["OwnFile"]


@dataclass(frozen=True)
class OwnFile(Release):
    """What a report needs of a release, of a file: its roles, and the names of countries.

    path: of the file. options: with which a command line reads it again. There are no sources, no
    other tables, and its day is the one on which the file was written.
    """

    roles: RoleData = field(compare=False)
    options: tuple[str, ...] = ()

    @property
    def receipt(self) -> dict[str, Any]:
        """The parts of a receipt that a report tells."""
        written = datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        return {
            "built": written.isoformat(), "base": "", "sources": {},
            "packages": {"permed-graph": version("permed-graph")},
        }  # fmt: skip

    @property
    def sources(self) -> list[str]:
        """None."""
        return []

    def tables(self, source: str) -> dict[str, pl.DataFrame]:
        """Return nothing."""
        return {}

    def all_tables(self) -> dict[str, pl.DataFrame]:
        """Return the table of countries."""
        folder = Path(reference.__file__).parent / "data"
        return {"countries": tables(folder)["countries"]}
