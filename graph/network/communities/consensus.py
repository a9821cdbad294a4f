"""Communities: Leiden over many seeds, how stable they are, their consensus, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.communities.agreement import agreement, modularity
from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Network, by_size, networkit, one_thread

__all__ = ["Communities", "communities"]

Labels = npt.NDArray[np.int64]
_ROUNDS = 5
_LARGE = 200_000  # edges; beyond, one round of consensus
_TOGETHER = 0.5


@dataclass(frozen=True)
class Communities:
    """labels: community of every node, 0 the largest. modularity: of the consensus.

    stability: mean adjusted Rand index over all pairs of the single runs (1: every seed finds the
    same). support: the same of the consensus with every run. certainty: for every node the mean
    share of runs in which it was with its consensus partners (NaN without such partners). runs:
    number of seeds.
    """

    labels: Labels
    modularity: float
    stability: float
    certainty: npt.NDArray[np.float64]
    runs: int
    support: float = 1.0

    def __repr__(self) -> str:
        told = (
            f"modularity {self.modularity:.3f}, agreement of {self.runs} runs {self.stability:.3f}"
        )
        return f"<Communities: {self.count:,} of {len(self.labels):,} nodes, {told}>"

    @property
    def count(self) -> int:
        """Number of communities; an isolated node is one of its own."""
        return int(self.labels.max(initial=-1)) + 1


@memoised
def communities(
    network: Network, *, seeds: int = 20, resolution: float = 1.0, weighted: bool = True
) -> Communities:
    """Return consensus communities of the Leiden method (Traag et al., Sci. Rep. 9, 5233, 2019).

    Leiden runs with `seeds` seeds; pairs of linked nodes that are together in at least half of the
    runs make a new network weighted by that share, and so on until all runs agree (Lancichinetti
    and Fortunato, Sci. Rep. 2, 336, 2012), at most 5 rounds, one beyond 200,000 edges. Isolated
    nodes stay alone. Deterministic for given seeds.
    InputError for seeds below 2 or a resolution of 0 or less.
    """
    if seeds < 2 or not resolution > 0:
        raise InputError(
            f"communities: seeds {seeds} must be 2 or more, resolution {resolution} > 0"
        )
    if network.proper.is_empty():
        n = network.size
        return Communities(np.arange(n), float("nan"), 1.0, np.full(n, np.nan), seeds)
    runs = _runs(network, seeds, resolution, weighted)
    labels = by_size(_consensus(network, runs, resolution))
    pairs = [agreement(one, other) for one, other in combinations(runs, 2)]
    return Communities(
        labels,
        modularity(network, labels, weighted=weighted),
        float(np.mean(pairs)),
        _certainty(network, runs, labels),
        seeds,
        float(np.mean([agreement(labels, run) for run in runs])),
    )


def _runs(network: Network, seeds: int, resolution: float, weighted: bool) -> list[Labels]:
    graph = network.graph(weighted)
    with one_thread():
        return [_leiden(graph, seed, resolution) for seed in range(seeds)]


def _leiden(graph: Any, seed: int, resolution: float) -> Labels:
    nk = networkit()
    nk.engineering.setSeed(seed, True)
    run = nk.community.ParallelLeiden(graph, randomize=True, iterations=3, gamma=resolution)
    partition = run.run().getPartition()
    _, labels = np.unique(np.asarray(partition.getVector()), return_inverse=True)
    return labels.astype(np.int64)


def _consensus(network: Network, runs: list[Labels], resolution: float) -> Labels:
    large = network.proper.height > _LARGE
    for _ in range(1 if large else _ROUNDS):
        if all(agreement(runs[0], run) == 1.0 for run in runs[1:]):
            break
        together = _together(network, runs)
        kept = network.proper.with_columns(weight=pl.Series(together)).filter(
            pl.col("weight") >= _TOGETHER
        )
        network = Network(network.nodes, kept)
        if kept.is_empty():
            return np.arange(network.size)
        runs = _runs(network, 1 if large else len(runs), resolution, weighted=True)
    return runs[0]


def _together(network: Network, runs: list[Labels]) -> npt.NDArray[np.float64]:
    """Share of runs in which the ends of each edge are in one community."""
    u, v = network.proper["source"].to_numpy(), network.proper["target"].to_numpy()
    share = np.zeros(len(u))
    for run in runs:
        share += run[u] == run[v]
    return share / len(runs)


def _certainty(network: Network, runs: list[Labels], labels: Labels) -> npt.NDArray[np.float64]:
    u, v = network.proper["source"].to_numpy(), network.proper["target"].to_numpy()
    share = _together(network, runs)
    inside = labels[u] == labels[v]
    ends = np.concatenate([u[inside], v[inside]])
    total = np.bincount(ends, np.tile(share[inside], 2), network.size)
    count = np.bincount(ends, minlength=network.size)
    undefined = np.full(network.size, np.nan)
    return np.asarray(np.divide(total, count, out=undefined, where=count > 0))
