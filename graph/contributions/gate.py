"""The gate of a contribution: judged together with what a release says already.

Asked are, in this order: does it speak of its own things, in terms that exist; do the shapes hold;
do the checks find nothing.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from permed.graph.contributions.context import context_of
from permed.graph.contributions.ownership import (
    refuse_statements_about_others,
    refuse_unknown_terms,
)
from permed.graph.errors import GateRefused
from permed.graph.shacl.checks import faults
from permed.graph.shacl.validation import validate_quads

__all__ = ["judge"]


def judge(release: Path, graph: str, quads: bytes) -> None:
    """Refuse (GateRefused) what speaks of others' things, violates a shape or fails a check.

    References to things of other graphs count as existing; what is wrong without the graph is not
    held against it.
    """
    context = context_of(release, graph, quads)
    refuse_statements_about_others(_parsed(quads), _parsed(context))
    refuse_unknown_terms(_parsed(quads))
    _refuse_violations(quads, context)
    _refuse_faults(quads, context)


def _parsed(quads: bytes) -> list[ox.Quad]:
    return list(ox.parse(quads, format=ox.RdfFormat.N_QUADS))


def _refuse_violations(quads: bytes, context: bytes) -> None:
    report = validate_quads(quads + context)
    if report.conforms:
        return
    before = set(validate_quads(context).violations) if context else set()
    found = [v for v in report.violations if v.severity == "Violation" and v not in before]
    if found:
        first = found[0]
        raise GateRefused(
            f"{len(found)} shape violations; the first: {first.focus} {first.path}: "
            f"{first.message or first.component}\n{report.turtle}"
        )


def _refuse_faults(quads: bytes, context: bytes) -> None:
    before = set(faults(_store(context)))
    for fault in faults(_store(context + quads)):
        if fault not in before:
            raise GateRefused(str(fault))


def _store(quads: bytes) -> ox.Store:
    store = ox.Store()
    store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS)
    return store
