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

__all__ = ["Twins", "same_rows", "twins"]

Places = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
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
    keys = _keys(matrix.shape[0])
    group, first, sizes = _same(_sums(matrix, keys) + keys)
    between = sparse.csr_array(matrix[first][:, first])
    return Twins(group, first, sizes, between)


def same_rows(matrix: sparse.csr_array) -> tuple[Places, Places, Places]:
    """Return the groups of equal rows of a 0/1 matrix: of every row, a row of each, their sizes."""
    return _same(_sums(matrix, _keys(matrix.shape[1])))


def _keys(many: int) -> Keys:
    return np.random.default_rng(_SEED).integers(1, 2**63, many, dtype=np.uint64)


def _sums(matrix: sparse.csr_array, keys: Keys) -> Keys:
    """Sum of the keys of the cells of each row, modulo 2^64."""
    ones = np.ones(matrix.nnz, dtype=np.uint64)
    cells = sparse.csr_array((ones, matrix.indices, matrix.indptr), matrix.shape)
    return np.asarray(cells @ keys, dtype=np.uint64)


def _same(sums: Keys) -> tuple[Places, Places, Places]:
    _, first, group, sizes = np.unique(
        sums, return_index=True, return_inverse=True, return_counts=True
    )
    return group, first, sizes.astype(np.int64)
