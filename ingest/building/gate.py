"""The gate: sources are mapped and validated until no shape is violated, releases are checked.

What no shape can say, since it needs joins, a query in `queries/checks/` says, which must return
no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from permed.graph.errors import GateRefused, InputError
from permed.graph.mapping.writer import Statistics, as_lines, write_quads
from permed.graph.shacl.report import ValidationReport
from permed.graph.shacl.validation import reject_violations, validate_graph, warnings_as_issues
from permed.graph.tables.checks import check_references
from permed.graph.tables.issues import collect
from permed.graph.tables.model import TABLES
from permed.ingest.building.digest import CHECKS
from permed.ingest.building.linked_sources import LinkedSource, statements_of
from permed.ingest.building.prepare import Prepared, count_warnings
from permed.ingest.building.run import BuildRun
from permed.ontology import prefix_block

__all__ = ["MappedSource", "failed_checks", "map_and_validate", "refuse_rejects"]

_CHECKS = Path(__file__).parents[2] / CHECKS
_ROUNDS = 5  # a rejected thing can leave others without what they need; it settles in two or three


@dataclass(frozen=True)
class MappedSource:
    """A source that passed the gate: its tables, issues, statistics and SHACL report."""

    prepared: Prepared
    tables: dict[str, pl.DataFrame]
    issues: pl.DataFrame
    statistics: Statistics
    seen: pl.Series  # hashes of the triples of this graph and those before it
    report: ValidationReport
    graph: str

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.prepared.source.info.name


def map_and_validate(
    source: LinkedSource, known: Mapping[str, pl.Series], seen: pl.Series, run: BuildRun
) -> MappedSource:
    """Write the source's N-Quads into the release's graphs once they conform to every shape.

    `known` holds the ids of all sources of the build, `seen` the triples (as hashes) of the graphs
    before. GateRefused where violations remain after the rows behind them are out, or where more
    rows are rejected than the configured share.
    """
    config = run.config
    info, tables, found = source.prepared.source.info, source.tables, [source.issues]
    path, graph = run.graphs / f"{info.name}.nq", run.graph_iri(info.name)
    for _ in range(_ROUNDS):
        run.progress(f"map {info.name}")
        said = statements_of(source, tables) if info.provenance == "statement" else {}
        written = write_quads(
            tables, path, graph=graph, base=config.base, statements=said, seen=seen
        )
        run.progress(f"validate {info.name}")
        report = validate_graph(path, config.validator, as_lines(written.repeated))
        if report.conforms:
            break
        tables, issues = _without_violations(tables, report, known, info.name, config.base)
        found.append(issues)
    else:
        raise GateRefused(f"{info.name}: still violates shapes after {_ROUNDS} rounds")
    found += [warnings_as_issues(report, info.name), count_warnings(source.prepared.source, tables)]
    every = collect(found)
    refuse_rejects(info.name, every, source.prepared.read, config.max_rejected_share)
    return MappedSource(
        source.prepared, tables, every, written.statistics, written.seen, report, graph
    )


def _without_violations(
    tables: dict[str, pl.DataFrame],
    report: ValidationReport,
    known: Mapping[str, pl.Series],
    source: str,
    base: str,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take out rows that violate a shape, and then the rows that point to them."""
    kept, bad = reject_violations(tables, report, source=source, base=base)
    if bad.is_empty():
        first = next(v for v in report.violations if v.severity == "Violation")
        raise GateRefused(
            f"{source}: {first.focus} {first.path}: {first.message} (no row of the source gives it)"
        )
    left = {
        name: ids.filter(~ids.is_in(_gone(tables[name], kept[name]).implode()))
        for name, ids in known.items()
        if name in tables and TABLES[name].key == ("id",)
    }
    kept, dangling = check_references(kept, {**known, **left}, source)
    return kept, collect([bad, dangling])


def _gone(before: pl.DataFrame, after: pl.DataFrame) -> pl.Series:
    return before.filter(~pl.col("id").is_in(after["id"].implode()))["id"]


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


def failed_checks(release: Path, folder: Path = _CHECKS) -> Iterator[str]:
    """Yield one line for each check query that finds something in a release's store."""
    store = ox.Store.read_only(str(release / "store"))
    for path in sorted(folder.glob("*.rq")):
        rows = store.query(
            prefix_block() + path.read_text(encoding="utf-8"), use_default_graph_as_union=True
        )
        if not isinstance(rows, ox.QuerySolutions):
            raise InputError(f"{path}: a check must be a SELECT query")
        first = next(iter(rows), None)
        if first is not None:
            found = ", ".join(str(value) for value in first)
            yield f"check {path.stem}: {found}; mend the source or the check"
