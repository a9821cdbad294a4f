"""Countries and regions that every other source refers to, and the reader of packaged tables."""

from __future__ import annotations

from pathlib import Path

from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.reference import packaged

__all__ = ["inputs", "read"]

_DATA = Path(__file__).parent / "data"


def inputs(request: SourceRequest) -> list[Path]:
    """List the packaged files, or those of the folder that the option `folder` names."""
    return packaged.files(Path(request.options.get("folder", _DATA)))


def read(request: SourceRequest) -> SourceData:
    """Return the tables `countries` and `regions`; `folder` reads an edited copy instead."""
    return SourceData(packaged.tables(Path(request.options.get("folder", _DATA))))
