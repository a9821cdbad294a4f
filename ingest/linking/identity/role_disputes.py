"""Two statements of one role that disagree: both stand as reported figures of the role.

A role keeps one end and one contribution, the first stated (`role_periods`). What each source said
stands beside it, with that source, so that a reader sees the disagreement and not only its outcome.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.mapping.terms import Terms
from permed.graph.tables.model import PROVENANCE, TABLES, empty

__all__ = ["role_figures", "role_ids", "with_role_figures"]

Tables = Mapping[str, pl.DataFrame]

_KEY = ("activity", "agent", "role", "start", "part")
_INDICATOR = {"end": "end-date", "ec_contribution": "eu-contribution"}
_ROLE = Terms("").made("role", *_KEY).str.strip_prefix("<id/").str.strip_suffix(">")
_PROVENANCE = [c.name for c in PROVENANCE]


def role_ids(roles: pl.DataFrame) -> pl.Series:
    """Return the ids under which figures may speak of roles: the end of each role's address."""
    return roles.select(role=_ROLE)["role"]


def role_figures(sources: Mapping[str, Tables]) -> dict[str, pl.DataFrame]:
    """Return rows of `figures` by source: every statement of a role that another contradicts.

    `2018` and `2018-12` do not contradict each other, nor do `157500` and `157500.00`. Sources
    without such a statement are left out.
    """
    mine = [t["roles"].with_columns(_source=pl.lit(n)) for n, t in sources.items() if "roles" in t]
    if not mine:
        return {}
    every = pl.concat(mine)
    repeated = every.filter(pl.struct(_KEY).is_duplicated())
    found = pl.concat([_figures(repeated, column) for column in _INDICATOR])
    parts = found.partition_by("_source", as_dict=True, include_key=False)
    return {str(name): rows for (name,), rows in parts.items()}


def with_role_figures(
    sources: Mapping[str, Tables],
) -> tuple[dict[str, dict[str, pl.DataFrame]], pl.Series]:
    """Return the tables with these figures added, and the ids of the roles in dispute."""
    tables = {name: dict(mine) for name, mine in sources.items()}
    disputed = [pl.Series("entity", [], dtype=pl.String)]
    for name, rows in role_figures(sources).items():
        known = tables[name].get("figures", empty("figures"))
        tables[name]["figures"] = pl.concat([known, rows])
        disputed.append(rows["entity"])
    return tables, pl.concat(disputed).unique()


def _figures(repeated: pl.DataFrame, column: str) -> pl.DataFrame:
    stated = repeated.filter(pl.col(column).is_not_null())
    disputed = stated.filter(_comparable(column).n_unique().over(_KEY) > 1)
    dated, money = column == "end", column == "ec_contribution"
    rows = disputed.select(
        "_source",
        *_PROVENANCE,
        entity=_ROLE,
        indicator=pl.lit(_INDICATOR[column]),
        date=pl.when(dated).then(pl.col(column)),
        value=pl.when(money).then(pl.col(column)),
        unit=pl.when(money).then(pl.lit("EUR")),
    )
    schema = {"_source": pl.String(), **TABLES["figures"].schema}
    return rows.with_columns(
        [pl.lit(None, t).alias(n) for n, t in schema.items() if n not in rows.columns]
    ).select(list(schema))


def _comparable(column: str) -> pl.Expr:
    """Values as precise as the least precise statement of the role, or as numbers."""
    value = pl.col(column)
    if column != "end":
        return value.cast(pl.Float64)
    return value.str.slice(0, value.str.len_chars().min().over(_KEY))
