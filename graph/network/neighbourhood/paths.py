"""Shortest ways between two nodes, strongest first, and what stands behind each step."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.joint_activities import joint_figures
from permed.graph.network.core.network import Network

__all__ = ["Paths", "paths"]

_DIGITS = 12  # of a length; equal ways must not differ by what rounding leaves


@dataclass(frozen=True)
class Paths:
    """ways: node numbers of each way, from one end to the other. total: shortest ways there are."""

    network: Network
    ways: list[list[int]]
    total: int

    def __repr__(self) -> str:
        return f"<Paths: {len(self.ways):,} of {self.total:,} shortest ways>"

    @property
    def table(self) -> pl.DataFrame:
        """One row a step: path, step, both ends, weight, and the joint activities with years."""
        steps = [
            (path, step, one, other)
            for path, way in enumerate(self.ways, 1)
            for step, (one, other) in enumerate(pairwise(way), 1)
        ]
        numbers = np.array(steps, dtype=np.int64).reshape(-1, 4)
        one, other = numbers[:, 2], numbers[:, 3]
        nodes = self.network.nodes
        ends = [
            nodes[name].gather(end).alias(f"{side}{suffix}")
            for side, end in (("one", one), ("other", other))
            for name, suffix in (("id", ""), ("label", "_label"), ("country", "_country"))
            if name in nodes.columns
        ]
        weights = [self.network.matrix[u, v] for u, v in zip(one, other, strict=True)]
        told = pl.DataFrame([
            pl.Series("path", numbers[:, 0]), pl.Series("step", numbers[:, 1]), *ends,
            pl.Series("weight", weights, dtype=pl.Float64),
        ])  # fmt: skip
        return told.hstack(joint_figures(self.network, one, other))


def paths(network: Network, one: int, other: int, limit: int = 20) -> Paths:
    """Return the shortest ways between two nodes (by number), at most `limit` of them.

    Shortest in steps; among these the way with the least sum of 1 / weight comes first (Newman,
    Phys. Rev. E 64, 016132, 2001), then the one through nodes of lower number. `total` counts all.
    No way at all gives none. InputError for a node and itself.
    """
    if one == other:
        raise InputError(f"{network.nodes['id'][one]} is both ends; give two nodes")
    if limit < 1:
        raise InputError(f"{limit} paths are none; ask for 1 or more")
    steps = _steps_to(network, other, one)
    if steps[one] < 0:
        return Paths(network, [], 0)
    ahead = _ahead(network, steps, one)
    rest = {other: 0.0}
    many = {other: 1}
    for node in sorted(ahead, key=lambda n: int(steps[n])):
        rest[node] = min(length + rest[to] for to, length in ahead[node])
        many[node] = sum(many[to] for to, _ in ahead[node])
    return Paths(network, list(islice(_best(ahead, rest, one, other), limit)), many[one])


def _steps_to(network: Network, end: int, until: int) -> npt.NDArray[np.int64]:
    """Steps from every node to the end, -1 for those farther away than `until`."""
    steps = np.full(network.size, -1, dtype=np.int64)
    steps[end] = 0
    front, depth = np.array([end]), 0
    while len(front) and steps[until] < 0:
        depth += 1
        near = np.unique(network.matrix[front].indices)
        front = near[steps[near] < 0]
        steps[front] = depth
    return steps


def _ahead(
    network: Network, steps: npt.NDArray[np.int64], one: int
) -> dict[int, list[tuple[int, float]]]:
    """Of each node on a shortest way, where it goes on, and how long that step is."""
    matrix = network.matrix
    found: dict[int, list[tuple[int, float]]] = {}
    waiting = [one]
    while waiting:
        node = waiting.pop()
        if node in found or steps[node] == 0:
            continue
        cells = slice(matrix.indptr[node], matrix.indptr[node + 1])
        to, weight = matrix.indices[cells], matrix.data[cells]
        nearer = steps[to] == steps[node] - 1
        lengths = (1 / weight[nearer]).tolist()
        found[node] = list(zip(to[nearer].tolist(), lengths, strict=True))
        waiting += to[nearer].tolist()
    return found


def _best(
    ahead: dict[int, list[tuple[int, float]]], rest: dict[int, float], one: int, other: int
) -> Iterator[list[int]]:
    """Yield the ways in the order of their length; what is left of a way is known exactly."""
    heap: list[tuple[float, tuple[int, ...], float]] = [(rest[one], (one,), 0.0)]
    while heap:
        _, way, gone = heapq.heappop(heap)
        if way[-1] == other:
            yield list(way)
            continue
        for to, length in ahead[way[-1]]:
            walked = gone + length
            heapq.heappush(heap, (round(walked + rest[to], _DIGITS), (*way, to), walked))
