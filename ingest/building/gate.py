"""The gate: all sources are mapped and validated together until no shape is violated.

What is validated is the merge of the graphs, since that is what queries see: a value that is right
in each source can be wrong beside another's. What no shape can say, a query in `queries/checks/`
says, which must return no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from permed.graph.errors import GateRefused
from permed.graph.mapping.writer import Seen, Statistics, ranges_for, write_quads
from permed.graph.shacl.checks import FailedCheck, faults_in
from permed.graph.shacl.report import ValidationReport
from permed.graph.shacl.validation import reject_violations, validate_graphs, warnings_as_issues
from permed.graph.tables.checks import check_references
from permed.graph.tables.issues import collect
from permed.ingest.building.counting import counting_source
from permed.ingest.building.linked_sources import LinkedSource, Linking, known_ids, statements_of
from permed.ingest.building.origin import origins
from permed.ingest.building.prepare import Prepared, count_warnings
from permed.ingest.building.run import BuildRun

__all__ = ["MappedSource", "failed_checks", "map_and_validate", "refuse_failed", "refuse_rejects"]

# what falls can leave others without what they need, and a node of several sources falls in one at
# a time; it settles in two or three
_ROUNDS = 8


@dataclass(frozen=True)
class MappedSource:
    """A source that passed the gate: its tables, issues and statistics."""

    prepared: Prepared
    tables: dict[str, pl.DataFrame]
    issues: pl.DataFrame
    statistics: Statistics
    graph: str

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.prepared.source.info.name


@dataclass(frozen=True)
class _Candidate:
    """A source on its way through the gate: what is left of its tables, and what was found."""

    source: LinkedSource
    tables: dict[str, pl.DataFrame]
    found: list[pl.DataFrame]
    path: Path
    statistics: Statistics = field(default_factory=Statistics)

    @property
    def name(self) -> str:
        return self.source.prepared.source.info.name


def map_and_validate(linking: Linking, run: BuildRun) -> tuple[list[MappedSource], str]:
    """Write the N-Quads of all sources, what is counted over them last, once they all conform.

    Returns the sources and the report (Turtle). GateRefused where violations remain after the rows
    behind them are out, or where more rows of a source are rejected than the configured share.
    """
    candidates = [_candidate(source, run) for source in linking.sources]
    for _ in range(_ROUNDS):
        written = _write(candidates, linking, run)
        run.progress("validate")
        report = validate_graphs([c.path for c in written], run.config.validator, run.workers)
        if report.conforms:
            break
        candidates = _without_violations(candidates, written, report, linking, run)
    else:
        raise GateRefused(f"{_first(report)} (still, after {_ROUNDS} rounds)")
    _add_warnings(written, report)
    return [_passed(candidate, run) for candidate in written], report.turtle


def _candidate(source: LinkedSource, run: BuildRun) -> _Candidate:
    path = run.graphs / f"{source.prepared.source.info.name}.nq"
    return _Candidate(source, source.tables, [source.issues], path)


def _write(candidates: Sequence[_Candidate], linking: Linking, run: BuildRun) -> list[_Candidate]:
    """Write the graphs; each triple stands in the first that says it."""
    written = list[_Candidate]()
    seen = Seen.nothing(ranges_for((c.tables for c in candidates), run.config.base))
    for candidate in candidates:
        run.progress(f"map {candidate.name}")
        done, seen = _written(candidate, seen, run)
        written.append(done)
    run.progress("count")
    counting = counting_source((c.tables for c in written), linking.known, run.config.base)
    if counting is not None:
        written.append(_written(_candidate(counting, run), seen, run)[0])
    return written


def _written(candidate: _Candidate, seen: Seen, run: BuildRun) -> tuple[_Candidate, Seen]:
    info = candidate.source.prepared.source.info
    statements = info.provenance == "statement"
    said = statements_of(candidate.source, candidate.tables) if statements else {}
    graph, base = run.graph_iri(info.name), run.config.base
    done = write_quads(
        candidate.tables,
        candidate.path,
        graph=graph,
        base=base,
        statements=said,
        seen=seen,
        workers=run.workers,
    )
    return replace(candidate, statistics=done.statistics), done.seen


def _without_violations(
    candidates: Sequence[_Candidate],
    written: Sequence[_Candidate],
    report: ValidationReport,
    linking: Linking,
    run: BuildRun,
) -> list[_Candidate]:
    """Take out the rows that violate a shape, and then the rows of all that point to them."""
    wrong = [v for v in report.violations if v.severity == "Violation"]
    # what is counted has no rows of its own: it yields last
    counted = [c.path for c in written[len(candidates) :]]
    by_source = origins(wrong, [*counted, *(c.path for c in candidates)])
    left, fallen = list[_Candidate](), 0
    for candidate in candidates:
        found = by_source.get(candidate.path, [])
        base = run.config.base
        kept, bad = reject_violations(candidate.tables, found, source=candidate.name, base=base)
        fallen += bad.height
        left.append(replace(candidate, tables=kept, found=[*candidate.found, bad]))
    if not fallen:
        raise GateRefused(f"{_first(report)} (no row of a source gives it)")
    known = {**linking.known, **known_ids({c.name: c.tables for c in left})}
    return [_without_dangling(candidate, known) for candidate in left]


def _without_dangling(candidate: _Candidate, known: Mapping[str, pl.Series]) -> _Candidate:
    kept, dangling = check_references(candidate.tables, known, candidate.name)
    return replace(candidate, tables=kept, found=[*candidate.found, dangling])


def _first(report: ValidationReport) -> str:
    first = next(v for v in report.violations if v.severity == "Violation")
    return f"{first.focus} {first.path}: {first.message}"


def _add_warnings(written: Sequence[_Candidate], report: ValidationReport) -> None:
    warnings = [v for v in report.violations if v.severity != "Violation"]
    by_source = origins(warnings, [c.path for c in written])
    for candidate in written:
        candidate.found.append(
            warnings_as_issues(by_source.get(candidate.path, []), candidate.name)
        )
        counted = count_warnings(candidate.source.prepared.source, candidate.tables)
        candidate.found.append(counted)


def _passed(candidate: _Candidate, run: BuildRun) -> MappedSource:
    prepared, issues = candidate.source.prepared, collect(candidate.found)
    refuse_rejects(candidate.name, issues, prepared.read, run.config.max_rejected_share)
    graph = run.graph_iri(candidate.name)
    return MappedSource(prepared, candidate.tables, issues, candidate.statistics, graph)


def refuse_rejects(source: str, issues: pl.DataFrame, read: int, limit: float) -> None:
    """Refuse a source of which more than the configured share of the records read is rejected."""
    rejects = issues.filter(pl.col("severity") == "rejected")
    read = max(read, rejects.height)  # one record may give several rows, each of them rejected
    share = rejects.height / max(read, 1)
    if share > limit:
        worst = rejects["reason"].mode().sort()[0]
        raise GateRefused(
            f"{source}: {rejects.height} of {read} records rejected ({share:.1%}, limit"
            f" {limit:.1%}); most often: {worst}"
        )


def failed_checks(release: Path) -> Iterator[FailedCheck]:
    """Yield every fault that the checks find in a release's graphs."""
    yield from faults_in(sorted((release / "graphs").glob("*.nq")))


def refuse_failed(release: Path) -> list[FailedCheck]:
    """Refuse (GateRefused) a release with a fault that is more than a warning; return warnings."""
    found = list(failed_checks(release))
    for fault in found:
        if not fault.warning:
            raise GateRefused(f"{fault}; mend the source or the check")
    return found
