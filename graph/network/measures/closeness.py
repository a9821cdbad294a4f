"""Closeness and harmonic centrality: how near a node is to the others. Unweighted, exact."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from permed.graph.network.core.network import Network

__all__ = ["closeness", "harmonic"]

Floats = npt.NDArray[np.float64]


def closeness(network: Network) -> Floats:
    """Return closeness (Freeman, 1978) in the form of Wasserman and Faust (1994, p. 201).

    C = (r / sum of distances) * (r / (n - 1)) with r the number of nodes it can reach: comparable
    across components, and 0 for isolated nodes, as in networkx (`wf_improved`).
    """
    distances = network.distances
    total = distances.counts @ distances.lengths
    reach = distances.reach.astype(np.float64)
    raw = np.divide(reach * reach, total, out=np.zeros(network.size), where=total > 0)
    return raw / max(network.size - 1, 1)


def harmonic(network: Network) -> Floats:
    """Return harmonic centrality (Marchiori and Latora, Physica A 285, 2000): sum of 1 / distance.

    Not divided by n - 1, as in networkx; nodes out of reach count 0.
    """
    distances = network.distances
    return np.asarray(distances.counts @ (1 / distances.lengths), dtype=np.float64)
