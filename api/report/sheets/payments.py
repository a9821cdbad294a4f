"""What a source says that a funder pays for."""

from __future__ import annotations

import polars as pl

from permed.api.report.documents.asking import AskedRelease

__all__ = ["paid_by_name"]


def paid_by_name(evidence: AskedRelease, **funder: str) -> pl.DataFrame:
    """Return the rows of `who-funds-what` in which a source names what the funder pays for.

    The others name a funder of a call, and a project chosen there: who pays it, no source tells.
    `wholeMoney` has the sums that sources state for the whole of a call, strategy or programme.
    """
    rows = evidence.rows("who-funds-what", **funder).filter(pl.col("through").is_null())
    whole = evidence.rows("strategies").select(activity="strategy", budgets="budgets")
    both = rows.join(whole.unique("activity"), on="activity", how="left", maintain_order="left")
    told = pl.coalesce("callMoney", "budgets")
    return both.with_columns(wholeMoney=told).drop("budgets")
