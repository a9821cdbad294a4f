"""`permed check`: any RDF file against our shapes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.output import print_json, remark, show
from permed.graph.shacl.report import ValidationReport
from permed.graph.shacl.validation import Engine, validate_file
from permed.queries.sentences import agreeing

__all__ = ["check_command"]


class ReportFormat(StrEnum):
    """How the validation report is printed."""

    table = "table"
    turtle = "turtle"
    json = "json"


class EngineName(StrEnum):
    """SHACL engine."""

    shacl = "shacl"
    pyshacl = "pyshacl"


def check_command(
    files: Annotated[list[Path], typer.Argument(help="RDF files: .ttl .nt .nq .trig .rdf")],
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="Form of the report.")
    ] = ReportFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="Same as --format json.")] = False,
    engine: Annotated[EngineName, typer.Option(help="SHACL engine.")] = EngineName.shacl,
) -> None:
    """Validate RDF files against the shapes of the graph. Exit code 0: conforms; 2: it does not."""
    chosen: Engine = "pyshacl" if engine is EngineName.pyshacl else "shacl"
    reports = {file: validate_file(file, chosen) for file in files}
    form = ReportFormat.json if as_json else report_format
    if form is ReportFormat.turtle:
        print("\n".join(report.turtle for report in reports.values()))
    elif form is ReportFormat.json:
        print_json([_as_dict(file, report) for file, report in reports.items()])
    else:
        _tell(reports)
    if not all(report.conforms for report in reports.values()):
        raise typer.Exit(2)


def _as_dict(file: Path, report: ValidationReport) -> dict[str, object]:
    results = [vars(violation) for violation in report.violations]
    return {"file": str(file), "conforms": report.conforms, "results": results}


def _tell(reports: dict[Path, ValidationReport]) -> None:
    for file, report in reports.items():
        if report.violations:
            rows = [
                {"severity": v.severity, "focus": v.focus, "path": v.path, "message": v.message}
                for v in report.violations
            ]
            show(pl.DataFrame(rows), "table", title=str(file))
        verdict, style = ("conforms", "green") if report.conforms else ("does not conform", "red")
        results = agreeing(f"{len(report.violations):,} result(/s)")
        remark(f"{file}: {verdict}, {results}", style)
