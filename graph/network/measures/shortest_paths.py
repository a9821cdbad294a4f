"""Exact betweenness: shortest paths from many sources at once, by products of sparse matrices.

Brandes's accumulation (J. Math. Sociol. 25, 2001) on groups of twins instead of nodes: a group of m
passes m times the paths of one member. One block of sources is a dense matrix with a column a
source; every level of the search is one product. Sums run in a fixed order, so that every run gives
the same digits.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.network import Network

__all__ = ["dependencies"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_BLOCK = 32  # sources at once
_THREADS = 2


def dependencies(network: Network) -> Floats:
    """Return for every node the sum over ordered pairs of others of its share of shortest paths."""
    groups = network.twins
    sizes = groups.sizes.astype(np.float64)
    sources = np.flatnonzero(np.diff(groups.matrix.indptr))
    blocks = [sources[i : i + _BLOCK] for i in range(0, len(sources), _BLOCK)]
    total = np.zeros(len(sizes))
    with ThreadPoolExecutor(_THREADS) as pool:
        for part in pool.map(lambda block: _block(groups.matrix, sizes, block), blocks):
            total += part
    return np.asarray(total[groups.group])


def _block(matrix: sparse.csr_array, sizes: Floats, sources: Places) -> Floats:
    """The sum for one member of each group over the members of the source groups."""
    paths, levels = _spread(matrix, sizes[:, None], sources)
    passed = np.zeros_like(paths)
    for depth in range(len(levels) - 1, 0, -1):
        level = levels[depth]
        share = np.divide(
            (1 + passed) * sizes[:, None], paths, out=np.zeros_like(paths), where=level
        )
        np.multiply(matrix @ share, paths, out=passed, where=levels[depth - 1])
    return np.asarray(passed @ sizes[sources])


def _spread(
    matrix: sparse.csr_array, sizes: Floats, sources: Places
) -> tuple[Floats, list[npt.NDArray[np.bool_]]]:
    """Numbers of shortest paths from each source, and who is reached first at depth 1, 2, ..."""
    front = np.zeros((matrix.shape[0], len(sources)))
    front[sources, np.arange(len(sources))] = 1
    paths = np.zeros_like(front)
    unseen = front == 0
    levels: list[npt.NDArray[np.bool_]] = []
    while True:
        reached = matrix @ front
        new = (reached > 0) & unseen
        if not new.any():
            return paths, levels
        np.copyto(paths, reached, where=new)
        unseen &= ~new
        levels.append(new)
        front = np.multiply(reached, sizes, out=np.zeros_like(reached), where=new)
