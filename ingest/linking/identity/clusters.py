"""Which records are one thing: join along links, the strongest first, and never over a barrier.

The links of a group form paths; where a negative judgement stands between two records, the weakest
link of every path between them is cut (greedy joining by descending strength, as in Kruskal's
algorithm for spanning trees, 1956). The outcome does not depend on the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

__all__ = ["Barrier", "Cut", "Level", "Link", "Partition", "partition"]


class Level(IntEnum):
    """How binding a link or barrier is."""

    machine = 0
    stated = 1  # a source gives both records the same identifier
    native = 2  # the identifier that the record is keyed by
    human = 3


@dataclass(frozen=True, slots=True)
class Link:
    """Two nodes said to be the same; `order` ranks links of a level, higher is stronger."""

    one: str
    other: str
    level: Level
    order: float = 0.0


@dataclass(frozen=True, slots=True)
class Barrier:
    """Two nodes that are said to differ; it stops links of its own level and below."""

    one: str
    other: str
    level: Level = Level.human


@dataclass(frozen=True, slots=True)
class Cut:
    """A link that was not followed: for a barrier, or (None) held until a human has looked."""

    link: Link
    barrier: Barrier | None


@dataclass
class _Group:
    members: list[str]
    sources: set[str]
    against: dict[str, Barrier] = field(default_factory=dict)


@dataclass(frozen=True)
class Partition:
    """Groups of nodes that are one thing, and the links that were not followed."""

    groups: list[list[str]]
    cut: list[Cut]


def partition(
    links: Iterable[Link],
    barriers: Iterable[Barrier],
    sources: Mapping[str, frozenset[str]] | None = None,
) -> Partition:
    """Join nodes along links.

    `sources` maps records to the sources that hold them: a machine alone does not join two records
    of one source, since a source that lists two has a reason or an error that a human should see.
    """
    joined = _Joined(barriers, sources or {})
    cut = []
    for link in sorted(set(links), key=_strength):
        stopped = joined.join(link)
        if stopped is not None:
            cut.append(stopped)
    return Partition(joined.groups(), cut)


def _strength(link: Link) -> tuple[int, float, str, str]:
    one, other = sorted((link.one, link.other))
    return -link.level, -link.order, one, other


class _Joined:
    """Groups under way; the smaller one moves into the larger."""

    def __init__(self, barriers: Iterable[Barrier], sources: Mapping[str, frozenset[str]]) -> None:
        self._sources = sources
        self._group: dict[str, _Group] = {}
        for barrier in sorted(barriers, key=lambda b: b.level):
            self._of(barrier.one).against[barrier.other] = barrier
            self._of(barrier.other).against[barrier.one] = barrier

    def _of(self, node: str) -> _Group:
        if node not in self._group:
            self._group[node] = _Group([node], set(self._sources.get(node, ())))
        return self._group[node]

    def join(self, link: Link) -> Cut | None:
        one, other = self._of(link.one), self._of(link.other)
        if one is other:
            return None
        barrier = self._barrier(one, other, link.level)
        if barrier is not None:
            return Cut(link, barrier)
        if link.level is Level.machine and one.sources & other.sources:
            return Cut(link, None)
        self._merge(*sorted((one, other), key=lambda g: len(g.members)))
        return None

    def _barrier(self, one: _Group, other: _Group, level: Level) -> Barrier | None:
        for node, barrier in one.against.items():
            if barrier.level >= level and self._group.get(node) is other:
                return barrier
        return None

    def _merge(self, small: _Group, large: _Group) -> None:
        large.members += small.members
        large.sources |= small.sources
        for node, barrier in small.against.items():
            kept = large.against.setdefault(node, barrier)
            if kept.level < barrier.level:
                large.against[node] = barrier
        for node in small.members:
            self._group[node] = large

    def groups(self) -> list[list[str]]:
        unique = {id(group): group for group in self._group.values()}
        return sorted(sorted(group.members) for group in unique.values())
