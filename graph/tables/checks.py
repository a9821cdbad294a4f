"""Checks of record tables, column-wise: columns, types, codes, keys and references.

`check` takes a table as a source delivers it and returns the good rows and the issues; no row and
no value disappears without an issue. `fold` turns several statements about one thing into one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from permed.graph.check_digits import CHECKED
from permed.graph.errors import InputError
from permed.graph.identifiers import normalise
from permed.graph.tables.issues import collect, issue_rows
from permed.graph.tables.model import TABLES, Column, Table
from permed.graph.tables.plain_text import plain_texts
from permed.ontology import scheme_codes

__all__ = ["Checked", "check", "check_references", "conform", "fold"]

_ID = r"^[a-z][a-z-]*/[A-Za-z0-9._~-]+$"
_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
_IRI = r"^https?://[^\s<>\"{}|\\^`\x00-\x20]+$"
_DECIMAL = r"^-?\d{1,18}(\.\d{1,12})?$"
_PATTERNS = {"id": _ID, "date": _DATE, "iri": _IRI, "decimal": _DECIMAL}
_REMEDY = {
    "id": "write it as kind/slug, e.g. organisation/dlr",
    "date": "write YYYY, YYYY-MM or YYYY-MM-DD",
    "iri": "write a full http(s) address without spaces",
    "decimal": "write digits with a point as decimal mark",
    "concept": "use a code of the scheme",
}


@dataclass(frozen=True)
class Checked:
    """Good rows of one table and the issues that the others became."""

    rows: pl.DataFrame
    issues: pl.DataFrame


def conform(frame: pl.DataFrame, table: Table, source: str) -> pl.DataFrame:
    """Give a frame the table's columns and types; InputError where a column is unknown."""
    unknown = [c for c in frame.columns if c not in table.schema]
    if unknown:
        raise InputError(
            f"{source}: table {table.name} has an unknown column '{unknown[0]}';"
            f" its columns are {', '.join(table.schema)}"
        )
    missing = [c.name for c in table.columns if c.required and c.name not in frame.columns]
    if missing and frame.height:
        raise InputError(f"{source}: table {table.name} lacks the column '{missing[0]}'; add it")
    cast = [
        (pl.col(n).cast(t, strict=False) if n in frame.columns else pl.lit(None, t).alias(n))
        for n, t in table.schema.items()
    ]
    return frame.select(cast)


def check(frame: pl.DataFrame, name: str, source: str) -> Checked:
    """Check one table of one source; `len(rows) + rejected == len(frame)` always holds."""
    table = TABLES[name]
    rows = conform(frame, table, source)
    rows = rows.with_columns(plain_texts(c.name) for c in table if c.kind == "text")
    issues: list[pl.DataFrame] = []
    for column in table:
        rows = _check_column(rows, column, name, source, issues)
    rows = _check_periods(rows, name, source, issues)
    rows = _check_digits(rows, name, source, issues)
    return Checked(_reject_repeats(rows, table, source, issues), collect(issues))


def _bad(column: Column) -> pl.Expr | None:
    """Expression that is true where a filled value is not of the column's kind."""
    value = pl.col(column.name)
    if column.scheme:
        return value.is_not_null() & ~value.is_in(sorted(scheme_codes(column.scheme)))
    pattern = _PATTERNS.get(column.kind)
    if pattern is None:
        return None
    fits = value.str.contains(pattern)
    if column.kind == "date":
        day = value.str.len_chars() == 10
        fits = fits & ~(day & value.str.to_date("%Y-%m-%d", strict=False).is_null())
    return value.is_not_null() & ~fits


def _check_column(
    rows: pl.DataFrame, column: Column, table: str, source: str, issues: list[pl.DataFrame]
) -> pl.DataFrame:
    bad = _bad(column)
    if bad is not None:
        rows = _drop_values(rows, column, bad, table, source, issues)
    if column.required and not _statement_key(column, table):
        empty = pl.col(column.name).is_null()
        rows = _reject(rows, empty, column.name, f"{column.name} is empty", table, source, issues)
    return rows


def _statement_key(column: Column, table: str) -> bool:
    """Required columns of entity tables are checked after folding, when all statements are in."""
    return TABLES[table].key == ("id",) and column.name != "id" and column.name != "source_url"


def _drop_values(
    rows: pl.DataFrame,
    column: Column,
    bad: pl.Expr,
    table: str,
    source: str,
    issues: list[pl.DataFrame],
) -> pl.DataFrame:
    what = f"not a valid {column.kind} for {column.name}: {_REMEDY[column.kind]}"
    if column.scheme:
        what += f" {column.scheme}"
    step = _reject if column.required else _drop
    return step(rows, bad, column.name, what, table, source, issues)


def _reject(
    rows: pl.DataFrame,
    bad: pl.Expr,
    field: str,
    reason: str,
    table: str,
    source: str,
    issues: list[pl.DataFrame],
) -> pl.DataFrame:
    if not _told(rows, bad, field, reason, table, source, issues, "rejected"):
        return rows
    return rows.filter(~bad)


def _drop(
    rows: pl.DataFrame,
    bad: pl.Expr,
    field: str,
    reason: str,
    table: str,
    source: str,
    issues: list[pl.DataFrame],
) -> pl.DataFrame:
    if not _told(rows, bad, field, reason, table, source, issues, "dropped"):
        return rows
    return rows.with_columns(pl.when(bad).then(None).otherwise(pl.col(field)).alias(field))


def _told(
    rows: pl.DataFrame,
    bad: pl.Expr,
    field: str,
    reason: str,
    table: str,
    source: str,
    issues: list[pl.DataFrame],
    severity: Literal["rejected", "dropped"],
) -> bool:
    """Write an issue for each bad row; whether there is any."""
    hits = rows.filter(bad)
    if hits.is_empty():
        return False
    issues.append(
        issue_rows(hits, source=source, table=table, reason=reason, severity=severity, field=field)
    )
    return True


def _check_periods(
    rows: pl.DataFrame, name: str, source: str, issues: list[pl.DataFrame]
) -> pl.DataFrame:
    """An end before its start drops the end; text compares well since both are ISO 8601."""
    if not {"start", "end"} <= set(rows.columns):
        return rows
    short = pl.min_horizontal(pl.col("start").str.len_chars(), pl.col("end").str.len_chars())
    bad = (pl.col("end").str.slice(0, short) < pl.col("start").str.slice(0, short)).fill_null(False)
    hits = rows.filter(bad)
    if hits.is_empty():
        return rows
    why = pl.format("ends before it starts ({}): correct one of the dates", pl.col("start"))
    issues.append(
        issue_rows(hits, source=source, table=name, reason=why, severity="dropped", field="end")
    )
    return rows.with_columns(pl.when(bad).then(None).otherwise(pl.col("end")).alias("end"))


def _check_digits(
    rows: pl.DataFrame, name: str, source: str, issues: list[pl.DataFrame]
) -> pl.DataFrame:
    """An identifier whose check digits do not fit was mistyped: nobody has it."""
    if name != "identifiers":
        return rows
    checked = rows.filter(pl.col("scheme").is_in(CHECKED)).select("scheme", "value").unique()
    wrong = [(s, v) for s, v in checked.iter_rows() if normalise(s, v) is None]
    bad = pl.struct("scheme", "value").is_in([{"scheme": s, "value": v} for s, v in wrong])
    why = "the check digits do not fit: look the identifier up and correct it"
    return _reject(rows, bad, "value", why, name, source, issues) if wrong else rows


def _reject_repeats(
    rows: pl.DataFrame, table: Table, source: str, issues: list[pl.DataFrame]
) -> pl.DataFrame:
    """Rows that say the same thing from the same page twice are rejected after the first."""
    entity = table.key == ("id",)
    key = [*(c.name for c in table.columns if entity or c.name in _told_apart(table)), "source_url"]
    repeat = pl.struct(key).is_first_distinct().not_()
    reason = f"repeats an earlier row with the same {', '.join(table.key)}"
    return _reject(rows, repeat, table.key[0], reason, table.name, source, issues)


def _told_apart(table: Table) -> set[str]:
    return {*table.key, "part"}


def check_references(
    tables: Mapping[str, pl.DataFrame], ids: Mapping[str, pl.Series], source: str
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take out what points to nothing: the row if the column is required, else the value.

    `ids` holds, for each entity table, the ids of all sources of the build. Runs until nothing
    more falls, so that a role of a rejected organisation is rejected too.
    """
    kept: dict[str, pl.DataFrame] = dict(tables)
    issues: list[pl.DataFrame] = []
    for name, frame in tables.items():
        for column in TABLES[name]:
            if not column.refers:
                continue
            known = pl.concat([pl.Series([], dtype=pl.String), *_ids_of(column, ids)])
            bad = pl.col(column.name).is_not_null() & ~pl.col(column.name).is_in(known.implode())
            why = f"{column.name} points to nothing in this build: add the thing or correct the id"
            step = _reject if column.required else _drop
            frame = step(frame, bad, column.name, why, name, source, issues)
        kept[name] = frame
    return kept, collect(issues)


def _ids_of(column: Column, ids: Mapping[str, pl.Series]) -> list[pl.Series]:
    return [ids[table] for table in column.refers if table in ids]


def fold(rows: pl.DataFrame, name: str, source: str) -> Checked:
    """One row a thing: the first filled value of each column, in row order.

    Two sources that fill one column differently become a warning: the second value belongs into
    `figures`. Rows whose required columns are empty after folding are rejected.
    """
    table, issues = TABLES[name], list[pl.DataFrame]()
    own = [c.name for c in table.columns if c.name != "id"]
    first = [pl.col(c).drop_nulls().first() for c in [*own, *_provenance_columns(table)]]
    folded = rows.group_by("id", maintain_order=True).agg(first).select(list(table.schema))
    if folded.height < rows.height:
        issues.append(_conflicts(rows, own, name, source))
    for column in table.columns:
        if column.required:
            empty = pl.col(column.name).is_null()
            reason = f"{column.name} is empty in every row of this thing: fill it"
            folded = _reject(folded, empty, column.name, reason, name, source, issues)
    return Checked(folded, collect(issues))


def _provenance_columns(table: Table) -> list[str]:
    return [n for n in table.schema if n not in {c.name for c in table.columns}]


def _conflicts(rows: pl.DataFrame, own: list[str], name: str, source: str) -> pl.DataFrame:
    parts = []
    for column in own:
        filled = rows.filter(pl.col(column).is_not_null())
        others = filled.filter(pl.col(column) != pl.col(column).first().over("id"))
        reason = pl.format(
            "{}: two sources differ here, the first is kept; report both in figures", pl.col("id")
        )
        parts.append(
            issue_rows(
                others, source=source, table=name, reason=reason, severity="warning", field=column
            )
        )
    return collect(parts)
