"""What a network is made of, in the words of its users: filters, nodes, weights."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from datetime import date
from typing import get_args

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.memberships import Target
from permed.graph.network.projection.project import Counting, Loops, Weight, project
from permed.graph.network.projection.roles import RoleData, from_tables
from permed.graph.releases.release import Release

__all__ = ["COLLABORATION", "FAMILY", "NODES", "Selection", "release_roles"]

FAMILY = ("csa", "partnership", "funding-network", "consortium")
COLLABORATION = ("project", *FAMILY, "initiative", "alliance")
NODES: dict[str, Target] = {
    "organisations": "organisation",
    "countries": "country",
    "regions": "region",
    "funders": "funder",
    "people": "person",
    "topics": "topic",
    "activities": "activity",
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "nodes": tuple(NODES),
    "weight": get_args(Weight),
    "counting": get_args(Counting),
    "loops": get_args(Loops),
}
_FLAGS = {
    "relation": "--relation",
    "role": "--role",
    "programme": "--programme",
    "topic": "--topic",
    "relevance": "--relevance",
    "country": "--country",
    "agent_type": "--type",
}


@dataclass(frozen=True)
class Selection:
    """One network to be made: which roles, which nodes, how edges weigh."""

    scope: Scope = field(default_factory=Scope)
    nodes: str = "organisations"
    weight: Weight = "count"
    minimum: float = 0.0
    rollup: bool = False
    counting: Counting = "presence"
    loops: Loops = "none"

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value not in known:
                raise InputError(f"{name} {value!r} is unknown; choose {', '.join(known)}")
        if not 0 <= self.minimum < float("inf"):
            raise InputError(f"minimum weight {self.minimum} must be a number of 0 or more")

    @property
    def target(self) -> Target:
        """Kind of node, as the projection calls it."""
        return NODES[self.nodes]

    def among(self, kinds: tuple[str, ...], data: RoleData) -> Selection:
        """Return the selection limited to those of the kinds that the data hold, unless it says."""
        if self.scope.relation:
            return self
        present = set(data.roles["activity_kind"].drop_nulls().unique())
        known = tuple(kind for kind in kinds if kind in present)
        return replace(self, scope=replace(self.scope, relation=known))

    def during(self, start: date, end: date) -> Selection:
        """Return the same selection for another period."""
        return self.within(replace(self.scope, start=start, end=end))

    def within(self, scope: Scope) -> Selection:
        """Return the same selection among other roles."""
        return replace(self, scope=scope)

    def network(self, data: RoleData) -> Network:
        """Project the roles."""
        return project(
            data, self.target, self.scope,
            weight=self.weight, minimum=self.minimum, rollup=self.rollup,
            counting=self.counting, loops=self.loops,
        )  # fmt: skip

    def arguments(self) -> str:
        """Return the options that give this selection on the command line."""
        words: list[str] = []
        for name, flag in _FLAGS.items():
            for value in getattr(self.scope, name):
                words += [flag, value]
        words += ["--from", str(self.scope.start)] if self.scope.start else []
        words += ["--to", str(self.scope.end)] if self.scope.end else []
        words += ["--weight", self.weight] if self.weight != "count" else []
        words += ["--min-weight", f"{self.minimum:g}"] if self.minimum else []
        words += ["--rollup"] if self.rollup else []
        words += ["--counting", self.counting] if self.counting != "presence" else []
        words += ["--loops", self.loops] if self.loops != "none" else []
        return shlex.join(words)


def release_roles(release: Release) -> RoleData:
    """Return the roles of a release."""
    return from_tables(release.all_tables())
