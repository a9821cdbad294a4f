"""The curated source: members, actions, bodies, calls, infrastructures and events of ICPerMed.

A row is one statement of one page, document or data file, named in `source_url`. Where sources
contradict each other, `figures` holds both values and the thing's own column the better one.
"""

from __future__ import annotations

from pathlib import Path

from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.reference import packaged

__all__ = ["inputs", "read"]

_DATA = Path(__file__).parent / "data"


def inputs(request: SourceRequest) -> list[Path]:
    """List the packaged files, or those of the folder that the option `folder` names."""
    return packaged.files(_folder(request))


def read(request: SourceRequest) -> SourceData:
    """Return the curated tables; the option `folder` reads an edited copy in their place."""
    return SourceData(packaged.tables(_folder(request)))


def _folder(request: SourceRequest) -> Path:
    return Path(request.options.get("folder", _DATA))
