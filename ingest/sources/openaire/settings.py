"""Tables of `source.yml` that tell how words of the source read in the graph."""

from __future__ import annotations

from pathlib import Path

from permed.ingest.source import read_info

__all__ = ["ACCESS", "CONTAINERS", "OUTPUTS", "SCHEMES"]

_EXTRA = read_info(Path(__file__).parent / "source.yml").extra
ACCESS: dict[str, str] = _EXTRA["access"]
SCHEMES: dict[str, str] = _EXTRA["schemes"]
OUTPUTS: dict[str, str] = _EXTRA["outputs"]
CONTAINERS: frozenset[str] = frozenset(_EXTRA["containers"])
