"""What a network is made of, in the words of its users: filters, nodes, weights."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.backbone.extraction import backbone
from permed.graph.network.core.network import Network
from permed.graph.network.neighbourhood.ego import MOST_STEPS, ego
from permed.graph.network.projection.filters import Scope, first_of, last_of
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.options import (
    NODES,
    OPTIONS,
    Counting,
    Loops,
    NetworkOption,
    Target,
    Weight,
)
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.roles_from_tables import from_tables
from permed.graph.releases.release import Release
from permed.graph.tables.country_names import country_spelt

__all__ = ["COLLABORATION", "FAMILY", "Selection", "release_roles", "selection_of"]

FAMILY = ("csa", "partnership", "funding-network", "consortium")
COLLABORATION = ("project", *FAMILY, "initiative", "alliance")


@dataclass(frozen=True)
class Selection:
    """One network to be made: which roles, which nodes, how edges weigh."""

    scope: Scope = field(default_factory=Scope)
    nodes: str = "organisations"
    weight: Weight = "count"
    minimum: float = 0.0
    rollup: bool = False
    backbone: str = "none"
    level: float = 0.05
    around: str | None = None
    steps: float = 1.0
    counting: Counting = "presence"
    loops: Loops = "none"

    def __post_init__(self) -> None:
        for option in OPTIONS.values():
            if option.kind == "choice" and getattr(self, option.field) not in option.choices:
                value, known = getattr(self, option.field), ", ".join(option.choices)
                raise InputError(f"{option.name} {value!r} is unknown; choose {known}")
        if not 0 <= self.minimum < float("inf"):
            raise InputError(f"minimum weight {self.minimum} must be a number of 0 or more")
        if not 0 < self.level <= 1:
            raise InputError(f"level {self.level:g}: give a rate between 0 and 1, e.g. 0.05")
        if self.steps not in range(1, MOST_STEPS + 1):
            raise InputError(f"steps {self.steps:g}: give 1 to {MOST_STEPS}")

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
        """Project the roles; keep of it the backbone, and what lies around one node, if asked."""
        whole = project(
            data, self.target, self.scope,
            weight=self.weight, minimum=self.minimum, rollup=self.rollup,
            counting=self.counting, loops=self.loops,
        )  # fmt: skip
        return self.reduced(whole, data.names)

    def reduced(self, whole: Network, names: pl.DataFrame | None = None) -> Network:
        """Return the backbone of a network and what lies around one node, if asked for."""
        if self.backbone != "none":
            whole = backbone(whole, self.backbone, self.level)  # type: ignore[arg-type]  # checked
        if self.around is None or not whole.size:
            return whole
        return ego(whole, find_node(whole, self.around, names), int(self.steps))

    def arguments(self) -> str:
        """Return the options that give this selection on the command line."""
        said = {option.field: option for option in OPTIONS.values()}  # the last name of a field
        words = [word for option in said.values() for word in self._words(option)]
        return shlex.join(words)

    def _words(self, option: NetworkOption) -> list[str]:
        value = getattr(self.scope if option.is_filter else self, option.field)
        if value in (None, (), option.default):
            return []
        if option.kind == "flag":
            return [f"--{option.name}"]
        values = value if option.kind == "texts" else (value,)
        return [w for v in values for w in (f"--{option.name}", _written(v))]


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def selection_of(
    said: Mapping[str, Any], prefix: str = "", *, own_words: bool = False
) -> Selection:
    """Return the selection that options name by their keys (`OPTIONS`); null is not said.

    prefix: what stands before a name in errors, e.g. `--`. own_words: countries are as a file of
    one's own writes them; a release has codes, which every name of a country stands for. InputError
    for a value that cannot be used.
    """
    as_written = _in_capitals if own_words else _country_code
    filters: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for key, option in OPTIONS.items():
        value = said.get(key)
        if value is None:
            continue
        if option.kind == "texts":
            spelt = as_written if option.field in ("country", "of") else str
            filters[option.field] = (*filters.get(option.field, ()), *map(spelt, value))
        elif option.kind == "day":
            read = first_of if option.field == "start" else last_of
            filters[option.field] = read(value, f"{prefix}{option.name}")
        else:
            others[option.field] = float(value) if option.kind == "number" else value
    return Selection(Scope(**filters), **others)


def _in_capitals(text: str) -> str:
    return text.upper() if len(text) == 2 else text


def _country_code(text: str) -> str:
    return country_spelt(text) or _in_capitals(text)


def release_roles(release: Release) -> RoleData:
    """Return the roles of a release."""
    return from_tables(release.all_tables())
