"""The SPARQL query of a selection: its ties, asked of the graph and not of the record tables.

A query counts as `project` does, through what the build writes of the counting rule
(`pm:countingUnit`, `pm:countsFor`). What SPARQL 1.1 has no words for is left out and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.graph.network.projection.membership_pattern import (
    MembershipPattern,
    block,
    indented,
    union,
)
from permed.graph.network.projection.selection import Selection
from permed.ontology import PREFIXES

__all__ = ["SelectionQuery", "selection_query"]

_PREFIXED: Final = ("pm", "eurio", "rdfs", "skos", "xsd")


@dataclass(frozen=True)
class SelectionQuery:
    """text: gives ?one, ?other and ?weight of every tie. left_out: what it does not say, or ""."""

    text: str
    left_out: str


def selection_query(
    selection: Selection, base: str, topics: pl.DataFrame, around: str | None = None
) -> SelectionQuery:
    """Return the query of a selection; its values must be known to the release.

    base: that of the release (its things are `{base}id/...`). topics: those that it knows
    (`TOPIC_SCHEMA`). around: id of the node that `selection.around` names.
    """
    ties = _Ties(selection, MembershipPattern(selection, base, topics))
    text = "\n".join(
        [*(f"PREFIX {name}: <{PREFIXES[name]}>" for name in _PREFIXED), "", *ties.whole(around)]
    )
    return SelectionQuery(text + "\n", "; ".join(_left_out(selection)))


def _left_out(selection: Selection) -> Iterator[str]:
    if selection.backbone != "none":
        yield "it gives the ties before the test of the backbone"
    if not _sayable(selection):
        yield f"its weight is the number of joint activities, not {selection.weight}"


def _sayable(selection: Selection) -> bool:
    """Whether SPARQL 1.1 can weigh so: it has no lengths of time, the graph no money of parts."""
    scope = selection.scope
    some = scope.role or scope.country or scope.agent_type or scope.start or scope.end
    if selection.weight == "money":
        return not some and selection.target != "activity"
    return selection.weight != "duration"


class _Ties:
    """Pairs of nodes with their weight."""

    def __init__(self, selection: Selection, memberships: MembershipPattern) -> None:
        self._selection, self._memberships = selection, memberships
        self._weight = selection.weight if _sayable(selection) else "count"
        self._minimum = selection.minimum if _sayable(selection) else 0.0
        self._inside = selection.loops != "none"

    def whole(self, around: str | None) -> list[str]:
        """Each pair once; with `around`, those among a node and what lies around it."""
        order = "<=" if self._inside else "<"
        more = [f"FILTER(STR(?one) {order} STR(?other))"]
        if around is not None:
            for end in ("one", "other"):
                near = self._near(
                    end, self._memberships.node_iri(around), int(self._selection.steps)
                )
                more += block(near)
        return self._pairs("one", "other", more)

    def _near(self, end: str, centre: str, steps: int) -> list[str]:
        """Nodes within so many steps of a node, the node itself among them."""
        if steps == 0:
            return [f"VALUES ?{end} {{ {centre} }}"]
        before = f"{end}{steps - 1}"
        ties = self._pairs(before, end, [*block(self._near(before, centre, steps - 1))])
        ways = union([self._near(end, centre, steps - 1), ties])
        return [f"SELECT DISTINCT ?{end} WHERE {{", *indented(ways), "}"]

    def _pairs(self, one: str, other: str, more: Iterable[str]) -> list[str]:
        inner = [*block(self._membership(one, "n")), *block(self._membership(other, "m"))]
        if self._weight != "count":
            inner += block(self._sizes())
        if self._weight == "money":
            inner.append("?event pm:contributionCounted ?euro .")
        if not self._inside:
            inner.append(f"FILTER(?{one} != ?{other})")
        weight = f"SUM({self._share(one, other)})"
        having = ""
        if self._minimum:
            having = f" HAVING({weight} >= {self._minimum:f})"
        elif self._weight == "money" or self._selection.loops == "within":
            having = f" HAVING({weight} > 0)"
        head = f"SELECT ?{one} ?{other} ({weight} AS ?weight) WHERE {{"
        return [head, *indented([*inner, *more]), f"}} GROUP BY ?{one} ?{other}{having}"]

    def _membership(self, end: str, number: str) -> list[str]:
        node, event, member = self._memberships.variables
        names = f"(?{node} AS ?{end}) (?{event} AS ?event)"
        if self._memberships.counts_members:
            head = f"SELECT {names} (COUNT(DISTINCT ?{member}) AS ?{number}) WHERE {{"
            return [head, *indented(self._memberships.pattern()), f"}} GROUP BY ?{node} ?{event}"]
        return [f"SELECT DISTINCT {names} WHERE {{", *indented(self._memberships.pattern()), "}"]

    def _sizes(self) -> list[str]:
        """How many nodes, or members, are in an event."""
        node, event, member = self._memberships.variables
        pattern = self._memberships.pattern()
        if self._selection.counting == "members":
            head = f"SELECT (?{event} AS ?event) (COUNT(DISTINCT ?{member}) AS ?n) WHERE {{"
            counted = [head, *indented(pattern), f"}} GROUP BY ?{node} ?{event}"]
            summed = ["SELECT ?event (SUM(?n) AS ?size) WHERE {", *indented(block(counted))]
            return [*summed, "} GROUP BY ?event HAVING(SUM(?n) > 1)"]
        number = f"COUNT(DISTINCT ?{node})"
        head = f"SELECT (?{event} AS ?event) ({number} AS ?size) WHERE {{"
        return [head, *indented(pattern), f"}} GROUP BY ?{event} HAVING({number} > 1)"]

    def _share(self, one: str, other: str) -> str:
        """What one joint event adds to the weight of a tie."""
        share, loops = "1", self._selection.loops
        if self._selection.counting == "members":
            share = "?n * ?m"
            if loops == "within":
                share = f"IF(?{one} = ?{other}, ?n * (?n - 1) / 2, ?n * ?m)"
        elif loops == "within":
            share = f"IF(?{one} = ?{other} && ?n < 2, 0, 1)"
        if self._weight == "fractional":
            return f"({share}) / (?size - 1)"
        if self._weight == "money":
            return f"({share}) * ?euro / (?size * (?size - 1) / 2)"
        return share
