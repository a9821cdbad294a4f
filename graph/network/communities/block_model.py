"""Groups of nodes and of activities by the degree-corrected block model of two-mode networks.

Blocks are nodes that take part in the same kinds of activity, dense inside or not. The description
length says in bits how long the memberships are to tell with the help of the blocks; the fewest
bits win, so that a network without structure gets one block. Microcanonical model: Peixoto, Phys.
Rev. E 95, 012317, 2017; of two-mode networks: Larremore et al., Phys. Rev. E 90, 012805, 2014, and
Yen and Larremore, Phys. Rev. E 102, 032309, 2020. Search: merging blocks and moving nodes, as in
Peixoto, Phys. Rev. E 89, 012804, 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from permed.graph.errors import InputError
from permed.graph.network.communities.block_search import Blocks, search
from permed.graph.network.communities.profile import home_communities
from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Incidence, Network, by_size

__all__ = ["MOST_MEMBERSHIPS", "BlockModel", "block_model", "description_length"]

MOST_MEMBERSHIPS = 50_000  # the search takes minutes there
_RUNS = 3

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BlockModel:
    """labels, events: block of every node and activity, 0 the largest. bits: description length.

    trivial: the same with one block of nodes and one of activities. certainty: of every node the
    share of runs in which it was with the others of its block (NaN where it is alone).
    """

    labels: Labels
    events: Labels
    bits: float
    trivial: float
    certainty: npt.NDArray[np.float64]
    runs: int

    @property
    def count(self) -> int:
        """Number of blocks of nodes."""
        return int(self.labels.max(initial=-1)) + 1

    @property
    def event_count(self) -> int:
        """Number of blocks of activities."""
        return int(self.events.max(initial=-1)) + 1

    def __repr__(self) -> str:
        blocks = f"{self.count} and {self.event_count} blocks"
        return f"<BlockModel: {blocks}, {self.bits:.1f} bits ({self.trivial:.1f} without blocks)>"


@memoised
def block_model(network: Network, *, runs: int = _RUNS) -> BlockModel:
    """Return the blocks with the shortest description found in so many searches.

    Deterministic. InputError for a network without memberships, with more than 50,000, or runs
    below 1.
    """
    members = network.incidence
    if members is None:
        raise InputError("blocks need memberships; a network of bare ties has Leiden communities")
    if runs < 1:
        raise InputError(f"runs {runs} must be 1 or more")
    if members.matrix.nnz > MOST_MEMBERSHIPS:
        raise InputError(
            f"blocks are searched in up to {MOST_MEMBERSHIPS:,} memberships, not "
            f"{members.matrix.nnz:,}; choose fewer activities, or the method leiden"
        )
    found = [search(members.matrix, seed) for seed in range(runs)]
    best = min(found, key=lambda blocks: blocks.length)
    labels = by_size(best.labels[: network.size])
    alone = (
        np.zeros(network.size, dtype=np.int64),
        np.zeros(members.matrix.shape[1], dtype=np.int64),
    )
    return BlockModel(
        labels,
        by_size(best.labels[network.size :]),
        best.bits,
        description_length(members, *alone),
        _certainty(labels, [blocks.labels[: network.size] for blocks in found]),
        runs,
    )


def description_length(members: Incidence, labels: Labels, events: Labels | None = None) -> float:
    """Return the bits that tell the memberships with these blocks.

    events: by default each activity is in the block of the nodes that most of its members are in.
    """
    blocks = home_communities(members, labels) if events is None else events
    one = np.unique(labels, return_inverse=True)[1]
    other = np.unique(blocks, return_inverse=True)[1] + one.max(initial=-1) + 1
    return Blocks(members.matrix, np.concatenate([one, other])).bits


def _certainty(labels: Labels, runs: list[Labels]) -> npt.NDArray[np.float64]:
    """Mean share of runs in which a node was with each of the others of its block."""
    result = np.full(len(labels), np.nan)
    for block in range(int(labels.max(initial=-1)) + 1):
        inside = np.flatnonzero(labels == block)
        if len(inside) > 1:
            shares = [
                np.bincount(run[inside])[run[inside]] - 1 for run in runs
            ]  # fmt: skip
            result[inside] = np.mean(shares, axis=0) / (len(inside) - 1)
    return result
