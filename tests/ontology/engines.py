"""Both SHACL engines behind one face: results as comparable tuples."""

from __future__ import annotations

from typing import NamedTuple

import pyshacl
import rdflib
import shacl
from rdflib.namespace import SH

from permed.ontology import shapes_text


class Result(NamedTuple):
    """What both engines must agree on; blank nodes are all written `_:`."""

    focus: str
    path: str
    component: str
    severity: str


def fast(data: rdflib.Graph) -> list[Result]:
    """Results of the Rust engine."""
    shapes = shacl.Shapes.from_turtle(shapes_text())
    report = shapes.validate_text(data.serialize(format="nt"), format="ntriples")
    return sorted(
        Result(_plain(r.focus_node), _simple(r.path or ""), r.component, r.severity)
        for r in report.results
    )


def reference(data: rdflib.Graph, shapes: rdflib.Graph) -> list[Result]:
    """Results of pySHACL, without advanced features and without inference."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    assert isinstance(report, rdflib.Graph)
    results = report.objects(None, SH.result)  # not every ValidationResult: some are sh:detail
    return sorted(_result(report, node) for node in results)


def _result(report: rdflib.Graph, node: rdflib.term.Node) -> Result:
    focus, path = report.value(node, SH.focusNode), report.value(node, SH.resultPath)
    assert isinstance(focus, rdflib.term.Identifier)
    component = str(report.value(node, SH.sourceConstraintComponent)).rpartition("#")[2]
    severity = str(report.value(node, SH.resultSeverity)).rpartition("#")[2]
    return Result(_plain(focus.n3()), _path(report, path), component, severity)


def _simple(path: str) -> str:
    """Keep a path that is a property; engines write the others each in a way of its own."""
    return path if not path or path.startswith("<") else "a path"


def _path(report: rdflib.Graph, path: rdflib.term.Node | None) -> str:
    if path is None:
        return ""
    return path.n3() if isinstance(path, rdflib.URIRef) else "a path"


def _plain(focus: str) -> str:
    return "_:" if focus.startswith("_:") else focus
