"""Precedence of sources: each single-valued column of a thing comes from one source of the build.

The first source in precedence that fills a column gives its value; later ones leave it empty. Names
are the exception: a later source keeps the name that its registry gives (skos:altLabel), but the
label by which people see the thing is the one that was stated first. An output has one title, that
of the first source: a registry that knows it by its DOI adds what the others do not say.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.tables.model import TABLES, Table

__all__ = ["by_precedence"]

Tables = Mapping[str, pl.DataFrame]

_SINGLE_VALUED = ("organisations", "persons", "activities", "outputs", "countries", "regions")


def by_precedence(sources: Mapping[str, Tables]) -> dict[str, dict[str, pl.DataFrame]]:
    """Apply precedence to folded tables; the order of the sources is the order of precedence."""
    result: dict[str, dict[str, pl.DataFrame]] = {}
    earlier: dict[str, pl.DataFrame] = {}
    for source, tables in sources.items():
        mine = dict(tables)
        for name in [n for n in _SINGLE_VALUED if n in mine]:
            if name in earlier:
                mine[name] = _after_precedence(mine[name], TABLES[name], earlier[name])
            both = (earlier.get(name), mine[name])
            earlier[name] = pl.concat(frame for frame in both if frame is not None)
        result[source] = mine
    return result


def _after_precedence(frame: pl.DataFrame, table: Table, earlier: pl.DataFrame) -> pl.DataFrame:
    """Empty the columns that an earlier source fills, and take over its label."""
    own = [c.name for c in table.columns if c.name != "id"]
    before = earlier.group_by("id").agg(pl.col(own).drop_nulls().first().name.suffix("__earlier"))
    both = frame.join(before, on="id", how="left", maintain_order="left")
    name = "title" if "title" in own else "name"
    label = pl.coalesce("label__earlier", f"{name}__earlier") if "label" in own else None
    kept = None if table.name == "outputs" else name
    result = {c.name: _column(c.name, c.required, kept) for c in table.columns if c.name != "id"}
    if label is not None:
        result["label"] = label
    return both.with_columns(**result).select(frame.columns)


def _column(column: str, required: bool, kept: str | None) -> pl.Expr:
    earlier = pl.col(f"{column}__earlier")
    if kept and column in (kept, "lang"):
        return pl.col(column)
    if required:
        return pl.coalesce(earlier, pl.col(column))
    return pl.when(earlier.is_null()).then(pl.col(column))
