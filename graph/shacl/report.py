"""The verdict of a SHACL engine, in one form for all engines."""

from __future__ import annotations

from dataclasses import dataclass

import shacl

__all__ = ["ValidationReport", "Violation", "report_of", "violation_of"]


@dataclass(frozen=True, order=True)
class Violation:
    """One SHACL result; terms are in N-Triples syntax, `path` in SPARQL path syntax."""

    focus: str
    path: str
    component: str
    value: str
    message: str
    severity: str

    @property
    def beginnings(self) -> list[str]:
        """What a line of N-Triples that is behind it may begin with, the closest first."""
        node, way = self.focus, f"{self.focus} {self.path}"
        return [f"{way} {self.value}", way, node] if self.value else [way, node]


@dataclass(frozen=True)
class ValidationReport:
    """The verdict on one file: results in a stable order and the report as Turtle."""

    violations: tuple[Violation, ...]
    turtle: str

    @property
    def conforms(self) -> bool:
        """True where nothing of severity Violation was found."""
        return not any(v.severity == "Violation" for v in self.violations)


def report_of(report: shacl.Report) -> ValidationReport:
    """Return what the fast engine reports."""
    found = (violation_of(result) for result in report.results)
    return ValidationReport(tuple(sorted(found)), report.turtle)


def violation_of(result: shacl.Result) -> Violation:
    """Return one result of the fast engine."""
    return Violation(
        focus=result.focus_node,
        path=result.path or "",
        component=result.component,
        value=result.value or "",
        message=result.message or "",
        severity=result.severity,
    )
