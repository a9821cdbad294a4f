"""The ego network of a node: its partners, and the ties among them."""

from __future__ import annotations

import numpy as np

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network

__all__ = ["MOST_STEPS", "ego"]

MOST_STEPS = 5


def ego(network: Network, node: int, steps: int = 1) -> Network:
    """Return the nodes within so many steps of a node (by number), and all ties among them.

    Wasserman and Faust, Social Network Analysis, 1994, section 2.3. The node itself is in it.
    InputError for less than one step or more than `MOST_STEPS`.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise InputError(f"{steps} steps around a node: give 1 to {MOST_STEPS}")
    keep = np.zeros(network.size, dtype=bool)
    front = np.array([node])
    keep[node] = True
    for _ in range(steps):
        near = np.unique(network.matrix[front].indices)
        front = near[~keep[near]]
        keep[front] = True
    label = network.nodes["label"][node] or network.nodes["id"][node]
    note = f"{label} and the {int(keep.sum()) - 1:,} nodes within {steps} step{'s'[: steps > 1]}"
    return network.subnetwork(keep, f"{network.note}; {note}" if network.note else note)
