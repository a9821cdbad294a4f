"""Partitions compared and scored: adjusted Rand index and modularity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.network import Network

__all__ = ["agreement", "modularity"]

Labels = npt.NDArray[np.int64]


def agreement(one: Labels, other: Labels) -> float:
    """Return the adjusted Rand index (Hubert and Arabie, J. Classification 2, 1985).

    1 for equal partitions, 0 as by chance. 1 where both are trivial in the same way.
    """
    n = len(one)
    both = sparse.coo_array((np.ones(n), (one, other)))
    both.sum_duplicates()
    cells = _pairs(both.data)
    rows, columns = _pairs(np.bincount(one)), _pairs(np.bincount(other))
    chance = rows * columns / max(_pairs(np.array([n])), 1)
    most = (rows + columns) / 2
    return float((cells - chance) / (most - chance)) if most != chance else 1.0


def _pairs(sizes: npt.NDArray[np.generic]) -> float:
    x = sizes.astype(np.float64)
    return float((x * (x - 1) / 2).sum())


def modularity(network: Network, labels: Labels, *, weighted: bool = True) -> float:
    """Return Newman-Girvan modularity (Phys. Rev. E 69, 026113, 2004); NaN without edges."""
    matrix = sparse.coo_array(network.matrix if weighted else network.binary)
    total = float(matrix.data.sum())
    if total == 0:
        return float("nan")
    inside = float(matrix.data[labels[matrix.row] == labels[matrix.col]].sum())
    strengths = np.bincount(labels[matrix.row], matrix.data)
    return inside / total - float(((strengths / total) ** 2).sum())
