"""Bring prepared sources together: one id a thing, one row a thing, no reference into nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graph.issues import collect
from graph.model import TABLES
from graph.tables import check_references, fold
from ingest.linking.identity import canonical_ids, rename, settle
from ingest.prepare import Prepared

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


def link(prepared: list[Prepared]) -> Linking:
    """Link the sources; their order is the order of precedence."""
    renamed = canonical_ids({p.source.info.name: p.tables for p in prepared})
    statements = {p.source.info.name: rename(p.tables, renamed) for p in prepared}
    issues = {p.source.info.name: [p.issues] for p in prepared}
    folded = {n: _fold_all(t, n, issues[n]) for n, t in statements.items()}
    settled = settle(folded)
    known = known_ids(settled)
    for name in settled:
        settled[name], found = check_references(settled[name], known, name)
        issues[name].append(found)
    sources = tuple(
        LinkedSource(p, settled[n], statements[n], collect(issues[n]))
        for p, n in zip(prepared, settled, strict=True)
    )
    return Linking(sources, renamed, known)


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
