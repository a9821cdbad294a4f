"""All shortest path lengths at once: breadth-first search from 64 nodes a machine word.

Bit j of a node's word says whether source j of the block has reached it; one step of the search
ORs the words of all neighbours. Because distances are symmetric, the number of bits that come new
to a node at step d is the number of block sources at distance d from it (Then et al., "The more the
merrier: efficient multi-source graph traversal", PVLDB 8, 2014).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Distances", "census"]

_WORD = 64
_THREADS = 2

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Distances:
    """counts[i, d - 1] is the number of nodes at distance d from node i."""

    counts: Counts

    def __repr__(self) -> str:
        return f"<Distances of {len(self.counts):,} nodes, up to {self.counts.shape[1]}>"

    @property
    def lengths(self) -> npt.NDArray[np.float64]:
        """The distances 1, 2, ... that the columns of `counts` stand for."""
        return np.arange(1, self.counts.shape[1] + 1, dtype=np.float64)

    @property
    def reach(self) -> Counts:
        """Number of other nodes that each node can reach."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def pairs(self) -> Counts:
        """Number of unordered pairs at distance 1, 2, ..."""
        return np.asarray(self.counts.sum(axis=0) // 2)


def census(steps: list[sparse.csr_array], sizes: Counts | None = None) -> Distances:
    """Count nodes by distance; one step of the search is the product of `steps`, last one first.

    A square symmetric matrix is one step; an incidence matrix B gives the two half-steps [B, B.T],
    which reach the same nodes with far fewer entries. sizes: how many twins (`twins.py`) each row
    stands for, by default 1; twins are at distance 1 from each other.
    """
    n = steps[0].shape[0]
    many = np.ones(n, dtype=np.int64) if sizes is None else sizes
    blocks = _blocks(np.flatnonzero(np.diff(steps[0].indptr)), many)
    carriers = [_Carrier(step) for step in steps]
    columns: list[Counts] = [many - 1] if many.max(initial=1) > 1 else []
    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(lambda block: list(_search(carriers, block, n)), blocks)
        for block, levels in zip(blocks, found, strict=True):
            for depth, reached in enumerate(levels):
                if depth == len(columns):
                    columns.append(np.zeros(n, dtype=np.int64))
                columns[depth] += many[block[0]] * reached.astype(np.int64)
    counts = np.stack(columns, axis=1) if columns else np.zeros((n, 0), dtype=np.int64)
    return Distances(counts)


def _blocks(rows: Counts, sizes: Counts) -> list[Counts]:
    """Up to 64 rows of one size each, so that all bits of a word count the same."""
    ordered = rows[np.argsort(sizes[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(sizes[ordered])) + 1
    return [
        run[i : i + _WORD] for run in np.split(ordered, cuts) for i in range(0, len(run), _WORD)
    ]


class _Carrier:
    """A sparse matrix that passes words from its columns to its rows."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self.rows = np.flatnonzero(np.diff(matrix.indptr))
        self.starts = matrix.indptr[:-1][self.rows]
        self.indices = matrix.indices
        self.height = matrix.shape[0]

    def spread(self, words: Words) -> Words:
        result = np.zeros(self.height, dtype=np.uint64)
        if len(self.rows):
            result[self.rows] = np.bitwise_or.reduceat(words[self.indices], self.starts)
        return result


def _search(
    carriers: list[_Carrier], sources: npt.NDArray[np.int64], n: int
) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield, level by level, how many of the sources are at that distance from each node."""
    front = np.zeros(n, dtype=np.uint64)
    front[sources] = np.uint64(1) << np.arange(len(sources), dtype=np.uint64)
    seen = front.copy()
    while True:
        words = front
        for carrier in reversed(carriers):
            words = carrier.spread(words)
        front = words & ~seen
        reached = np.bitwise_count(front)
        if not reached.any():
            return
        yield reached
        seen |= front
