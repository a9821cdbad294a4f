"""Who tells what: each single-valued column of a thing comes from one source of the build.

The first source in precedence that fills a column tells it; later sources leave it empty. Names are
the exception: a later source keeps the name that its registry gives (eurio:legalName, eurio:title),
but the label by which people see the thing is the one that was told first.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.tables.model import TABLES, Table

__all__ = ["by_precedence"]

Tables = Mapping[str, pl.DataFrame]

_SETTLED = ("organisations", "persons", "activities", "countries", "regions")


def by_precedence(sources: Mapping[str, Tables]) -> dict[str, dict[str, pl.DataFrame]]:
    """Settle folded tables of all sources; their order is the order of precedence."""
    settled: dict[str, dict[str, pl.DataFrame]] = {}
    told: dict[str, pl.DataFrame] = {}
    for source, tables in sources.items():
        mine = dict(tables)
        for name in [n for n in _SETTLED if n in mine]:
            if name in told:
                mine[name] = _after_precedence(mine[name], TABLES[name], told[name])
            told[name] = pl.concat([told[name], mine[name]]) if name in told else mine[name]
        settled[source] = mine
    return settled


def _after_precedence(frame: pl.DataFrame, table: Table, told: pl.DataFrame) -> pl.DataFrame:
    """Empty the columns that an earlier source fills, and take over its label."""
    own = [c.name for c in table.columns if c.name != "id"]
    before = told.group_by("id").agg(pl.col(own).drop_nulls().first().name.suffix("__told"))
    both = frame.join(before, on="id", how="left", maintain_order="left")
    name = "title" if "title" in own else "name"
    label = pl.coalesce("label__told", f"{name}__told") if "label" in own else None
    settled = {c.name: _column(c.name, c.required, name) for c in table.columns if c.name != "id"}
    if label is not None:
        settled["label"] = label
    return both.with_columns(**settled).select(frame.columns)


def _column(column: str, required: bool, name: str) -> pl.Expr:
    told = pl.col(f"{column}__told")
    if column in (name, "lang"):
        return pl.col(column)
    if required:
        return pl.coalesce(told, pl.col(column))
    return pl.when(told.is_null()).then(pl.col(column))
