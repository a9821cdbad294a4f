"""Endings of files that hold a network; light, since every call of a command reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["ENDINGS", "is_graph_file"]

ENDINGS: Final = (".gml", ".graphml", ".gexf", ".net", ".json")


def is_graph_file(path: Path) -> bool:
    """Whether the ending of a file says that it holds a network of nodes and ties."""
    return path.suffix.lower() in ENDINGS
