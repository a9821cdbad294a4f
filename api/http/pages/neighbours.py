"""Who takes part together with whom: the nearest neighbours of one thing, and a map of activities.

Two organisations are neighbours by the activities in which both take part; two activities are
neighbours by the partners that both have (the two one-mode projections of the
network of affiliations: Breiger 1974, The Duality of Persons and Groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

__all__ = ["OTHER", "Side", "activity_map", "nearest", "ties"]

Side = Literal["agent", "activity"]
OTHER: Final[dict[Side, Side]] = {"agent": "activity", "activity": "agent"}


def nearest(roles: pl.DataFrame, me: str, side: Side, most: int) -> pl.DataFrame:
    """Return those that share most with `me`: columns id, shared (count), most first.

    `roles` has the columns agent and activity; `side` is the column in which `me` stands.
    """
    via = OTHER[side]
    mine = roles.filter(pl.col(side) == me).select(via).unique()
    pairs = roles.join(mine, on=via).select(side, via).unique().filter(pl.col(side) != me)
    counted = pairs.group_by(pl.col(side).alias("id")).len("shared")
    return counted.sort(["shared", "id"], descending=[True, False]).head(most)


def ties(roles: pl.DataFrame, things: Sequence[str], side: Side, least: int = 1) -> pl.DataFrame:
    """Return how much each pair of `things` shares: columns source, target, shared."""
    via = OTHER[side]
    some = roles.filter(pl.col(side).is_in(list(things))).select(side, via).unique()
    pairs = some.join(some, on=via, suffix="_other").filter(pl.col(side) < pl.col(f"{side}_other"))
    counted = pairs.group_by(source=side, target=f"{side}_other").len("shared")
    return counted.filter(pl.col("shared") >= least).sort("source", "target")


def activity_map(
    roles: pl.DataFrame, activities: Sequence[str], least: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the activities with a neighbour (id, members) and their ties of `least` or more."""
    edges = ties(roles, activities, "activity", least)
    joined = pl.concat([edges["source"], edges["target"]]).unique()
    members = (
        roles.filter(pl.col("activity").is_in(joined.implode()))
        .group_by(id="activity")
        .agg(members=pl.col("agent").n_unique())
    )
    return members.sort("id"), edges
