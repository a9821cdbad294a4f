"""Positions of nodes in a picture: computed once, the same for the same network and seed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import rustworkx as rx
from scipy import sparse
from scipy.sparse.linalg import eigsh

from permed.graph.network.core.network import Network

__all__ = ["positions"]

_SPRING_UP_TO = 4_000  # nodes of a component; beyond, springs take minutes
_ROUNDS = 100

Points = npt.NDArray[np.float64]


def positions(network: Network, *, seed: int = 1) -> Points:
    """Return x and y of every node (shape nodes x 2), rounded to 0.01.

    Each component is laid out by springs (Fruchterman and Reingold, Software 21, 1991), or above
    4,000 nodes by the second and third eigenvector of its normalised Laplacian, in a disc whose
    area grows with its size; the discs stand in rows, the largest first.
    """
    points = np.zeros((network.size, 2))
    if network.size == 0:
        return points
    parts = network.components
    order = np.argsort(parts, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(parts))[:-1])
    radii = [10.0 * math.sqrt(len(group)) for group in groups]
    for group, centre, radius in zip(groups, _centres(radii), radii, strict=True):
        points[group] = centre + radius * _disc(network, group, seed)
    rounded: Points = np.round(points, 2) + 0.0
    return rounded


def _centres(radii: list[float]) -> list[tuple[float, float]]:
    """Centres of discs in rows, which are as wide as the first disc or as the whole is high."""
    gap = 10.0
    width = max(2 * radii[0], math.sqrt(sum((2 * r + gap) ** 2 for r in radii)))
    centres = []
    x = y = height = 0.0
    for radius in radii:
        if x > 0 and x + 2 * radius > width:
            x, y, height = 0.0, y + height + gap, 0.0
        centres.append((x + radius, -(y + radius)))
        x += 2 * radius + gap
        height = max(height, 2 * radius)
    return centres


def _disc(network: Network, group: npt.NDArray[np.int64], seed: int) -> Points:
    """Positions of one component within the unit disc."""
    if len(group) == 1:
        return np.zeros((1, 2))
    matrix = sparse.csr_array(network.matrix[group][:, group])
    raw = _springs(matrix, seed) if len(group) <= _SPRING_UP_TO else _spectral(matrix)
    centred = raw - raw.mean(axis=0)
    reach = float(np.sqrt((centred**2).sum(axis=1)).max())
    scaled: Points = centred / reach if reach > 0 else centred
    return scaled


def _springs(matrix: sparse.csr_array, seed: int) -> Points:
    graph = rx.PyGraph()
    graph.add_nodes_from(range(matrix.shape[0]))
    cells = sparse.coo_array(sparse.triu(matrix, k=1))
    # hubs would pull everything into one point if weights counted in full
    pulls = np.log1p(cells.data / cells.data.mean())
    graph.add_edges_from(list(zip(cells.row.tolist(), cells.col.tolist(), pulls, strict=True)))
    found = rx.spring_layout(graph, num_iter=_ROUNDS, weight_fn=float, seed=seed)
    return np.array([found[i] for i in range(matrix.shape[0])])


def _spectral(matrix: sparse.csr_array) -> Points:
    root = 1 / np.sqrt(np.asarray(matrix.sum(axis=1)).ravel())
    scaled = sparse.csr_array(matrix * root[:, None] * root[None, :])
    _, vectors = eigsh(scaled, k=3, which="LA", v0=np.ones(matrix.shape[0]))
    plane = vectors[:, [1, 0]]
    signs = np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]])
    ranks = np.argsort(np.argsort(plane * signs, axis=0, kind="stable"), axis=0, kind="stable")
    return _to_disc(ranks / (matrix.shape[0] - 1) * 2 - 1)


def _to_disc(square: Points) -> Points:
    """Map [-1, 1]^2 to the disc, evenly (Shirley and Chiu, J. Graphics Tools 2, 1997)."""
    x, y = square.T
    wide = np.abs(x) > np.abs(y)
    r = np.where(wide, x, y)
    safe = np.where(r == 0, 1, r)
    angle = np.where(wide, y / safe * np.pi / 4, np.pi / 2 - x / safe * np.pi / 4)
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1)
