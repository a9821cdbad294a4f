"""One role, one row: what several sources, names and periods state of it comes together."""

from __future__ import annotations

import polars as pl

__all__ = ["one_row_a_role"]

_ROLE = ("agent", "activity", "role", "start")
_STATEMENT = ("member", *_ROLE)


def one_row_a_role(roles: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return one row a counting unit, activity, role type and first day; money once.

    roles: one row a statement, with agent, activity, role, start, end, attested_from,
    attested_until, amount (EUR), at and part. units: agent, unit (`counting_units`). A statement
    without a first day is one of the role whose first day another states. Statements of one part
    of a role give one amount, the first in their order; parts of a role add up. The same sum of one
    unit in one activity under two names, role types or first days is one sum.
    """
    names = roles["agent"].replace(units["agent"], units["unit"])
    named = roles.with_columns(member="agent", agent=names)
    first = pl.col("start").drop_nulls().min().over("member", "activity", "role")
    dated = named.with_columns(pl.coalesce("start", first))
    parts = dated.group_by(*_STATEMENT, "part", maintain_order=True).agg(
        pl.col("end").max(),
        pl.col("attested_from").min(),
        pl.col("attested_until").max(),
        pl.col("amount").drop_nulls().first(),
        pl.col("at").drop_nulls().min(),
    )
    statements = parts.group_by(_STATEMENT, maintain_order=True).agg(
        pl.col("end").max(),
        pl.col("attested_from").min(),
        pl.col("attested_until").max(),
        _sum("amount"),
        pl.col("at").min(),
    )
    ordered = statements.sort("activity", "agent", "member", "role", "start", nulls_last=True)
    told = pl.int_range(pl.len()).over("activity", "agent", "amount") > 0
    once = ordered.with_columns(amount=pl.when(~told).then("amount"))
    return once.group_by(_ROLE, maintain_order=True).agg(
        pl.col("end").max(),
        pl.col("attested_from").min(),
        pl.col("attested_until").max(),
        _sum("amount"),
        pl.col("at").min(),
    )


def _sum(column: str) -> pl.Expr:
    known = pl.col(column).drop_nulls()
    return pl.when(known.len() > 0).then(known.sum()).alias(column)
