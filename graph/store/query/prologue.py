"""The usual prefixes, for queries that use them without declaring them."""

from __future__ import annotations

from permed.graph.store.query.inspection import Inspection
from permed.ontology import PREFIXES

__all__ = ["usual_prologue"]


def usual_prologue(inspection: Inspection) -> str:
    """Return declarations of the usual prefixes that a query lacks, to stand before it.

    They are on one line with its first, so that lines keep their numbers.
    """
    lacking = (p for p in inspection.undeclared if p in PREFIXES)
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in lacking)
