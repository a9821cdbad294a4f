"""What the counting rule adds to a release, as a source of its own that comes last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from permed.graph.counting import count_tables
from permed.graph.network.projection.roles_from_tables import from_tables
from permed.graph.tables.checks import check_references
from permed.graph.tables.issues import no_issues
from permed.graph.tables.joined import joined_tables
from permed.graph.tables.model import TABLES
from permed.ingest.building.linked_sources import LinkedSource
from permed.ingest.building.prepare import Prepared
from permed.ingest.source import Source, SourceData, SourceInfo
from permed.ontology import DEFAULT_BASE

__all__ = ["counting_source"]

_INFO = SourceInfo(
    name="counting",
    title="Partners, countries and money of each activity by the counting rule",
    publisher="PerMed Graph contributors",
    licence="CC BY 4.0",
    homepage=DEFAULT_BASE,
    provenance="record",
)


def counting_source(
    mapped: Iterable[Mapping[str, pl.DataFrame]], known: Mapping[str, pl.Series], base: str
) -> LinkedSource | None:
    """Count over the tables that passed the gate, in order of precedence; None without roles."""
    tables = joined_tables(mapped)
    if "roles" not in tables:
        return None
    data = from_tables(tables)
    organisations = data.agents.filter(pl.col("id").str.starts_with("organisation/"))
    relations = tables.get("relations", pl.DataFrame(schema=TABLES["relations"].schema))
    found = count_tables(data.roles, organisations, relations)
    whole = {name: _complete(frame, name, base) for name, frame in found.items()}
    kept, issues = check_references(whole, known, _INFO.name)
    source = Source(_INFO, lambda _: SourceData(kept), lambda _: [])
    read = sum(frame.height for frame in kept.values())
    prepared = Prepared(source, kept, no_issues(), {}, "", cached=False, read=read)
    return LinkedSource(prepared, kept, kept, issues)


def _complete(frame: pl.DataFrame, name: str, base: str) -> pl.DataFrame:
    """Add the provenance columns: it follows from the rows of all sources."""
    schema = TABLES[name].schema
    filled = frame.with_columns(
        source_url=pl.lit(f"{base}graph/{_INFO.name}"), evidence=pl.lit("derived")
    )
    missing = [pl.lit(None, t).alias(c) for c, t in schema.items() if c not in filled.columns]
    return filled.with_columns(missing).select(list(schema))
