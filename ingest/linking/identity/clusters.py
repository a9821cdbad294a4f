"""Which records are one thing: constrained clustering by must-links and cannot-links.

Links are followed the strongest first and never join two nodes of a cannot-link: where one stands
between two records, the weakest link of every path between them is rejected (greedy joining by
descending strength, as in Kruskal's algorithm for spanning trees, 1956). The outcome does not
depend on the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from permed.ingest.linking.judgements.judgement import Judgement

__all__ = ["CannotLink", "Level", "MustLink", "Partition", "RejectedLink", "partition"]


class Level(IntEnum):
    """How binding a constraint is."""

    machine = 0
    stated = 1  # a source gives both records the same identifier
    native = 2  # the identifier that the record is keyed by
    human = 3


@dataclass(frozen=True, slots=True)
class MustLink:
    """Two nodes said to be the same; `order` ranks links of a level, higher is stronger.

    `judgement` is the one behind it, None where a source states it.
    """

    one: str
    other: str
    level: Level
    order: float = 0.0
    judgement: Judgement | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CannotLink:
    """Two nodes that are judged to differ; it stops links of its own level and below."""

    one: str
    other: str
    level: Level = Level.human
    judgement: Judgement | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RejectedLink:
    """A link not followed: for a cannot-link, or (None) held until a human has looked."""

    link: MustLink
    against: CannotLink | None

    @property
    def why(self) -> str:
        """The reason in one line."""
        if self.against is None:
            return "would join two records of one source; decide with: permed link review"
        said = self.against.judgement
        if said is None:
            return f"kept apart: {self.against.one} and {self.against.other} differ"
        return (
            f"kept apart: {said.said_by} judged on {said.date} that"
            f" {said.subject} and {said.object} differ"
        )


@dataclass
class _Cluster:
    members: list[str]
    sources: set[str]
    against: dict[str, CannotLink] = field(default_factory=dict)


@dataclass(frozen=True)
class Partition:
    """Clusters of nodes that are one thing, and the links that were not followed."""

    clusters: list[list[str]]
    rejected: list[RejectedLink]


def partition(
    must_links: Iterable[MustLink],
    cannot_links: Iterable[CannotLink],
    sources: Mapping[str, frozenset[str]] | None = None,
) -> Partition:
    """Join nodes along links.

    `sources` maps records to the sources that hold them: a machine alone does not join two records
    of one source, since a source that lists two has a reason or an error that a human should see.
    """
    clustering = _Clustering(cannot_links, sources or {})
    tried = (clustering.join(link) for link in sorted(set(must_links), key=_strength))
    rejected = [link for link in tried if link is not None]
    return Partition(clustering.clusters(), rejected)


def _strength(link: MustLink) -> tuple[int, float, str, str]:
    one, other = sorted((link.one, link.other))
    return -link.level, -link.order, one, other


class _Clustering:
    """Clusters under way; the smaller one moves into the larger."""

    def __init__(
        self, cannot_links: Iterable[CannotLink], sources: Mapping[str, frozenset[str]]
    ) -> None:
        self._sources = sources
        self._cluster: dict[str, _Cluster] = {}
        for constraint in sorted(cannot_links, key=lambda c: c.level):
            self._of(constraint.one).against[constraint.other] = constraint
            self._of(constraint.other).against[constraint.one] = constraint

    def _of(self, node: str) -> _Cluster:
        if node not in self._cluster:
            self._cluster[node] = _Cluster([node], set(self._sources.get(node, ())))
        return self._cluster[node]

    def join(self, link: MustLink) -> RejectedLink | None:
        one, other = self._of(link.one), self._of(link.other)
        if one is other:
            return None
        against = self._between(one, other, link.level)
        if against is not None:
            return RejectedLink(link, against)
        if link.level is Level.machine and one.sources & other.sources:
            return RejectedLink(link, None)
        self._merge(*sorted((one, other), key=lambda c: len(c.members)))
        return None

    def _between(self, one: _Cluster, other: _Cluster, level: Level) -> CannotLink | None:
        for node, constraint in one.against.items():
            if constraint.level >= level and self._cluster.get(node) is other:
                return constraint
        return None

    def _merge(self, small: _Cluster, large: _Cluster) -> None:
        large.members += small.members
        large.sources |= small.sources
        for node, constraint in small.against.items():
            kept = large.against.setdefault(node, constraint)
            if kept.level < constraint.level:
                large.against[node] = constraint
        for node in small.members:
            self._cluster[node] = large

    def clusters(self) -> list[list[str]]:
        unique = {id(cluster): cluster for cluster in self._cluster.values()}
        return sorted(sorted(cluster.members) for cluster in unique.values())
