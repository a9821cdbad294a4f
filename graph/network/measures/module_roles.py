"""A node's place among the communities: participation coefficient and within-module z-score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.network import Network

__all__ = ["participation", "within_module_z"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def participation(network: Network, labels: Labels, *, weighted: bool = False) -> Floats:
    """Return 1 - sum over modules c of (k_ic / k_i)^2 (Guimera and Amaral, Nature 433, 2005).

    0: all ties in one module; near 1: spread evenly. NaN for isolated nodes.
    """
    ties = _ties(network, labels, weighted)
    total = np.asarray(ties.sum(axis=1)).ravel()
    squares = np.asarray((ties * ties).sum(axis=1)).ravel()
    share = np.divide(squares, total**2, out=np.full(network.size, np.nan), where=total > 0)
    return np.asarray(1 - share)


def within_module_z(network: Network, labels: Labels, *, weighted: bool = False) -> Floats:
    """Return (k_i inside its module - module mean) / module standard deviation (same paper).

    NaN where all members of the module have the same number of ties inside.
    """
    ties = _ties(network, labels, weighted)
    inside = np.asarray(ties[np.arange(network.size), labels]).ravel() if network.size else _none()
    count = np.maximum(np.bincount(labels), 1)
    mean = np.bincount(labels, inside) / count
    spread = np.sqrt(np.bincount(labels, (inside - mean[labels]) ** 2) / count)[labels]
    off = inside - mean[labels]
    undefined = np.full(network.size, np.nan)
    return np.asarray(np.divide(off, spread, out=undefined, where=spread > 1e-12))


def _none() -> Floats:
    return np.zeros(0)


def _ties(network: Network, labels: Labels, weighted: bool) -> sparse.csr_array:
    """Nodes by modules: ties of each node into each module."""
    n = network.size
    modules = int(labels.max()) + 1 if n else 0
    belongs = sparse.csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, modules))
    return sparse.csr_array((network.matrix if weighted else network.binary) @ belongs)
