"""The gate of a contribution: its shapes, judged together with what a release says already."""

from __future__ import annotations

from pathlib import Path

from permed.graph.contributions.context import context_of
from permed.graph.errors import GateRefused
from permed.graph.shacl.validation import validate_quads

__all__ = ["judge"]


def judge(release: Path, graph: str, quads: bytes) -> None:
    """Refuse (GateRefused) what violates a shape and did not without the graph.

    References to things of other graphs count as existing; what a graph adds to such a thing is
    judged together with what is said of it already.
    """
    context = context_of(release, graph, quads)
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
