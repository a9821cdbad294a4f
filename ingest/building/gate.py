"""Map one source, validate its graph, and take out what violates a shape until nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from permed.graph.errors import GateRefused
from permed.graph.mapping.writer import Statistics, as_lines, write_quads
from permed.graph.shacl.report import Report
from permed.graph.shacl.validation import reject_violations, validate_graph, warnings_as_issues
from permed.graph.tables.checks import check_references
from permed.graph.tables.issues import collect
from permed.graph.tables.model import TABLES
from permed.ingest.building.config import Config
from permed.ingest.building.linked_sources import LinkedSource, statements_of
from permed.ingest.building.prepare import Prepared, count_warnings
from permed.ingest.source import Progress

__all__ = ["MappedSource", "graph_iri", "map_and_validate"]

_ROUNDS = 5  # a rejected thing can leave others without what they need; it settles in two or three


@dataclass(frozen=True)
class MappedSource:
    """A source that passed the gate: its tables, issues, statistics and SHACL report."""

    prepared: Prepared
    tables: dict[str, pl.DataFrame]
    issues: pl.DataFrame
    statistics: Statistics
    seen: pl.Series  # hashes of the triples of this graph and those before it
    report: Report
    graph: str

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.prepared.source.info.name


def graph_iri(base: str, source: str) -> str:
    """Return the IRI of the named graph that holds a source."""
    return f"{base}graph/{source}"


def map_and_validate(
    source: LinkedSource,
    known: Mapping[str, pl.Series],
    seen: pl.Series,
    folder: Path,
    config: Config,
    progress: Progress,
) -> MappedSource:
    """Write the source's N-Quads into `folder/graphs` once they conform to every shape.

    `known` holds the ids of all sources of the build, `seen` the triples (as hashes) of the graphs
    before. GateRefused where violations remain after
    the rows behind them are out, or where more rows are rejected than the configured share.
    """
    info, tables, found = source.prepared.source.info, source.tables, [source.issues]
    path = folder / "graphs" / f"{info.name}.nq"
    path.parent.mkdir(exist_ok=True)
    for _ in range(_ROUNDS):
        progress(f"map {info.name}")
        said = statements_of(source, tables) if info.provenance == "statement" else {}
        graph = graph_iri(config.base, info.name)
        written = write_quads(
            tables, path, graph=graph, base=config.base, statements=said, seen=seen
        )
        progress(f"validate {info.name}")
        report = validate_graph(path, config.validator, as_lines(written.repeated))
        if report.conforms:
            break
        tables, issues = _without_violations(tables, report, known, info.name, config.base)
        found.append(issues)
    else:
        raise GateRefused(f"{info.name}: still violates shapes after {_ROUNDS} rounds")
    found += [warnings_as_issues(report, info.name), count_warnings(source.prepared.source, tables)]
    every = collect(found)
    _refuse_rejects(info.name, every, source.prepared.read, config.max_rejected_share)
    return MappedSource(
        source.prepared, tables, every, written.statistics, written.seen, report, graph
    )


def _without_violations(
    tables: dict[str, pl.DataFrame],
    report: Report,
    known: Mapping[str, pl.Series],
    source: str,
    base: str,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take out rows that violate a shape, and then the rows that point to them."""
    kept, bad = reject_violations(tables, report, source=source, base=base)
    if bad.is_empty():
        first = report.violations[0]
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


def _refuse_rejects(source: str, issues: pl.DataFrame, read: int, limit: float) -> None:
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
