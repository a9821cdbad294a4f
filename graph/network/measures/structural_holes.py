"""Structural holes: Burt's constraint and effective size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from permed.graph.network.core.network import Network
from permed.graph.network.core.sparse_products import joint_weights
from permed.graph.network.measures.centrality import triangles

__all__ = ["constraint", "effective_size", "efficiency"]

Floats = npt.NDArray[np.float64]


def constraint(network: Network, *, weighted: bool = True) -> Floats:
    """Return Burt's constraint (Structural Holes, 1992, eq. 2.4); NaN for isolated nodes.

    c_i = sum over partners j of (p_ij + sum_q p_iq p_qj)^2 with p_ij = a_ij / sum_k a_ik.
    """
    matrix = network.matrix if weighted else network.binary
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    factor = np.divide(1.0, totals, out=np.zeros(network.size), where=totals > 0)
    one, other, joint = joint_weights(matrix, factor)
    direct = np.asarray(matrix[one, other]).ravel() if len(one) else joint
    ends = np.concatenate([one, other])
    invested = np.tile(direct + joint, 2) * factor[ends]
    sums = np.bincount(ends, invested**2, network.size)
    return np.where(network.degree > 0, sums, np.nan)


def effective_size(network: Network) -> Floats:
    """Return effective size, unweighted: k - 2t / k (Borgatti, Connections 20, 1997).

    k partners of which t pairs are partners of each other; equals Burt's (1992, eq. 2.2). NaN for
    isolated nodes, as in networkx.
    """
    k = network.degree.astype(np.float64)
    redundant = np.divide(2 * triangles(network), k, out=np.zeros(network.size), where=k > 0)
    return np.where(k > 0, k - redundant, np.nan)


def efficiency(network: Network) -> Floats:
    """Return effective size divided by the number of partners (Burt, 1992); NaN for isolated."""
    k = np.maximum(network.degree, 1)
    return effective_size(network) / k
