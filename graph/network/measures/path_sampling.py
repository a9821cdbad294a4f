"""Random shortest paths, each of a random pair of nodes: the samples behind sampled betweenness.

A pair is searched from both ends, always from the side with fewer ties ahead, until the two sides
meet; the path is drawn evenly among all shortest ones by their numbers through each node.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["PathSampler"]

Places = npt.NDArray[np.int64]


class PathSampler:
    """Draws random shortest paths of an unweighted symmetric matrix."""

    def __init__(self, matrix: sparse.csr_array, components: Places, seed: int) -> None:
        self.starts, self.ties = matrix.indptr, matrix.indices
        self.components = components
        self.size = matrix.shape[0]
        self.generator = np.random.default_rng(seed)

    def counts(self, samples: int) -> npt.NDArray[np.float64]:
        """Return how many of the sampled paths have each node strictly inside."""
        one = self.generator.integers(0, self.size, samples)
        other = (one + self.generator.integers(1, self.size, samples)) % self.size
        inside = np.zeros(self.size)
        joined = self.components[one] == self.components[other]
        for start, end in zip(one[joined].tolist(), other[joined].tolist(), strict=True):
            inside[self.path(start, end)] += 1
        return inside

    def path(self, start: int, end: int) -> list[int]:
        """Return the inner nodes of one shortest path between two nodes that a path joins."""
        near, far = _Side(self, start), _Side(self, end)
        while True:
            mover, other = (near, far) if near.ahead() <= far.ahead() else (far, near)
            mover.step()
            met = mover.front[other.depth[mover.front] >= 0]
            if len(met):
                break
        chosen = self.draw(met, near.paths[met] * far.paths[met])
        return [node for node in (chosen, *near.back(chosen), *far.back(chosen))
                if node not in (start, end)]  # fmt: skip

    def draw(self, nodes: Places, weights: npt.NDArray[np.float64]) -> int:
        """Draw one of the nodes by weight."""
        cumulated = np.cumsum(weights)
        place = np.searchsorted(cumulated, self.generator.random() * cumulated[-1], side="right")
        return int(nodes[min(place, len(nodes) - 1)])


class _Side:
    """The search from one end: depth and number of shortest paths of every node reached."""

    def __init__(self, sampler: PathSampler, root: int) -> None:
        self.sampler = sampler
        self.depth = np.full(sampler.size, -1, dtype=np.int16)
        self.paths = np.zeros(sampler.size)
        self.front = np.array([root], dtype=np.int64)
        self.depth[root], self.paths[root], self.level = 0, 1.0, 0

    def ahead(self) -> int:
        starts = self.sampler.starts
        return int((starts[self.front + 1] - starts[self.front]).sum())

    def step(self) -> None:
        """Go one level on."""
        starts, ties = self.sampler.starts, self.sampler.ties
        lengths = starts[self.front + 1] - starts[self.front]
        offsets = np.repeat(starts[self.front] - np.cumsum(lengths) + lengths, lengths)
        reached = ties[offsets + np.arange(len(offsets))]
        weights = np.repeat(self.paths[self.front], lengths)
        new = self.depth[reached] < 0
        arrived = np.bincount(reached[new], weights[new], self.sampler.size)
        self.level += 1
        self.front = np.flatnonzero(arrived)
        self.depth[self.front] = self.level
        self.paths[self.front] = arrived[self.front]

    def back(self, node: int) -> list[int]:
        """Return a random way from a reached node back to the root, without the node itself."""
        starts, ties = self.sampler.starts, self.sampler.ties
        way = []
        while self.depth[node] > 0:
            around = ties[starts[node] : starts[node + 1]]
            before = around[self.depth[around] == self.depth[node] - 1]
            node = self.sampler.draw(before, self.paths[before])
            way.append(node)
        return way
