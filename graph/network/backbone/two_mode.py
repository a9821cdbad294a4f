"""How likely two nodes share so many events if only how much each takes part in matters.

Two null models. `hypergeometric`: every node keeps its number of events, all events are alike
(Tumminello et al., PLoS ONE 6, e17994, 2011). `sdsm`: nodes and events keep their numbers of
memberships on average (stochastic degree sequence model: Neal, Social Networks 39, 2014; the
probabilities are those of the bipartite configuration model: Saracco et al., Sci. Rep. 5, 10595,
2015). Both p values are exact under their model.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.hypergeometric import at_least

__all__ = ["hypergeometric", "membership_probabilities", "sdsm"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_ROUNDS = 20_000
_PRECISE = 1e-8  # largest error of an expected degree
_ROOM = 2_000_000  # dense cells held at once


def hypergeometric(
    joint: sparse.csr_array, one: Places, other: Places, shared: Places
) -> tuple[Floats, Floats]:
    """Return p(X >= shared) and the expected number of shared events of pairs of nodes.

    joint: 0/1 matrix of nodes by events. X is hypergeometric: draws of one's events out of all,
    of which the other's are marked.
    """
    events = joint.shape[1]
    taken = np.diff(joint.indptr)
    keys, back = np.unique(
        np.stack([taken[one], taken[other], shared], axis=1), axis=0, return_inverse=True
    )
    p = at_least(keys[:, 2], events, keys[:, 0], keys[:, 1])
    expected = taken[one] * taken[other] / max(events, 1)
    return p[back.ravel()], np.asarray(expected, dtype=np.float64)


def sdsm(
    joint: sparse.csr_array, one: Places, other: Places, shared: Places
) -> tuple[Floats, Floats]:
    """Return p(X >= shared) and the expected number of shared events of pairs of nodes.

    X is Poisson-binomial: an event is shared with the product of both membership probabilities.
    p is the complement of a sum, so that values below 1e-12 are not told apart.
    """
    chances, rows, many = membership_probabilities(joint)
    low, high = np.minimum(rows[one], rows[other]), np.maximum(rows[one], rows[other])
    keys, back = np.unique(np.stack([low, high, shared], axis=1), axis=0, return_inverse=True)
    p = np.empty(len(keys))
    expected = np.empty(len(keys))
    size = 1 << np.ceil(np.log2(np.maximum(keys[:, 2], 1))).astype(np.int64)
    for width in np.unique(size):
        mine = np.flatnonzero(size == width)
        step = max(1, _ROOM // (int(width) * len(many)))
        for start in range(0, len(mine), step):
            at = mine[start : start + step]
            both = chances[keys[at, 0]] * chances[keys[at, 1]]
            expected[at] = both @ many
            p[at] = _tails(both, many, keys[at, 2], int(width))
    return p[back.ravel()], expected[back.ravel()]


def membership_probabilities(joint: sparse.csr_array) -> tuple[Floats, Places, Places]:
    """Return the probabilities of the bipartite configuration model, by classes of equal degree.

    p_ab = x_a y_b / (1 + x_a y_b), x and y such that all degrees are expected as observed. p by
    class of nodes (rows) and class of events (columns), the class of each node, and the number of
    events of each class.
    """
    degrees, rows, alike = np.unique(np.diff(joint.indptr), return_inverse=True, return_counts=True)
    sizes, many = np.unique(
        np.bincount(joint.indices, minlength=joint.shape[1]), return_counts=True
    )
    total = max(float(degrees @ alike), 1.0)
    x, y = degrees / np.sqrt(total), sizes / np.sqrt(total)
    for _ in range(_ROUNDS):
        x = degrees / np.maximum((many * y / (1 + np.outer(x, y))).sum(axis=1), 1e-300)
        y = sizes / np.maximum((alike * x / (1 + np.outer(y, x))).sum(axis=1), 1e-300)
        product = np.outer(x, y)
        chances = product / (1 + product)
        if np.abs(chances @ many - degrees).max(initial=0.0) < _PRECISE:
            break
    return chances, rows, many


def _tails(both: Floats, many: Places, shared: Places, width: int) -> Floats:
    """1 - P(X < shared) of each row; both: chance of each class of events, many: their numbers."""
    below = np.zeros((len(both), width))
    below[:, 0] = 1.0
    for group, events in enumerate(many):
        q = np.minimum(both[:, group], 1 - 1e-15)
        term = (1 - q) ** events
        binomial = [term]
        for t in range(1, min(width, int(events) + 1)):
            term = term * (q / (1 - q)) * ((events - t + 1) / t)
            binomial.append(term)
        spread = np.zeros_like(below)
        for t, chance in enumerate(binomial):
            spread[:, t:] += below[:, : width - t] * chance[:, None]
        below = spread
    inside = np.arange(width)[None, :] < shared[:, None]
    return np.asarray(np.clip(1 - (below * inside).sum(axis=1), 0.0, 1.0))
