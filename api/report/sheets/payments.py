"""What a source says that a funder pays for."""

from __future__ import annotations

import polars as pl

__all__ = ["paid_by_name"]


def paid_by_name(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `who-funds-what` in which a source names what the funder pays for.

    The others name a funder of a call, and a project chosen there: who pays it, no source tells.
    """
    return rows.filter(pl.col("through").is_null())
