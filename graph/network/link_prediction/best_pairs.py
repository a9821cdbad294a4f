"""The best of all unlinked pairs, found without looking at most of them.

Every scorer says how high the pairs of a node can score at most. Nodes are taken in the order of
these bounds, and those that cannot reach the best pairs found so far are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.network.core.network import Network

__all__ = ["SAFE", "PairScore", "Pairs", "best_pairs"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
SAFE = 1 + 1e-9  # times a sum: not below the same sum added up in another order
_ROOM = 2_000_000  # dense cells held at once
_FIRST = 64  # nodes to look at before anything is known about the best


def _same(values: Floats) -> Floats:
    return values


@dataclass(frozen=True)
class PairScore:
    """What pairs score, and what they can score at most.

    block: scores, 0 or more, of nodes (rows) with nodes (columns); a new array. No pair i, j scores
    above scale(reach[i] + lift[j]), nor above scale(reach[j] + lift[i]); scale never falls.
    """

    block: Callable[[Places, Places], Floats]
    reach: Floats
    lift: Floats
    scale: Callable[[Floats], Floats] = _same


@dataclass(frozen=True)
class Pairs:
    """Ends and scores of pairs, best first; among equals by the first end, then by the other."""

    one: Places
    other: Places
    score: Floats

    def upward(self) -> Pairs:
        """Return the pairs with the end of the lower number first."""
        low, high = np.minimum(self.one, self.other), np.maximum(self.one, self.other)
        return Pairs(low, high, self.score)

    def best(self, count: int, *more: Pairs) -> Pairs:
        """Return the best of these and others."""
        every = (self, *more)
        one, other = (np.concatenate([getattr(p, end) for p in every]) for end in ("one", "other"))
        score = np.concatenate([p.score for p in every])
        order = np.lexsort((other, one, -score))[:count]
        return Pairs(one[order], other[order], score[order])


def best_pairs(
    network: Network, scorer: PairScore, count: int, who: int | None = None, abroad: bool = False
) -> Pairs:
    """Return the unlinked pairs that score highest above 0, at most `count`.

    who: only pairs of this node, which is their first end. abroad: only pairs of two countries.
    """
    apart = _Apart(network, scorer, _countries(network) if abroad else None)
    if who is not None:
        row, everyone = np.array([who]), np.arange(network.size)
        return _highest(apart.block(row, everyone), row, everyone, count).best(count)
    order = np.argsort(-scorer.reach, kind="stable")
    lifts = np.maximum.accumulate(scorer.lift[order][::-1])[::-1]
    best, least, start, step = Pairs(order[:0], order[:0], np.zeros(0)), 0.0, 0, _FIRST
    while start < network.size:
        most = scorer.scale(scorer.reach[order] + lifts[start])  # falls
        end = int(np.searchsorted(-most, -least, side="right"))
        columns = order[start:end]
        if not len(columns) or _is_settled(best, count, most[start], columns):
            break
        rows = columns[:step]
        values = apart.block(rows, columns)
        values[np.tril_indices(len(rows), 0, len(columns))] = 0  # each pair once
        values[values < least] = 0
        best = best.best(count, _highest(values, rows, columns, count).upward())
        least = float(best.score[-1]) if len(best.score) == count else 0.0
        start, step = start + len(rows), max(1, _ROOM // len(columns))
    return best


def _countries(network: Network) -> Places:
    ranks = network.nodes["country"].cast(pl.String).rank("dense").fill_null(0)
    return ranks.to_numpy().astype(np.int64)


def _is_settled(best: Pairs, count: int, most: float, rest: Places) -> bool:
    """Whether pairs of the rest can at most score as the last of the best, and come after it."""
    full = len(best.score) == count
    return full and most <= best.score[-1] and int(rest.min()) > int(best.one.max())


@dataclass(frozen=True)
class _Apart:
    """Scores of pairs without a link; country: where given, of pairs of two countries."""

    network: Network
    scorer: PairScore
    country: Places | None

    def block(self, rows: Places, columns: Places) -> Floats:
        """Return the scores; 0 for pairs that are no suggestion."""
        values = self.scorer.block(rows, columns)
        values[self.network.binary[rows][:, columns].nonzero()] = 0
        values[rows[:, None] == columns[None, :]] = 0
        if self.country is not None:
            values[self.country[rows][:, None] == self.country[columns][None, :]] = 0
        return values


def _highest(values: Floats, rows: Places, columns: Places, count: int) -> Pairs:
    """The best pairs above 0, with all that score as the last of them."""
    flat = values.ravel()
    good = np.flatnonzero(flat > 0)
    if len(good) > count:
        edge = np.partition(flat[good], len(good) - count)[len(good) - count]
        good = good[flat[good] >= edge]
    return Pairs(rows[good // len(columns)], columns[good % len(columns)], flat[good])
