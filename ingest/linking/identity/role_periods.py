"""One role, several statements: one value a column, the first one stated; the others are issues.

Statements of one role agree on agent, activity, kind, start and part. Where they differ in the end
or the money, the role would have two values; the row stays and only the later value is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.tables.issues import collect, issue_rows, no_issues

__all__ = ["merge_role_statements"]

Tables = dict[str, pl.DataFrame]

_KEY = ("activity", "agent", "role", "start", "part")
_TEXTS = ("end", "attested", "position", "ended")
_MONEY = ("ec_contribution", "net_ec_contribution", "total_cost")


def merge_role_statements(
    sources: Mapping[str, Tables],
) -> tuple[dict[str, Tables], dict[str, pl.DataFrame]]:
    """Return the tables with merged roles, and the issues of each source, in order of precedence.

    An issue (`dropped`) names the value left out and the one that stands.
    """
    issues = dict.fromkeys(sources, no_issues())
    merged = {name: dict(tables) for name, tables in sources.items()}
    mine = {name: _marked(t["roles"], name) for name, t in sources.items() if "roles" in t}
    if not mine:
        return merged, issues
    every = pl.concat(mine.values())
    repeated = every.filter(pl.struct(_KEY).is_duplicated())
    lost = {c: _contradicting(repeated, c) for c in (*_TEXTS, *_MONEY)}
    for name in mine:
        for column, rows in lost.items():
            here = rows.filter(pl.col("_source") == name)
            if here.height:
                merged[name]["roles"] = _without(merged[name]["roles"], here, column)
                issues[name] = collect([issues[name], _issues(here, name, column)])
    return merged, issues


def _marked(roles: pl.DataFrame, source: str) -> pl.DataFrame:
    return roles.with_columns(_source=pl.lit(source), _row=pl.int_range(pl.len()))


def _contradicting(repeated: pl.DataFrame, column: str) -> pl.DataFrame:
    """Rows whose value differs from the first one of their role, with that value as `_first`."""
    first = pl.col(column).drop_nulls().first().over(_KEY)
    value = pl.col(column)
    same = value.cast(pl.Float64) == first.cast(pl.Float64) if column in _MONEY else value == first
    return repeated.with_columns(_first=first).filter(value.is_not_null() & ~same)


def _without(roles: pl.DataFrame, bad: pl.DataFrame, column: str) -> pl.DataFrame:
    gone = pl.int_range(pl.len()).is_in(bad["_row"].implode())
    return roles.with_columns(pl.when(~gone).then(pl.col(column)).alias(column))


def _issues(bad: pl.DataFrame, source: str, column: str) -> pl.DataFrame:
    why = pl.format(
        "{} as {} of {}: another statement of the same role says {}, which stands",
        "agent", "role", "activity", pl.col("_first").cast(pl.String),
    )  # fmt: skip
    return issue_rows(
        bad, source=source, table="roles", reason=why, severity="dropped", field=column
    )
