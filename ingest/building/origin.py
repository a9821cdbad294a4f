"""Which graph a violation comes from, when several graphs are judged as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from permed.graph.shacl.report import Violation

__all__ = ["origins"]


def origins(violations: Iterable[Violation], graphs: Sequence[Path]) -> dict[Path, list[Violation]]:
    """Return the violations by the N-Quads file that has to yield.

    `graphs` stand in the order of precedence. It is the last of those that state the value, else
    the last that state the property of the node, else the last that speak of the node.
    """
    found = list(violations)
    wanted = {key for v in found for key in v.beginnings}
    last: dict[str, Path] = {}
    for graph in graphs if wanted else ():
        last |= dict.fromkeys(_stated(graph, wanted), graph)
    by_graph: dict[Path, list[Violation]] = {}
    for violation in found:
        origin = next((last[k] for k in violation.beginnings if k in last), None)
        if origin is not None:
            by_graph.setdefault(origin, []).append(violation)
    return by_graph


def _stated(graph: Path, wanted: set[str]) -> set[str]:
    """Return which of the beginnings stand in a file of one statement a line."""
    found = set()
    with graph.open(encoding="utf-8") as lines:
        for line in lines:
            subject, _, rest = line.partition(" ")
            if subject in wanted:
                predicate, _, rest = rest.partition(" ")
                value = rest.rsplit(" <", 1)[0]
                keys = {subject, f"{subject} {predicate}", f"{subject} {predicate} {value}"}
                found |= keys & wanted
    return found
