"""Who takes part together with whom: the nearest neighbours of one thing, and a map of activities.

Two organisations are neighbours by the activities in which both take part; two activities are
neighbours by the partners that both have (the two one-mode projections of the
network of affiliations: Breiger 1974, The Duality of Persons and Groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["OTHER", "Side", "TwoSided", "activity_map", "nearest", "ties"]

Side = Literal["agent", "activity"]
OTHER: Final[dict[Side, Side]] = {"agent": "activity", "activity": "agent"}
_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Lines:
    """Of everything on one side, by number in the order of ids, the numbers on the other side."""

    ids: list[str]
    number: dict[str, int]
    starts: _Numbers
    others: _Numbers

    @classmethod
    def of(cls, ids: list[str], mine: _Numbers, others: _Numbers) -> _Lines:
        order = np.argsort(mine, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(mine, minlength=len(ids)))])
        return cls(ids, {one: at for at, one in enumerate(ids)}, starts, others[order])

    def of_number(self, at: int) -> _Numbers:
        return self.others[self.starts[at] : self.starts[at + 1]]


class TwoSided:
    """Who takes part in what, each pair once, from both sides: a page asks in a millisecond."""

    def __init__(self, pairs: pl.DataFrame) -> None:
        """pairs: columns agent and activity; what lacks one is left out."""
        once = pairs.select("agent", "activity").drop_nulls().unique()
        ids = {side: once[side].unique().sort() for side in OTHER}
        numbers = {side: _numbers(once[side], ids[side]) for side in OTHER}
        self._lines = {
            side: _Lines.of(ids[side].to_list(), numbers[side], numbers[other])
            for side, other in OTHER.items()
        }

    def beside(self, one: str, side: Side) -> _Numbers:
        """Numbers on the other side of what stands on this one; none where it does not."""
        lines = self._lines[side]
        return lines.of_number(lines.number[one]) if one in lines.number else lines.others[:0]

    def counted(self, numbers: _Numbers, side: Side) -> _Numbers:
        """How many of these, numbers on a side, each of the other side is beside; by its number."""
        lines = self._lines[side]
        found = [lines.of_number(at) for at in numbers.tolist()]
        together = np.concatenate([lines.others[:0], *found])
        return np.bincount(together, minlength=len(self._lines[OTHER[side]].ids))

    def id_of(self, number: int, side: Side) -> str:
        """Id of a number on a side; numbers are in the order of ids."""
        return self._lines[side].ids[number]


def nearest(pairs: TwoSided, me: str, side: Side, most: int) -> list[tuple[str, int]]:
    """Return those that share most with `me`: id and count, most first, then by id.

    `side` is where `me` stands.
    """
    shared = pairs.counted(pairs.beside(me, side), OTHER[side])
    found = np.flatnonzero(shared)
    ranked = found[np.argsort(-shared[found], kind="stable")][: most + 1]
    named = [(pairs.id_of(at, side), int(shared[at])) for at in ranked.tolist()]
    return [pair for pair in named if pair[0] != me][:most]


def ties(pairs: TwoSided, things: Sequence[str], side: Side, least: int = 1) -> pl.DataFrame:
    """Return how much each pair of `things` shares: columns source, target, shared."""
    ids = sorted(set(things))
    beside = [pairs.beside(one, side) for one in ids]
    columns, at = np.unique(np.concatenate([np.empty(0, np.int64), *beside]), return_inverse=True)
    held = np.zeros((len(ids), len(columns)), np.float32)
    held[np.repeat(np.arange(len(ids)), [len(b) for b in beside]), at] = 1
    shared = np.triu(held @ held.T, 1)
    rows = [
        (ids[one], ids[other], int(shared[one, other]))
        for one, other in zip(*np.nonzero(shared >= max(1, least)), strict=True)
    ]
    schema = {"source": pl.String, "target": pl.String, "shared": pl.UInt32}
    return pl.DataFrame(rows, schema, orient="row")


def activity_map(
    roles: pl.DataFrame, activities: Sequence[str], least: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the activities with a neighbour (id, members) and their ties of `least` or more.

    `roles` has the columns agent and activity.
    """
    edges = ties(TwoSided(roles), activities, "activity", least)
    joined = pl.concat([edges["source"], edges["target"]]).unique()
    members = (
        roles.filter(pl.col("activity").is_in(joined.implode()))
        .group_by(id="activity")
        .agg(members=pl.col("agent").n_unique())
    )
    return members.sort("id"), edges


def _numbers(values: pl.Series, ids: pl.Series) -> _Numbers:
    """Place of each value among sorted ids."""
    return ids.search_sorted(values).cast(pl.Int64).to_numpy()
