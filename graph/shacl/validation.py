"""The gate: SHACL before publication, with the rows behind every violation taken out.

The Rust engine `shacl` does the work; `pyshacl`, the reference, can be chosen instead and is
compared with it in the tests. Shapes are read from `ontology/shapes`. W3C SHACL 2017.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import polars as pl
import pyoxigraph as ox
import shacl

from permed.graph.encoding import read_text
from permed.graph.errors import InputError
from permed.graph.mapping import rules
from permed.graph.mapping.table_triples import prepare
from permed.graph.rdf_text import read_rdf
from permed.graph.shacl.parts import validate_by_parts
from permed.graph.shacl.report import ValidationReport, Violation, report_of
from permed.graph.tables.issues import collect, issue_rows
from permed.graph.workers import HERE, Workers
from permed.ontology import DEFAULT_BASE, ontology_nquads, shapes_text

__all__ = [
    "Engine",
    "ValidationReport",
    "Violation",
    "reject_violations",
    "validate_file",
    "validate_graphs",
    "validate_quads",
    "warnings_as_issues",
]

Engine = Literal["shacl", "pyshacl"]


_WHOLE_UP_TO: Final = 2_500_000_000  # bytes of N-Quads: twelve million statements, 3 GB of memory
_PART_APART: Final = 100_000_000  # bytes that another machine gets at a time
_VOCABULARY: Final = f"{DEFAULT_BASE}graph/ontology"


def validate_file(path: Path, engine: Engine = "shacl") -> ValidationReport:
    """Validate an RDF file (Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD) against our shapes.

    The vocabulary is added to the data, since shapes ask whether a concept is one of a scheme.
    InputError names the file, and the line where the parser knows it, if it is not valid RDF.
    """
    form = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if form is None:
        raise InputError(f"{path}: no ending of RDF; use .ttl, .nt, .nq, .trig, .rdf or .jsonld")
    data = read_text(path).encode()
    try:
        quads = ox.serialize(read_rdf(data, form), format=ox.RdfFormat.N_QUADS) or b""
    except InputError as error:
        raise InputError(f"{path}: not valid RDF: {error}") from error
    return validate_quads(quads, engine)


def validate_quads(quads: bytes, engine: Engine = "shacl") -> ValidationReport:
    """Validate N-Quads; the vocabulary is added to them."""
    return _validate(quads + ontology_nquads(_VOCABULARY), engine)


def validate_graphs(
    paths: Sequence[Path], engine: Engine = "shacl", workers: Workers = HERE
) -> ValidationReport:
    """Validate N-Quads files, however large, as the one graph that queries see.

    The vocabulary is added to them. The engine reads one file, so they are put together in one
    beside the first of them while it reads; it holds all that it reads in memory, so what is larger
    than a few gigabytes goes through it part by part, with the same report, and so does what
    workers on other machines validate.
    """
    if engine == "pyshacl":
        return validate_quads(b"".join(path.read_bytes() for path in paths), engine)
    size = sum(path.stat().st_size for path in paths)
    if workers.apart and size > _PART_APART:
        return validate_by_parts(paths, ontology_nquads(_VOCABULARY), _PART_APART, workers)
    if size > _WHOLE_UP_TO:
        return validate_by_parts(paths, ontology_nquads(_VOCABULARY))
    with tempfile.NamedTemporaryFile(dir=paths[0].parent, suffix=".nq") as merged:
        for path in paths:
            with path.open("rb") as part:
                shutil.copyfileobj(part, merged, 1 << 22)
        merged.write(ontology_nquads(_VOCABULARY))
        merged.flush()
        return report_of(_shapes().validate_file(merged.name))


def _validate(quads: bytes, engine: Engine) -> ValidationReport:
    if engine == "pyshacl":
        # late: who does not choose it need not wait half a second for it
        from permed.graph.shacl.pyshacl_engine import validate_with_pyshacl

        return validate_with_pyshacl(quads)
    return report_of(_shapes().validate_text(quads.decode(), format="nquads"))


@cache
def _shapes() -> shacl.Shapes:
    return shacl.Shapes.from_turtle(shapes_text())


def reject_violations(
    tables: Mapping[str, pl.DataFrame],
    violations: Iterable[Violation],
    *,
    source: str,
    base: str,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take out the rows behind violations of a shape; return the rest and the issues.

    A row falls that states the value at fault; where no row of the source does, those that state
    the property of the focus node; else, as where something is missing, all that speak of the node.
    """
    violations = list(violations)
    reasons = {key: _reason(v) for v in reversed(violations) for key in v.beginnings}
    stated = {n: _stated(f, n, reasons, base) for n, f in tables.items() if f.height and reasons}
    found = {key for frame in stated.values() for key in frame["key"]}
    chosen = {next((k for k in v.beginnings if k in found), None) for v in violations}
    kept, issues = dict(tables), []
    for name, frame in stated.items():
        hit = frame.filter(pl.col("key").is_in([k for k in chosen if k is not None]))
        why = hit.select("at", violation=pl.col("key").replace_strict(reasons)).unique("at")
        marked = tables[name].with_row_index("at").join(why, on="at", how="left")
        bad = marked.filter(pl.col("violation").is_not_null())
        kept[name] = marked.filter(pl.col("violation").is_null()).select(tables[name].columns)
        issues.append(_issues(bad.drop("at"), source, name))
    return kept, collect(issues)


def _reason(violation: Violation) -> str:
    return f"{violation.path or violation.component}: {violation.message}"


def _stated(frame: pl.DataFrame, name: str, wanted: Iterable[str], base: str) -> pl.DataFrame:
    """Return columns at (number of the row), key: the wanted beginnings of lines that rows give."""
    rows, keys = prepare(frame, name).with_row_index("at"), list(wanted)
    subject, predicate = pl.col("s"), pl.concat_str("s", pl.lit(" "), "p")
    forms = (subject, predicate, pl.concat_str(predicate, pl.lit(" "), "o"))
    parts = []
    for rule in rules(base)[name]:
        given = rows.lazy().select(
            "at", s=rule.subject, p=pl.lit(f"<{rule.predicate}>"), o=rule.object
        )
        given = given.filter(subject.is_in(keys)).drop_nulls("o")
        parts += [given.select("at", key=f).filter(pl.col("key").is_in(keys)) for f in forms]
    return pl.concat(parts).unique().collect()


def _issues(bad: pl.DataFrame, source: str, table: str) -> pl.DataFrame:
    return issue_rows(
        bad,
        source=source,
        table=table,
        reason=pl.col("violation"),
        severity="rejected",
        field="id" if "id" in bad.columns else bad.columns[0],
    )


def warnings_as_issues(warnings: Iterable[Violation], source: str) -> pl.DataFrame:
    """Return SHACL warnings as issues, so that they ship with the release."""
    rows = pl.DataFrame(
        [{"node": v.focus, "why": f"{v.path}: {v.message}"} for v in warnings],
        schema={"node": pl.String, "why": pl.String},
    )
    return issue_rows(
        rows, source=source, table="", reason=pl.col("why"), severity="warning", field="node"
    )
