"""The measures that a picture of a network can show; apart, since forms of pages need no more."""

from __future__ import annotations

from typing import Final

__all__ = ["MEASURES"]

# what is quick on any network; others are asked for by name at /measure
MEASURES: Final = ("degree", "strength", "betweenness", "core", "pagerank")
