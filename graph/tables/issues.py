"""The issues table: every row or value that did not make it, and every doubt, with its reason.

One table a release. Severity `rejected` means that the whole row is out, `dropped` that one value
is out and the rest of the row stays, `warning` that somebody should look: everything stays, or a
record is left out that the file is not to blame for (private, locked, unfinished in its registry).
Only `rejected` counts towards the share at which a build is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import polars as pl

__all__ = ["ISSUES", "Severity", "collect", "issue_rows", "no_issues"]

Severity = Literal["rejected", "dropped", "warning"]

ISSUES = pl.Schema(
    {
        "source": pl.String(),
        "table": pl.String(),
        "row": pl.Int64(),
        "field": pl.String(),
        "value": pl.String(),
        "reason": pl.String(),
        "severity": pl.String(),
    }
)

_LONGEST_VALUE = 200  # characters of an offending value worth keeping


def no_issues() -> pl.DataFrame:
    """Return an issues table with no row."""
    return pl.DataFrame(schema=ISSUES)


def issue_rows(
    rows: pl.DataFrame,
    *,
    source: str,
    table: str,
    reason: str | pl.Expr,
    severity: Severity,
    field: str | None = None,
) -> pl.DataFrame:
    """Turn offending rows into issues; `source_row` gives the row, `field` the value shown."""
    value = pl.col(field).cast(pl.String) if field in rows.columns else pl.lit(None, pl.String)
    row = pl.col("source_row") if "source_row" in rows.columns else pl.lit(None, pl.Int64)
    why = pl.lit(reason) if isinstance(reason, str) else reason
    return rows.select(
        source=pl.lit(source),
        table=pl.lit(table),
        row=row.cast(pl.Int64),
        field=pl.lit(field, pl.String),
        value=value.str.slice(0, _LONGEST_VALUE),
        reason=why,
        severity=pl.lit(severity),
    ).cast(ISSUES)


def collect(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Join issues of several steps into one table, in their order."""
    return pl.concat([no_issues(), *parts], how="vertical")
