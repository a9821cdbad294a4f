"""Bring prepared sources together: one id a thing, one row a thing, no reference into nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from permed.graph.releases.release import Release
from permed.graph.tables.checks import check_references, fold
from permed.graph.tables.issues import collect, issue_rows
from permed.graph.tables.model import TABLES
from permed.ingest.building.prepare import Prepared
from permed.ingest.linking.identity.display_names import with_display_names
from permed.ingest.linking.identity.identify import Identity, identify, rename, withhold
from permed.ingest.linking.identity.inferred_identifiers import identifier_rows
from permed.ingest.linking.identity.one_ror import one_ror
from permed.ingest.linking.identity.precedence import by_precedence
from permed.ingest.linking.identity.replacements import replacement_rows, replacements
from permed.ingest.linking.identity.role_disputes import role_ids, with_role_figures
from permed.ingest.linking.identity.role_periods import merge_role_statements
from permed.ingest.linking.judgements import Ledger
from permed.ingest.source import Source, SourceData, SourceInfo
from permed.ontology import DEFAULT_BASE

__all__ = ["LinkedSource", "Linking", "link", "statements_of"]

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class LinkedSource:
    """One source after linking: the tables to map, and the statements they were folded from."""

    prepared: Prepared
    tables: Tables
    statements: Tables
    issues: pl.DataFrame


@dataclass(frozen=True)
class Linking:
    """All sources after linking, the ids that changed, and the ids that there are, by table."""

    sources: tuple[LinkedSource, ...]
    renamed: dict[str, str]
    known: dict[str, pl.Series]


def link(
    prepared: list[Prepared], ledger: Ledger | None = None, previous: Release | None = None
) -> Linking:
    """Link the sources; their order is the order of precedence.

    `ledger` holds the judgements to follow; `previous` is the release whose ids must keep
    resolving. What linking itself has to say becomes a last source, `linking`.
    """
    ledger = ledger or Ledger()
    tables = {p.source.info.name: p.tables for p in prepared}
    identity = identify(tables, ledger.effective)
    issues = {p.source.info.name: [p.issues] for p in prepared}
    statements = {n: _renamed(t, identity, n, issues[n]) for n, t in tables.items()}
    merged = pl.Series(sorted(set(identity.renamed.values())), dtype=pl.String)
    folded = {
        n: _with_merged_names(_fold_all(t, n, issues[n]), t, merged) for n, t in statements.items()
    }
    curated = frozenset(
        p.source.info.name for p in prepared if p.source.info.provenance == "statement"
    )
    named = with_display_names(by_precedence(folded), curated)
    stated, disputed = with_role_figures(named)
    settled, contradicted = merge_role_statements(stated)
    for name, found in contradicted.items():
        issues[name].append(found)
    roles = (role_ids(t["roles"]) for t in settled.values() if "roles" in t)
    known = known_ids(settled) | {"roles": pl.concat([disputed, *roles])}
    for name in settled:
        settled[name], found = check_references(settled[name], known, name)
        issues[name].append(found)
    sources = [
        LinkedSource(p, settled[n], statements[n], collect(issues[n]))
        for p, n in zip(prepared, settled, strict=True)
    ]
    sources += _own_source(identity, ledger, previous, settled, known)
    return Linking(_with_one_ror(sources), identity.renamed, known)


def _with_one_ror(sources: list[LinkedSource]) -> tuple[LinkedSource, ...]:
    """Follow one ROR id an organisation; linking's own source, the last, yields first."""
    done = one_ror({s.prepared.source.info.name: s.tables for s in sources})
    return tuple(
        replace(source, tables=tables, issues=collect([source.issues, found]))
        for source, (tables, found) in zip(sources, done.values(), strict=True)
    )


def _renamed(tables: Tables, identity: Identity, source: str, issues: list[pl.DataFrame]) -> Tables:
    """Canonical ids in all tables, without the identifiers that a judgement denies."""
    kept, denied = withhold(tables, identity.withheld)
    if denied.height:
        issues.append(
            issue_rows(
                denied,
                source=source,
                table="identifiers",
                reason=pl.col("reason"),
                severity="dropped",
                field="value",
            )
        )
    return rename(kept, identity.renamed)


def _with_merged_names(folded: Tables, statements: Tables, merged: pl.Series) -> Tables:
    """Keep every name of the records of one source that became one thing, as further names."""
    parts = []
    for name in ("organisations", "persons"):
        if name in folded:
            kept = folded[name].select("id", kept="name")
            rows = statements[name].filter(pl.col("id").is_in(merged.implode())).join(kept, on="id")
            other = rows.filter(pl.col("name") != pl.col("kept")).unique(["id", "name"])
            parts.append(other.sort("id", "name").with_columns(entity="id", kind=pl.lit("alias")))
    schema = TABLES["names"].schema
    names = [p.select([c for c in schema if c in p.columns]) for p in parts if p.height]
    if not names:
        return folded
    known = folded.get("names", pl.DataFrame(schema=schema))
    return folded | {"names": pl.concat([known, *names], how="diagonal").select(list(schema))}


_INFO = SourceInfo(
    name="linking",
    title="Identifiers that judgements give, and ids that others replaced",
    publisher="PerMed Graph contributors",
    licence="CC BY 4.0",
    homepage=DEFAULT_BASE,
    provenance="record",
)


def _own_source(
    identity: Identity,
    ledger: Ledger,
    previous: Release | None,
    settled: Mapping[str, Tables],
    known: Mapping[str, pl.Series],
) -> list[LinkedSource]:
    """What linking adds, as a source of its own; none where it adds nothing."""
    url = f"{ledger.nodes.base}mappings/judgements"
    inferred = identifier_rows(identity.inferred, url)
    parts = [t["identifiers"] for t in settled.values() if "identifiers" in t]
    present = pl.concat([pl.Series([], dtype=pl.String), *known.values()])
    moved = replacements(identity.renamed, present, pl.concat([inferred, *parts]), previous)
    tables = {"identifiers": inferred, "replacements": replacement_rows(moved, url)}
    tables = {name: frame for name, frame in tables.items() if frame.height}
    if not tables and identity.issues.is_empty():
        return []
    read = sum(frame.height for frame in tables.values())
    tables, dangling = check_references(tables, known, _INFO.name)
    issues = collect([identity.issues, dangling])
    source = Source(_INFO, lambda _: SourceData(tables), lambda _: [])
    digest, files = ledger.digest, dict(ledger.files)
    prepared = Prepared(source, tables, issues, files, digest, cached=False, read=read)
    return [LinkedSource(prepared, tables, tables, issues)]


def _fold_all(tables: Tables, source: str, issues: list[pl.DataFrame]) -> Tables:
    folded = dict(tables)
    for name in tables:
        if TABLES[name].key == ("id",):
            done = fold(tables[name], name, source)
            folded[name] = done.rows
            issues.append(done.issues)
    return folded


def known_ids(sources: Mapping[str, Tables]) -> dict[str, pl.Series]:
    """Return the ids of each entity table over all sources."""
    entity = [name for name, table in TABLES.items() if table.key == ("id",)]
    parts = {n: [t[n]["id"] for t in sources.values() if n in t] for n in entity}
    return {name: pl.concat(ids) for name, ids in parts.items() if ids}


def statements_of(source: LinkedSource, tables: Mapping[str, pl.DataFrame]) -> Tables:
    """Return the statements behind the rows that are still in `tables`."""
    return {
        name: (
            rows.filter(pl.col("id").is_in(tables[name]["id"].implode()))
            if TABLES[name].key == ("id",)
            else tables[name]
        )
        for name, rows in source.statements.items()
    }
