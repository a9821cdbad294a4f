"""Structural holes: Burt's constraint and effective size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.counted_ties import CountedTies, counted_ties
from permed.graph.network.core.network import Network
from permed.graph.network.core.sparse_products import joint_weights
from permed.graph.network.core.triangles import triangles
from permed.graph.network.core.twins import same_rows

__all__ = ["constraint", "effective_size", "efficiency"]

Floats = npt.NDArray[np.float64]
_ROOM = 1_000_000  # dense cells held at once; they stay in the cache of the processor


def constraint(network: Network, *, weighted: bool = True) -> Floats:
    """Return Burt's constraint (Structural Holes, 1992, eq. 2.4); NaN for isolated nodes.

    c_i = sum over partners j of (p_ij + sum_q p_iq p_qj)^2 with p_ij = a_ij / sum_k a_ik.
    """
    ties = counted_ties(network) if weighted else None
    sums = _over_ties(network, weighted) if ties is None else _over_activities(ties)
    return np.where(network.degree > 0, sums, np.nan)


def _over_ties(network: Network, weighted: bool) -> Floats:
    matrix = network.matrix if weighted else network.binary
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    factor = np.divide(1.0, totals, out=np.zeros(network.size), where=totals > 0)
    one, other, joint = joint_weights(matrix, factor)
    direct = np.asarray(matrix[one, other]).ravel() if len(one) else joint
    ends = np.concatenate([one, other])
    invested = np.tile(direct + joint, 2) * factor[ends]
    return np.asarray(np.bincount(ends, invested**2, network.size), dtype=np.float64)


def _over_activities(ties: CountedTies) -> Floats:
    """Sum once for all nodes with the same activities, who have the same constraint.

    With f_q = 1 / sum_k a_qk, sum_q a_iq f_q a_qj is what activities of i share with those of j:
    (M W M^T)_ij with W = M^T diag(f) M, less what i and j themselves put in, a_ij (m_i f_i +
    m_j f_j), m_i activities.
    """
    group, first, sizes = same_rows(ties.members)
    factor = ties.times(np.ones(len(ties.many)))[first]
    factor = np.divide(1.0, factor, out=np.zeros(len(first)), where=factor > 0)
    order = np.argsort(-ties.many[first], kind="stable")  # pairs then look up the shorter list
    members = sparse.csr_array(ties.members[first[order]])
    many, f, n = ties.many[first[order]], factor[order], sizes[order]
    shared = sparse.csr_array(members.T) @ sparse.csr_array(members * (n * f)[:, None])
    one, other, direct, joint = _pairs(members, sparse.csr_array(shared))
    both = direct + joint - direct * (many[one] * f[one] + many[other] * f[other])
    apart = one != other
    sums = np.bincount(one, (n[other] - ~apart) * (both * f[one]) ** 2, len(first))
    sums += np.bincount(other, apart * n[one] * (both * f[other]) ** 2, len(first))
    return np.asarray(sums[np.argsort(order)][group], dtype=np.float64)


def _pairs(
    members: sparse.csr_array, shared: sparse.csr_array
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats, Floats]:
    """Pairs i <= j with a joint activity: i, j, (M M^T)_ij, (M W M^T)_ij for W `shared`."""
    upper = sparse.csr_array(sparse.triu(members @ sparse.csr_array(members.T)))
    one = np.repeat(np.arange(upper.shape[0]), np.diff(upper.indptr))
    values = np.zeros(upper.nnz)
    step = max(1, _ROOM // max(shared.shape[1], 1))
    for start in range(0, upper.shape[0], step):
        part = slice(upper.indptr[start], upper.indptr[min(start + step, upper.shape[0])])
        if part.start == part.stop:
            continue
        partners = sparse.csr_array(members[upper.indices[part]])
        rows = np.repeat(one[part] - start, np.diff(partners.indptr))
        between = sparse.csr_array(members[start : start + step] @ shared).toarray()
        values[part] = np.add.reduceat(between[rows, partners.indices], partners.indptr[:-1])
    return one, upper.indices, upper.data, values


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
