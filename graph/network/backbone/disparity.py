"""The disparity filter: ties that hold an unlikely share of a node's weight."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from permed.graph.network.core.network import Network

__all__ = ["disparity"]

Floats = npt.NDArray[np.float64]


def disparity(network: Network) -> tuple[Floats, Floats]:
    """Return p of every tie (rows of `network.proper`) and the weight expected of it.

    A node of strength s and k partners spreads s at random: p_ij = (1 - w_ij / s_i)^(k_i - 1), of
    both ends the lesser counts (Serrano, Boguna and Vespignani, PNAS 106, 6483, 2009). The expected
    weight is s / k of that end. A node with one partner tells nothing: p is 1 there.
    """
    edges = network.proper
    weight = edges["weight"].to_numpy()
    strength = np.asarray(network.matrix.sum(axis=1)).ravel()
    sides = []
    for end in ("source", "target"):
        at = edges[end].to_numpy()
        k, s = network.degree[at], strength[at]
        share = np.clip(1 - weight / s, 0.0, 1.0)
        sides.append((np.where(k > 1, share ** (k - 1), 1.0), s / np.maximum(k, 1)))
    (one, mean_one), (other, mean_other) = sides
    return np.minimum(one, other), np.where(one <= other, mean_one, mean_other)
