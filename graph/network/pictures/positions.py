"""Positions of nodes in a picture: computed once, the same for the same network and seed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.communities.consensus import communities
from permed.graph.network.core.network import Network
from permed.graph.network.pictures.forces import force_layout

__all__ = ["positions"]

_ONE_GROUP_UP_TO = 100  # nodes of a component that are laid out as one
_SEEDS = 5  # runs of the communities of a picture
_DENSITY = 10.0  # radius of a disc, by the root of its nodes

Points = npt.NDArray[np.float64]


def positions(
    network: Network, groups: npt.NDArray[np.int64] | None = None, *, seed: int = 1
) -> Points:
    """Return x and y of every node (shape nodes x 2), rounded to 0.01.

    Each component is laid out by forces (`force_layout`) in a disc whose area grows with its size,
    its communities apart; the discs stand in rows, the largest first, isolated nodes last. groups:
    the communities, by default those of the network (`communities`).
    """
    points = np.zeros((network.size, 2))
    if network.size == 0:
        return points
    parts = network.components
    order = np.argsort(parts, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(parts))[:-1])
    apart = _apart(network, len(members[0])) if groups is None else groups
    radii = [_DENSITY * math.sqrt(len(group)) for group in members]
    for group, centre, radius in zip(members, _centres(radii), radii, strict=True):
        matrix = sparse.csr_array(network.matrix[group][:, group])
        one = len(group) <= _ONE_GROUP_UP_TO and groups is None
        labels = np.zeros(len(group), dtype=np.int64) if one else apart[group]
        points[group] = centre + radius * force_layout(matrix, labels, seed)
    rounded: Points = np.round(points, 2) + 0.0
    return rounded


def _apart(network: Network, largest: int) -> npt.NDArray[np.int64]:
    if largest <= _ONE_GROUP_UP_TO:
        return np.zeros(network.size, dtype=np.int64)
    return communities(network, seeds=_SEEDS).labels


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
