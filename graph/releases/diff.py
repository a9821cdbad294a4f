"""What came, went or changed between two releases, row by row of the record tables."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES, empty

__all__ = ["compare"]

_SCHEMA = {
    "table": pl.String,
    "change": pl.String,
    "id": pl.String,
    "label": pl.String,
    "columns": pl.String,
}
_IGNORED = {"source_row", "seen", "source_url", "evidence", "note"}
_LABELS = ("title", "name", "label")


def compare(before: Release, after: Release, tables: Iterable[str] | None = None) -> pl.DataFrame:
    """Return one row a change: table, change (came, went, changed), id, label, changed columns.

    Rows are told apart by the key of their table; provenance columns do not count as a change.
    InputError for a table that there is not.
    """
    wanted = list(tables or TABLES)
    unknown = [t for t in wanted if t not in TABLES]
    if unknown:
        raise InputError(f"there is no table '{unknown[0]}'; tables: {', '.join(TABLES)}")
    old, new = before.all_tables(), after.all_tables()
    parts = [_changes(old.get(t, empty(t)), new.get(t, empty(t)), t) for t in wanted]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])


def _changes(old: pl.DataFrame, new: pl.DataFrame, name: str) -> pl.DataFrame:
    values = [c.name for c in TABLES[name].columns if c.name not in _IGNORED]
    left, right = _keyed(old, name, values), _keyed(new, name, values)
    both = left.join(right, on="key", how="full", suffix="_new", coalesce=True)
    differs = [pl.when(pl.col(c).ne_missing(pl.col(f"{c}_new"))).then(pl.lit(c)) for c in values]
    change = (
        pl.when(pl.col("here").is_null())
        .then(pl.lit("came"))
        .when(pl.col("here_new").is_null())
        .then(pl.lit("went"))
        .otherwise(pl.lit("changed"))
    )
    label = next((c for c in _LABELS if c in values), None)
    shown = pl.coalesce(f"{label}_new", label) if label else pl.lit(None, pl.String)
    return (
        both.with_columns(columns=pl.concat_str(differs, separator=", ", ignore_nulls=True))
        .filter(pl.col("columns") != "")
        .select(
            table=pl.lit(name),
            change=change,
            id="key",
            label=shown,
            columns=pl.when(change == "changed").then("columns").otherwise(pl.lit("")),
        )
        .sort("change", "id")
    )


def _keyed(frame: pl.DataFrame, name: str, values: list[str]) -> pl.DataFrame:
    key = pl.concat_str(
        [pl.col(k).cast(pl.String).fill_null("") for k in TABLES[name].key], separator=" "
    )
    return (
        frame.select(key.alias("key"), *values)
        .unique("key", keep="first", maintain_order=True)
        .with_columns(here=pl.lit(True))
    )
