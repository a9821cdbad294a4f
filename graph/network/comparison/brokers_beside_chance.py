"""Brokers beside chance: who connects more, or fewer, than its activities alone explain.

Tested are the few nodes with most activities. Random networks keep these numbers, so that choosing
by them favours nobody, which choosing by brokerage would; and few tests need few draws: with 499
the least two-sided p is 0.004, and one node of twelve can pass a false discovery rate of 5 %.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.network.comparison.null_model import (
    LEAST_EXPECTED,
    SAMPLES,
    Draws,
    Statistic,
    draw,
    null_memberships,
)
from permed.graph.network.core.false_discovery import benjamini_hochberg
from permed.graph.network.core.groups import groups
from permed.graph.network.core.network import Network
from permed.graph.network.core.triangles import triangles, triangles_of
from permed.graph.network.measures.brokerage import brokerage

__all__ = [
    "TESTED", "Tested", "broker_scores", "broker_table", "more_draws",
    "open_pairs",
]  # fmt: skip

TESTED: Final = 12  # nodes with most activities
_DRAWS: Final = 499  # random networks for each of them

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Tested = tuple[Places, Draws]  # rows of `brokerage`, and the draws of these
Mask = npt.NDArray[np.bool_]


def open_pairs(network: Network, by: str = "country") -> Statistic:
    """Return the statistic of open pairs through each node with a group: k (k - 1) - 2 triangles.

    Ordered pairs of partners that are not partners themselves, as brokerage counts them.
    """
    known = groups(network, by).codes >= 0

    def count(sample: Network) -> Floats:
        kept = sample if known.all() else sample.subnetwork(known)
        return _open(kept.degree.astype(np.float64), triangles(kept))

    return count


def _open(partners: Floats, closed: Floats) -> Floats:
    return np.asarray(partners * (partners - 1) - 2 * closed)


def broker_scores(
    network: Network, by: str = "country", samples: int = SAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return the table of `brokerage` with expected, ratio, z, p, q of the total of each node.

    expected: mean of random networks in which every node keeps its activities and every activity
    its size, so that a ratio of 1 is what these alone explain. Of nodes with fewer than 5 expected
    pairs ratio, z and p are null. q: Benjamini-Hochberg over the 12 others with most activities
    (partners, where there are only ties), whose p comes from 499 networks; null for those not
    tested.
    """
    draws = draw(network, {"open": open_pairs(network, by)}, samples, seed)["open"]
    return broker_table(network, draws, more_draws(network, draws, by, seed=seed), by)


def more_draws(
    network: Network, draws: Draws, by: str = "country", own: Mask | None = None, seed: int = 1
) -> Tested:
    """Return who is tested, as rows of `brokerage`, and their draws of `open_pairs`, 499 in all.

    own: whom to choose from, all nodes if it is not given. draws: the first of the same seed.
    """
    known = groups(network, by).codes >= 0
    rows = _tested(network, draws, known, own)
    first = len(draws.drawn)
    drawn = draws.drawn[:, rows]
    if len(rows) and first < _DRAWS:
        joint = network.incidence
        if joint is None or not joint.complete:
            statistic = open_pairs(network, by)
            several = {"open": lambda sample: statistic(sample)[rows]}
            more = draw(network, several, _DRAWS - first, seed + 1)["open"].drawn
        else:
            again = null_memberships(joint, _DRAWS - first, seed, passed=first)
            more = np.array([
                _open(*triangles_of(sample.matrix[known], rows)) for sample in again
            ])  # fmt: skip
        drawn = np.concatenate([drawn, more])
    return rows, Draws(draws.observed[rows], drawn)


def _tested(network: Network, draws: Draws, known: Mask, own: Mask | None) -> Places:
    """The nodes with most activities, by what chance keeps of them, among those that chance tells.

    Rows are those of the nodes with a group.
    """
    joint = network.incidence
    fixed = network.degree if joint is None or not joint.complete else np.diff(joint.matrix.indptr)
    may = (draws.mean >= LEAST_EXPECTED) & (draws.sd > 0)
    if own is not None:
        may &= own[known]
    ids = network.nodes["id"].cast(pl.String).rank("ordinal").to_numpy()[known]
    order = np.lexsort((ids, -fixed[known]))
    return np.asarray(order[may[order]][:TESTED], dtype=np.int64)


def broker_table(
    network: Network, draws: Draws, tested: Tested, by: str = "country"
) -> pl.DataFrame:
    """Return the table of `broker_scores` from draws of `open_pairs` and of `more_draws`."""
    enough = draws.mean >= LEAST_EXPECTED
    some = enough & (draws.sd > 0)
    ratio = np.divide(draws.observed, draws.mean, out=np.full(len(enough), np.nan), where=enough)
    p, only = np.where(some, draws.p, np.nan), np.full(len(enough), np.nan)
    rows, more = tested
    p[rows] = only[rows] = more.p
    columns = {
        "expected": draws.mean, "ratio": ratio, "z": np.where(enough, draws.z, np.nan), "p": p,
        "q": benjamini_hochberg(only),
    }  # fmt: skip
    return brokerage(network, by).with_columns(
        pl.Series(name, np.where(np.isfinite(values), values, np.nan)).fill_nan(None)
        for name, values in columns.items()
    )
