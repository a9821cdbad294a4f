"""Triangles through every node, over the memberships where ties are made of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Incidence, Network, networkit

__all__ = ["triangles", "triangles_of"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
_WORD = 64
_WORDS = 64  # of a row of bits; with more, NetworKit's lists of partners are the shorter way
_ROOM = 2**15  # words compared at once; small enough to stay in the processor's cache


@memoised
def triangles(network: Network) -> Floats:
    """Return the number of triangles through every node."""
    joint = network.incidence
    if network.proper.is_empty():
        return np.zeros(network.size)
    if joint is None or not joint.complete:
        return _listed(network.binary)
    return _over_memberships(network, joint)


def _over_memberships(network: Network, joint: Incidence) -> Floats:
    """Count triangles where two share a tie exactly if they share an activity.

    A node of one activity of s members is in (s - 1)(s - 2) / 2. Only among the nodes of several
    need triangles be looked for; what those of one add to them follows from the numbers o and m of
    both kinds in each activity: o (o - 1) / 2 pairs, and o (m - 1) with another node of several.
    """
    members = joint.matrix
    activities = np.diff(members.indptr)
    several, one = np.flatnonzero(activities > 1), np.flatnonzero(activities == 1)
    size = np.bincount(members.indices, minlength=members.shape[1])
    rows = sparse.csr_array(members[several])
    m = np.bincount(rows.indices, minlength=members.shape[1])
    o = size - m
    found = np.zeros(network.size)
    its = size[members.indices[members.indptr[one]]]
    found[one] = (its - 1) * (its - 2) / 2
    per_activity = o * (o - 1) / 2 + o * (m - 1)
    # an activity counts once for each node in it, whatever number stands in the cell
    sums = np.concatenate([[0.0], np.cumsum(per_activity[rows.indices])])
    among = sparse.csr_array(network.binary[several][:, several])
    found[several] = sums[rows.indptr[1:]] - sums[rows.indptr[:-1]] + _listed(among)
    return found


def _listed(ties: sparse.csr_array) -> Floats:
    """Return the triangles of a symmetric 0/1 matrix without diagonal."""
    half = sparse.coo_array(sparse.triu(ties, k=1))
    words = -(-ties.shape[0] // _WORD)
    if words <= _WORDS:
        return _by_bits(ties, half.row, half.col, words)
    graph = networkit().GraphFromCoo(
        (np.ones(half.nnz), (half.row.astype(np.int64), half.col.astype(np.int64))),
        n=ties.shape[0], weighted=False, directed=False,
    )  # fmt: skip
    run = networkit().centrality.LocalClusteringCoefficient(graph, turbo=True).run()
    degree = np.diff(ties.indptr)
    scores = np.where(degree > 1, np.asarray(run.scores(), dtype=np.float64), 0.0)
    return np.asarray(np.rint(np.nan_to_num(scores) * (degree * (degree - 1) / 2)))


def _by_bits(ties: sparse.csr_array, one: Counts, other: Counts, words: int) -> Floats:
    """Partners of a node are bits of a row; joint partners of a tie are shared bits."""
    size = ties.shape[0]
    row = np.repeat(np.arange(size), np.diff(ties.indptr))
    bits = np.zeros((size, words), dtype=np.uint64)
    bit = np.uint64(1) << (ties.indices % _WORD).astype(np.uint64)
    np.bitwise_or.at(bits, (row, ties.indices // _WORD), bit)
    joint = np.empty(len(one), dtype=np.int64)
    step = max(1, _ROOM // max(words, 1))
    for start in range(0, len(one), step):
        part = slice(start, start + step)
        joint[part] = np.bitwise_count(bits[one[part]] & bits[other[part]]).sum(axis=1)
    twice = np.bincount(one, joint, size) + np.bincount(other, joint, size)
    return np.asarray(twice / 2)


def triangles_of(members: sparse.csr_array, rows: Counts) -> tuple[Floats, Floats]:
    """Return partners of, and triangles through, some nodes; members: 0/1, nodes by activities.

    Whom a node meets is a row of bits, the sum of its activities' rows. Two partners of one node
    share a tie where the one is among the other's bits.
    """
    theirs = sparse.csr_array(members[rows])
    circle = np.unique(sparse.csr_array(theirs @ members.T).indices)  # all others tell nothing
    within = sparse.csr_array(members[circle])
    near, met = sparse.csr_array(theirs @ within.T), _met(within)
    step = max(1, _ROOM // max(met.shape[1], 1))
    partners, found = np.zeros(len(rows)), np.zeros(len(rows))
    for i, row in enumerate(np.searchsorted(circle, rows)):
        others = near.indices[near.indptr[i] : near.indptr[i + 1]]
        others = others[others != row]
        shared = 0
        for start in range(0, len(others), step):
            part = met[others[start : start + step]]
            shared += int(np.bitwise_count(part & met[row]).sum())
        # the two ends are among their own bits
        partners[i], found[i] = len(others), (shared - 2 * len(others)) / 2
    return partners, found


def _met(members: sparse.csr_array) -> npt.NDArray[np.uint64]:
    """Rows of bits: whom each node meets in its activities, itself among them."""
    nodes, activities = members.shape
    words = -(-nodes // _WORD)
    who = np.repeat(np.arange(nodes), np.diff(members.indptr))
    there = np.zeros((activities, words), dtype=np.uint64)
    bit = np.uint64(1) << (who % _WORD).astype(np.uint64)
    np.bitwise_or.at(there, (members.indices, who // _WORD), bit)
    met = np.zeros((nodes, words), dtype=np.uint64)
    order = np.argsort(-np.diff(members.indptr), kind="stable")  # the busiest first
    many = np.diff(members.indptr)[order]
    step = max(1, _ROOM // max(words, 1))
    for k in range(int(many.max(initial=0))):  # all first activities, all second ones ...
        busy = order[: int(np.searchsorted(-many, -k, side="left"))]
        for start in range(0, len(busy), step):
            part = busy[start : start + step]
            met[part] |= there[members.indices[members.indptr[part] + k]]
    return met
