"""Who takes part in what, from the directory of a release, for checking lists of stakeholders."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from permed.api.http.release.directory import Directory
from permed.queries.stakeholders import Participation, StakeholderCheck

__all__ = ["stakeholder_check"]


@lru_cache(maxsize=2)
def stakeholder_check(directory: Directory) -> StakeholderCheck:
    """Return the check of a release; the first call takes its time."""
    things = directory.things
    activities = things.filter(pl.col("activity_type").is_not_null()).select(
        "id",
        label=pl.coalesce("acronym", "label", "id"),
        kind=_code("activity_type"),
        relevance=_code("relevance"),
    )
    placed = things.select("id", _code("country")).drop_nulls()
    roles = directory.roles.select("agent", "activity", role=_code("role"))
    taken = Participation(roles, activities, dict(placed.iter_rows()), directory.units)
    return StakeholderCheck(directory.naming, taken)


def _code(column: str) -> pl.Expr:
    """Last part of an id: `DE` of `country/DE`, `csa` of `scheme/activity-type/csa`."""
    return pl.col(column).str.split("/").list.last().alias(column)
