"""Twins: linked nodes with the same other partners, as members of one consortium only are.

Twins have the same distances to everybody else and stand on no shortest path between each other, so
that one of them can speak for all (Sariyuce et al., "Shattering and compressing networks for
betweenness centrality", SDM 2013, identical vertices of type II).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Twins", "twins"]

Places = npt.NDArray[np.int64]
_SEED = 64  # of the keys; two different circles share a sum with a chance of 1 in 2^64


@dataclass(frozen=True)
class Twins:
    """group: of every node, numbered from 0. first: a member of each group. sizes: members of each.

    matrix: 0/1 links between groups.
    """

    group: Places
    first: Places
    sizes: Places
    matrix: sparse.csr_array


def twins(matrix: sparse.csr_array) -> Twins:
    """Return the groups of nodes of a symmetric 0/1 matrix whose circles are the same.

    A circle is a node and its partners.
    """
    keys = np.random.default_rng(_SEED).integers(1, 2**63, matrix.shape[0], dtype=np.uint64)
    links = sparse.csr_array(
        (np.ones(matrix.nnz, dtype=np.uint64), matrix.indices, matrix.indptr), matrix.shape
    )
    circles = links @ keys + keys  # sums of keys, modulo 2^64
    _, first, group, sizes = np.unique(
        circles, return_index=True, return_inverse=True, return_counts=True
    )
    between = sparse.csr_array(matrix[first][:, first])
    return Twins(group, first, sizes.astype(np.int64), between)
