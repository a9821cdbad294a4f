"""pySHACL, the reference engine, behind the same face as the fast one."""

from __future__ import annotations

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import SH

from permed.graph.shacl.report import ValidationReport, Violation
from permed.ontology import shapes_text

__all__ = ["validate_with_pyshacl"]


def validate_with_pyshacl(quads: bytes) -> ValidationReport:
    """Validate N-Quads, all graphs as one; slower by an order of magnitude, same verdict."""
    triples = (quad.triple for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS))
    merged = rdflib.Graph().parse(
        data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt"
    )
    shapes = rdflib.Graph().parse(data=shapes_text(), format="turtle")
    _, report, _ = pyshacl.validate(merged, shacl_graph=shapes, allow_warnings=True)
    # results of nested shapes (sh:detail) are not results of the report
    results = (_violation(report, r) for r in report.objects(None, SH.result))
    return ValidationReport(tuple(sorted(results)), report.serialize(format="turtle"))


def _violation(report: rdflib.Graph, result: rdflib.term.Node) -> Violation:
    def term(predicate: rdflib.URIRef) -> str:
        value = report.value(result, predicate)
        return value.n3() if isinstance(value, rdflib.term.Identifier) else ""

    def local(predicate: rdflib.URIRef) -> str:
        return str(report.value(result, predicate) or "").rsplit("#", 1)[-1]

    return Violation(
        focus=term(SH.focusNode),
        path=term(SH.resultPath),
        component=local(SH.sourceConstraintComponent),
        value=term(SH.value),
        message=str(report.value(result, SH.resultMessage) or ""),
        severity=local(SH.resultSeverity),
    )
