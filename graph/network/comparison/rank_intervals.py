"""How sure a rank is: the activities are drawn again and again, and the ranks with them."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Incidence, Network
from permed.graph.network.measures.catalogue import MEASURES, MeasureContext

__all__ = ["DRAWS", "rank_intervals"]

DRAWS: Final = 200
_MOST: Final = 5_000
_CERTAIN: Final = (2.5, 97.5)  # percentiles

Floats = npt.NDArray[np.float64]


def rank_intervals(
    network: Network, by: str = "degree", draws: int = DRAWS, seed: int = 1
) -> pl.DataFrame:
    """Return id, label, country, value, rank and the 95 % intervals of both, best rank first.

    Bootstrap over activities (Efron, Ann. Stat. 7, 1979; of networks by their events: Snijders and
    Borgatti, Connections 22, 1999): each draw takes as many activities as there are, with
    replacement, and measures the network of those. rank: 1 is the highest value, equal values share
    the best. stable_top: share of draws in which the node is among the ten first. InputError for an
    unknown measure or a network without activities.
    """
    if by not in MEASURES:
        raise InputError(f"measure {by!r} is unknown; choose from {', '.join(MEASURES)}")
    if not 2 <= draws <= _MOST:
        raise InputError(f"draws {draws}: give 2 to {_MOST:,}")
    if network.incidence is None:
        raise InputError("this network has ties only; intervals of ranks need its activities")
    value = MEASURES[by].run(MeasureContext(network))
    random = np.random.default_rng(seed)
    values = np.empty((draws, network.size))
    for i in range(draws):
        matrix, times, events = _drawn(network.incidence, random)
        if by == "degree":
            values[i] = _partners(matrix)
            continue
        ties = sparse.csr_array((matrix * times[None, :]) @ matrix.T)
        drawn = network.redrawn(ties, Incidence(matrix, events))
        values[i] = MEASURES[by].run(MeasureContext(drawn))
    ranks = np.stack([_ranks(row) for row in values])
    rank = _ranks(value)
    shown = [c for c in ("id", "label", "country") if c in network.nodes.columns]
    low, high = np.nanpercentile(values, _CERTAIN, axis=0) if network.size else (value, value)
    first, last = np.percentile(ranks, _CERTAIN, axis=0) if network.size else (rank, rank)
    frame = network.nodes.select(shown).with_columns(
        value=pl.Series(value), value_low=pl.Series(low), value_high=pl.Series(high),
        rank=pl.Series(rank).cast(pl.Int64), rank_low=pl.Series(np.floor(first)).cast(pl.Int64),
        rank_high=pl.Series(np.ceil(last)).cast(pl.Int64),
        stable_top=pl.Series((ranks <= _TOP).mean(axis=0)),
    )  # fmt: skip
    return frame.sort("rank", "id")


_TOP: Final = 10


def _ranks(values: Floats) -> Floats:
    """1 for the highest; what is not defined comes last."""
    turned = -np.nan_to_num(values, nan=-np.inf)
    return np.asarray(1 + np.searchsorted(np.sort(turned), turned), dtype=np.float64)


def _partners(matrix: sparse.csr_array) -> Floats:
    """Partners by memberships: whoever shares an activity, oneself not; no network is needed."""
    met = sparse.csr_array(matrix @ matrix.T)
    return np.asarray(np.diff(met.indptr) - (met.diagonal() > 0), dtype=np.float64)


def _drawn(
    joint: Incidence, random: np.random.Generator
) -> tuple[sparse.csr_array, Floats, pl.DataFrame]:
    """As many activities, with replacement: their members, how often each came, what they are."""
    events = joint.matrix.shape[1]
    times = np.bincount(random.integers(0, max(events, 1), events), minlength=events)
    kept = np.flatnonzero(times)
    matrix = sparse.csr_array(joint.matrix[:, kept])
    return matrix, times[kept].astype(float), joint.events[kept]
