"""The state of a two-mode block model, and the search for its shortest description."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Blocks", "search"]

_SWEEPS = 4
_TRIED = 5  # other blocks tried for a node or a block
_PATIENCE = 10  # single merges that may shorten nothing
_SHRINK = 1.4  # blocks are merged to their number by this
_SAME = 1e-9  # nats that rounding may differ by
_FEW = 24  # blocks of a side, all of which are tried, and merged one by one

Labels = npt.NDArray[np.int64]


class Blocks:
    """Which block each node and each activity is in; activities are numbered after the nodes.

    length is in nats: -ln of P(memberships | degrees, counts, blocks) P(degrees | counts, blocks)
    P(counts | blocks) P(blocks), each factor uniform over what it can be.
    """

    def __init__(self, matrix: sparse.csr_array, labels: Labels) -> None:
        self.sides: tuple[int, int] = (int(matrix.shape[0]), int(matrix.shape[1]))
        turned = sparse.csr_array(matrix.T)
        self.around: list[list[int]] = [
            [int(j) + self.sides[0] for j in matrix.indices[a:b]]
            for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
        ] + [
            [int(i) for i in turned.indices[a:b]]
            for a, b in zip(turned.indptr[:-1], turned.indptr[1:], strict=True)
        ]
        self.total: int = int(matrix.nnz)
        many = sum(self.sides) + self.total + 2
        self.logs: list[float] = [math.lgamma(n + 1) for n in range(many + 1)]  # ln n!
        self.of: list[int] = [int(label) for label in labels]
        groups = max(self.of, default=-1) + 1
        self.side = [0] * groups
        self.size, self.ends = [0] * groups, [0] * groups
        self.between: list[Counter[int]] = [Counter() for _ in range(groups)]
        for node, group in enumerate(self.of):
            self.side[group] = int(node >= self.sides[0])
            self.size[group] += 1
            self.ends[group] += len(self.around[node])
            self.between[group].update(self.of[other] for other in self.around[node])
        self.count = [sum(n > 0 and s == side for n, s in zip(self.size, self.side, strict=True))
                      for side in (0, 1)]  # fmt: skip

        self._listed: list[tuple[int, set[int]]] = [(0, set()), (0, set())]

    @property
    def labels(self) -> Labels:
        """Block of every node, then of every activity."""
        return np.array(self.of, dtype=np.int64)

    @property
    def length(self) -> float:
        """Description length in nats."""
        found = self._partition(*self.count)
        for group, size in enumerate(self.size):
            if size:
                found += self._own(size, self.ends[group])
                if self.side[group] == 0:
                    found -= sum(self.logs[n] for n in self.between[group].values())
        found += sum(self.logs[n] for n in self.sides) + sum(math.log(n) for n in self.sides if n)
        return found - sum(self.logs[len(around)] for around in self.around)

    def few(self, side: int) -> set[int]:
        """The blocks of a side if they are few, else nothing."""
        if self.count[side] > _FEW:
            return set()
        if self._listed[side][0] != self.count[side]:
            found = {g for g, n in enumerate(self.size) if n and self.side[g] == side}
            self._listed[side] = (self.count[side], found)
        return self._listed[side][1]

    @property
    def bits(self) -> float:
        """Description length in bits."""
        return self.length / math.log(2)

    def _own(self, size: int, ends: int) -> float:
        """What a block adds by itself: its ends, its degrees, its members."""
        if not size:
            return 0.0
        return self.logs[ends] + self._ways(size, ends) - self.logs[size]

    def _ways(self, boxes: int, items: int) -> float:
        """ln of the ways to put items into boxes."""
        if boxes + items - 1 < len(self.logs):
            return self.logs[boxes + items - 1] - self.logs[items] - self.logs[boxes - 1]
        top = math.lgamma(boxes + items) - math.lgamma(boxes)
        return top - self.logs[items]

    def _partition(self, one: int, other: int) -> float:
        """What the numbers of blocks cost: their sizes, and the counts between them."""
        sizes = sum(
            self.logs[n - 1] - self.logs[b - 1] - self.logs[n - b]
            for n, b in zip(self.sides, (one, other), strict=True) if n and b
        )  # fmt: skip
        return sizes + (self._ways(one * other, self.total) if one and other else 0.0)

    def change(self, size: int, ties: Counter[int], ends: int, old: int, new: int) -> float:
        """By how much the length grows when nodes with such ties go from one block to another."""
        logs, here, there = self.logs, self.between[old], self.between[new]
        found = (
            self._own(self.size[old] - size, self.ends[old] - ends)
            + self._own(self.size[new] + size, self.ends[new] + ends)
            - self._own(self.size[old], self.ends[old])
            - self._own(self.size[new], self.ends[new])
        )
        for group, n in ties.items():
            a, b = here[group], there[group]
            found -= logs[a - n] + logs[b + n] - logs[a] - logs[b]
        if self.size[old] == size:
            fewer = list(self.count)
            fewer[self.side[old]] -= 1
            found += self._partition(*fewer) - self._partition(*self.count)
        return found

    def shift(self, nodes: list[int], ties: Counter[int], old: int, new: int) -> None:
        """Put nodes of one block into another; ties: to which blocks they have how many."""
        ends = ties.total()
        for node in nodes:
            self.of[node] = new
        for group, n in ties.items():
            self.between[old][group] -= n
            self.between[new][group] += n
            self.between[group][old] -= n
            self.between[group][new] += n
        self.size[old] -= len(nodes)
        self.size[new] += len(nodes)
        self.ends[old] -= ends
        self.ends[new] += ends
        self.count[self.side[old]] -= self.size[old] == 0


def search(matrix: sparse.csr_array, seed: int) -> Blocks:
    """Return the blocks with the shortest description between all apart and all together."""
    generator = random.Random(seed)  # noqa: S311 - a search, no secret
    blocks = Blocks(matrix, np.arange(sum(matrix.shape), dtype=np.int64))
    best, labels, vain = blocks.length, blocks.labels, 0
    while max(blocks.count) > 1 and vain < _PATIENCE:
        few = max(blocks.count) <= _FEW
        _merge(blocks, generator)
        for _ in range(_SWEEPS):
            if not _sweep(blocks, generator):
                break
        if (length := blocks.length) < best - _SAME:
            best, labels, vain = length, blocks.labels, 0
        else:
            vain += few
    found = Blocks(matrix, np.unique(labels, return_inverse=True)[1])
    while _sweep(found, generator, every=True):
        pass
    whole = Blocks(matrix, np.repeat([0, 1], matrix.shape) if min(matrix.shape) else labels)
    return whole if whole.length <= found.length + _SAME else found


def _sweep(blocks: Blocks, generator: random.Random, *, every: bool = False) -> int:
    """Move every node to the best of some other blocks where that shortens the description.

    every: of all other blocks, where they are few.
    """
    order = list(range(len(blocks.of)))
    generator.shuffle(order)
    moved = 0
    for node in order:
        around, old = blocks.around[node], blocks.of[node]
        if not around or blocks.count[blocks.side[old]] < 2:
            continue
        tried = blocks.few(blocks.side[old]) if every else set()
        tried = tried or {_walk(blocks, around, generator) for _ in range(_TRIED)}
        ties = Counter(blocks.of[other] for other in around)
        gains = [
            (blocks.change(1, ties, len(around), old, new), new) for new in sorted(tried - {old})
        ]
        if gains and min(gains)[0] < -_SAME:
            blocks.shift([node], ties, old, min(gains)[1])
            moved += 1
    return moved


def _walk(blocks: Blocks, around: list[int], generator: random.Random) -> int:
    """The block at the end of two random steps."""
    other = generator.choice(around)
    return blocks.of[generator.choice(blocks.around[other])]


def _merge(blocks: Blocks, generator: random.Random) -> None:
    """Merge the cheapest blocks: a share of those of each side, or one where both are few."""
    members: dict[int, list[int]] = {}
    for node, group in enumerate(blocks.of):
        members.setdefault(group, []).append(node)
    offers = []
    for old, nodes in members.items():
        ties = +blocks.between[old]
        tried = _near(blocks, nodes, generator) - {old}
        offers += [
            (blocks.change(len(nodes), ties, ties.total(), old, new), old, new)
            for new in sorted(tried)
        ]  # fmt: skip
    wanted = [max(1, math.floor(n / _SHRINK)) for n in blocks.count]
    few = max(blocks.count) <= _FEW
    for _, old, new in sorted(offers):
        side = blocks.side[old]
        if blocks.count[side] <= wanted[side] or old not in members or new not in members:
            continue
        nodes = members.pop(old)
        blocks.shift(nodes, +blocks.between[old], old, new)
        members[new] += nodes
        if few:
            return


def _near(blocks: Blocks, nodes: list[int], generator: random.Random) -> set[int]:
    """Blocks that one with such nodes may be merged with: all where they are few, else some."""
    side = int(nodes[0] >= blocks.sides[0])
    if few := blocks.few(side):
        return few
    starts = [node for node in generator.choices(nodes, k=2 * _TRIED) if blocks.around[node]]
    found = {_walk(blocks, blocks.around[start], generator) for start in starts}
    return found | {blocks.of[generator.randrange(blocks.sides[0])] if side == 0 else
                    blocks.of[blocks.sides[0] + generator.randrange(blocks.sides[1])]}  # fmt: skip
