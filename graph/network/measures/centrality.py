"""Measures of one node's place: degree, strength, closeness, eigenvector, PageRank, core ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import eigsh

from permed.graph.errors import InputError
from permed.graph.network.core.counted_ties import counted_ties
from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Network, networkit
from permed.graph.network.core.triangles import triangles

__all__ = [
    "closeness", "clustering", "core", "degree", "eigenvector", "harmonic", "pagerank", "strength",

]  # fmt: skip

Floats = npt.NDArray[np.float64]
Norm = Literal["l2", "max", "sum"]
_TIE = 1e-9
_CLOSE = 1e-12
_DENSE = 500  # nodes up to which a full decomposition is quick


def degree(network: Network) -> Floats:
    """Return the number of partners of every node; self-loops do not count."""
    return network.degree.astype(np.float64)


def strength(network: Network, loops: bool = False) -> Floats:
    """Return the sum of the weights of every node's edges; `loops` adds a self-loop once."""
    matrix = network.looped if loops else network.matrix
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


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


@memoised
def eigenvector(
    network: Network, *, weighted: bool = True, norm: Norm = "l2", loops: bool = False
) -> Floats:
    """Return eigenvector centrality (Bonacich, J. Math. Sociol. 2, 1972).

    Defined on any network as the limit of power iteration from equal values: the components whose
    leading eigenvalue is the largest keep their leading eigenvector, all other nodes get 0. norm:
    `l2` length 1 (networkx), `max` largest is 1, `sum` adds up to 1. loops: a self-loop stands
    once on the diagonal. Without edges every value is NaN, shown as null.
    """
    matrix = _chosen(network, weighted, loops)
    if matrix.nnz == 0:
        return np.full(network.size, np.nan)
    values = np.zeros(network.size)
    best = 0.0
    found: list[tuple[float, npt.NDArray[np.int64], Floats]] = []
    for members, bound in _by_bound(network, matrix):
        if bound < best * (1 - _TIE):
            break
        eigenvalue, vector = _leading(sparse.csr_array(matrix[members][:, members]))
        found.append((eigenvalue, members, vector))
        best = max(best, eigenvalue)
    for eigenvalue, members, vector in found:
        if eigenvalue >= best * (1 - _TIE):
            values[members] = vector * vector.sum()
    return values / _length(values, norm)


def _chosen(network: Network, weighted: bool, loops: bool) -> sparse.csr_array:
    matrix = network.looped if loops else network.matrix
    if weighted:
        return matrix
    return sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), matrix.shape)


def _by_bound(
    network: Network, matrix: sparse.csr_array
) -> list[tuple[npt.NDArray[np.int64], float]]:
    """Components with an upper bound of their leading eigenvalue (largest row sum)."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    labels = network.components
    bounds = np.zeros(labels.max() + 1)
    np.maximum.at(bounds, labels, sums)
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(labels))[:-1])
    ranked = sorted(range(len(parts)), key=lambda c: (-bounds[c], c))
    return [(parts[c], float(bounds[c])) for c in ranked if bounds[c] > 0]


def _leading(matrix: sparse.csr_array) -> tuple[float, Floats]:
    """Leading eigenpair of a connected non-negative symmetric matrix, vector >= 0 of length 1."""
    n = matrix.shape[0]
    if n <= _DENSE:
        values, vectors = np.linalg.eigh(matrix.toarray())
    else:  # chains have eigenvalues close together and need patience
        values, vectors = eigsh(matrix, 1, which="LA", v0=np.ones(n), tol=1e-12, maxiter=100 * n)
    return float(values[-1]), np.abs(vectors[:, -1])


def _length(values: Floats, norm: Norm) -> float:
    lengths = {"l2": float(np.linalg.norm(values)), "max": values.max(), "sum": values.sum()}
    if norm not in lengths:
        raise InputError(f"norm {norm!r} is unknown; choose l2, max or sum")
    return float(lengths[norm])


@memoised
def pagerank(network: Network, *, weighted: bool = True, damping: float = 0.85) -> Floats:
    """Return PageRank (Brin and Page, 1998), adding up to 1; isolated nodes share evenly.

    x = damping (P^T x + d/n) + (1 - damping)/n, d being the mass on isolated nodes, as networkx
    defines it. Ties have no direction, so that up to a factor x is 1 on isolated
    nodes and W^(1/2) y on others, W the row sums, where (1 - damping W^(-1/2) A W^(-1/2)) y =
    W^(-1/2) 1 is solved by conjugate gradients to 1e-12 (networkx stops at 1e-6 a node).
    """
    if not 0 <= damping < 1:
        raise InputError(f"damping {damping} must be at least 0 and below 1, e.g. 0.85")
    n = network.size
    matrix = _chosen(network, weighted, loops=False)
    ties = counted_ties(network) if weighted else None
    times = _narrow(matrix).__matmul__ if ties is None else ties.times
    root = np.sqrt(times(np.ones(n)))
    linked = root > 0
    inverse = np.divide(1.0, root, out=np.zeros(n), where=linked)
    x = np.where(linked, root * _conjugate(times, inverse, damping), 1.0)
    return np.asarray(x / x.sum()) if n else x


def _conjugate(times: Callable[[Floats], Floats], inverse: Floats, damping: float) -> Floats:
    """Solve (1 - damping D A D) y = D 1, D the diagonal `inverse`; positive definite.

    times: what gives A @ vector.
    """
    y = np.zeros(len(inverse))
    rest = inverse.copy()
    way = rest.copy()
    # sums by numpy: BLAS would wake its threads for each of them, and wait for them
    size = float(np.square(rest).sum())
    goal = size * _CLOSE**2
    while size > goal:
        step = way - damping * inverse * times(inverse * way)
        length = size / float((way * step).sum())
        y += length * way
        rest -= length * step
        before, size = size, float(np.square(rest).sum())
        way = rest + size / before * way
    return y


def _narrow(matrix: sparse.csr_array) -> sparse.csr_array:
    """The same matrix with indices of 32 bits where they fit: a quarter less to read a product."""
    if max(matrix.nnz, *matrix.shape) >= 2**31:
        return matrix
    indices, starts = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return sparse.csr_array((matrix.data, indices, starts), matrix.shape)


@memoised
def core(network: Network) -> Floats:
    """Return the k-core number of every node (Seidman, Soc. Networks 5, 1983)."""
    if network.size == 0:
        return np.zeros(0)
    # the parallel algorithm waits for its threads longer than the buckets take
    run = networkit().centrality.CoreDecomposition(
        network.graph(), enforceBucketQueueAlgorithm=True
    )
    return np.asarray(run.run().scores(), dtype=np.float64)


def clustering(network: Network) -> Floats:
    """Return the linked share of partner pairs (Watts and Strogatz, Nature 393, 1998).

    0 for nodes with fewer than two partners, as in networkx.
    """
    k = network.degree
    pairs = (k * (k - 1)).astype(np.float64)
    zeros = np.zeros(network.size)
    return np.asarray(np.divide(2 * triangles(network), pairs, out=zeros, where=pairs > 0))
