"""Betweenness: on how many shortest paths a node stands; exact, or sampled with a stated error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Network, networkit, one_thread
from permed.graph.network.measures.path_sampling import PathSampler
from permed.graph.network.measures.shortest_paths import dependencies

__all__ = ["EXACT_UP_TO", "Betweenness", "betweenness"]

EXACT_UP_TO = 6_000  # nodes; exact costs nodes x edges
_CONFIDENCE = 0.9
_SEED = 20160


@dataclass(frozen=True)
class Betweenness:
    """values: 0 to 1, share of the pairs of other nodes. error: 0 where exact, else every value is
    within it with the given confidence. method: in words."""

    values: npt.NDArray[np.float64]
    error: float
    confidence: float
    method: str

    def __repr__(self) -> str:
        within = f", within {self.error:g}" if self.error else ""
        return f"<Betweenness of {len(self.values):,} nodes: {self.method}{within}>"


@memoised
def betweenness(
    network: Network,
    *,
    weighted: bool = False,
    error: float | None = None,
    exact_up_to: int = EXACT_UP_TO,
    seed: int = _SEED,
) -> Betweenness:
    """Return the betweenness of every node, as networkx normalises it (2 / ((n-1)(n-2))).

    weighted: an edge of weight w has length 1 / w (Newman, Phys. Rev. E 64, 016132, 2001). Exact
    (Brandes, J. Math. Sociol. 25, 2001) up to `exact_up_to` nodes unless `error` is given. Beyond:
    random shortest paths with error 0.015 (Riondato and Kornaropoulos, DMKD 30, 2016) unweighted,
    pivots with error 0.3 weighted; the errors hold for all nodes together with confidence 0.9.
    InputError for an error outside 0 to 1.
    """
    if error is not None and not 0 < error < 1:
        raise InputError(f"betweenness error {error} must lie between 0 and 1, e.g. 0.01")
    n = network.size
    if n < 3 or network.proper.is_empty():
        return Betweenness(np.zeros(n), 0.0, 1.0, "exact (Brandes)")
    if error is None and n <= exact_up_to:
        values = _exact(_lengths(network)) if weighted else _shares(network)
        return Betweenness(values, 0.0, 1.0, "exact (Brandes)")
    if weighted:
        return _by_pivots(_lengths(network), error or 0.3, seed)
    return _by_paths(network, error or 0.015, seed)


def _lengths(network: Network) -> Any:
    inverse = network.proper.with_columns(weight=1 / pl.col("weight"))
    return Network(network.nodes, inverse).graph(weighted=True)


def _shares(network: Network) -> npt.NDArray[np.float64]:
    pairs = (network.size - 1) * (network.size - 2)
    return np.asarray(dependencies(network) / pairs)


def _exact(graph: Any) -> npt.NDArray[np.float64]:
    with one_thread():
        run = networkit().centrality.Betweenness(graph, normalized=True)
        return np.asarray(run.run().scores(), dtype=np.float64)


def _by_paths(network: Network, error: float, seed: int) -> Betweenness:
    """Sample r = 0.5/e^2 (floor(log2(D - 1)) + 1 + ln(1/0.1)) shortest paths, D the diameter."""
    n = network.size
    diameter = network.distances.counts.shape[1]
    factor = n / (n - 2)  # pairs of all nodes to pairs of other nodes
    complexity = math.floor(math.log2(max(diameter - 1, 1))) + 1 - math.log(1 - _CONFIDENCE)
    samples = math.ceil(0.5 / (error / factor) ** 2 * complexity)
    sampler = PathSampler(network.binary, network.components, seed)
    values = sampler.counts(samples) / samples * factor
    return Betweenness(values, error, _CONFIDENCE, f"sampled ({samples:,} shortest paths)")


def _by_pivots(graph: Any, error: float, seed: int) -> Betweenness:
    """Average over k = ln(2n/0.1) / 2 (2/e)^2 pivots (Hoeffding).

    The estimator of Geisberger, Sanders and Schultes (ALENEX 2008) counts a pair at most twice, so
    that a pivot's share lies between 0 and 2. The bound is loose: errors are mostly far smaller.
    """
    n = graph.numberOfNodes()
    samples = math.ceil(math.log(2 * n / (1 - _CONFIDENCE)) / 2 * (2 / error) ** 2)
    networkit().engineering.setSeed(seed, True)
    with one_thread():
        run = networkit().centrality.EstimateBetweenness(graph, samples, True, False)
        values = np.asarray(run.run().scores(), dtype=np.float64)
    return Betweenness(values, error, _CONFIDENCE, f"sampled ({samples:,} pivots)")
