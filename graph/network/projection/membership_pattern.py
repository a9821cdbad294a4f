"""Memberships as SPARQL: the pattern that binds each node to the events in which it takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl
import pyoxigraph as ox

from permed.graph.counting.rule import SPEAKERS
from permed.graph.network.projection.filters import topic_ids
from permed.graph.network.projection.memberships import FUNDER_ROLES, FUNDER_TYPES
from permed.graph.network.projection.selection import Selection
from permed.ontology import concept_iri, expand

__all__ = ["MembershipPattern", "block", "indented", "union"]

_DAY: Final = ox.NamedNode(expand("xsd:date"))
_HUMAN: Final = "BIND(true AS ?human)"
_STRONGER: Final = {"core": (), "related": ("core",), "none": ("core", "related")}
_ORGANISATIONS: Final = ("organisation", "funder")
# node, joint event and counted member of each kind of network, as variables of a role's pattern
_VARIABLES: Final = {
    "topic": ("topic", "activity", "activity"),
    "activity": ("activity", "unit", "unit"),
    "country": ("country", "activity", "unit"),
    "region": ("region", "activity", "unit"),
}


class MembershipPattern:
    """Which node takes part in which event: the pattern of roles that pass the filters."""

    def __init__(self, selection: Selection, base: str, topics: pl.DataFrame) -> None:
        self._selection, self._scope, self._base = selection, selection.scope, base
        self._topics = topics
        self._to = selection.target
        found = _VARIABLES.get(self._to, ("unit", "activity", "unit"))
        node, event, member = ("whole" if selection.rollup and v == "unit" else v for v in found)
        self.variables = node, event, member
        # how many members a node has in an event matters, not only whether it has any
        self.counts_members = selection.counting == "members" or selection.loops == "within"

    def node_iri(self, node: str) -> str:
        """Return a node as it stands in a query."""
        return str(ox.NamedNode(_topic(node) if self._to == "topic" else self._iri(node)))

    def _iri(self, thing: str) -> str:
        return f"{self._base}id/{thing}"

    def pattern(self) -> list[str]:
        """Return the lines that bind node, event and member."""
        return [*self._activity(), *self._role(""), *self._node(), *self._counted()]

    # -- which activities ----------------------------------------------------------------------

    def _activity(self) -> Iterator[str]:
        scope = self._scope
        if scope.relation:
            kinds = (concept_iri("activity-type", code) for code in scope.relation)
            yield _one_of("?activity pm:activityType ?kind", kinds)
        if scope.programme:
            yield _one_of("?activity pm:programme ?programme", map(self._iri, scope.programme))
        if scope.relevance:
            yield from self._relevance()
        if scope.topic:
            about = map(_topic, topic_ids(self._topics, scope.topic))
            yield "{ SELECT DISTINCT ?activity WHERE {"
            yield f"  {_one_of('?activity pm:topic ?about', about)}"
            yield "} }"
        if self._to == "topic":
            yield "?activity pm:topic ?topic ."
            yield f'FILTER(!STRSTARTS(STR(?topic), "{concept_iri("pm-relevance", "")}"))'
        if scope.of:
            yield from block(self._of())

    def _relevance(self) -> Iterator[str]:
        """The strongest of an activity's judgements counts."""
        ways = []
        for word in self._scope.relevance:
            stronger = " ".join(
                f"FILTER NOT EXISTS {{ ?activity pm:relevance {_concept('pm-relevance', more)} }}"
                for more in _STRONGER[word]
            )
            ways.append(f"{{ ?activity pm:relevance {_concept('pm-relevance', word)} {stronger} }}")
        yield " UNION ".join(ways)

    def _of(self) -> list[str]:
        """Activities in which one of them takes part, with a role that passes the filters."""
        places = [f"country/{w}" for w in self._scope.of if len(w) == 2]
        agents = [self._iri(w) for w in self._scope.of if len(w) != 2]
        ways = []
        if places:
            ways += [[*self._place("country", "O"), _values("countryO", map(self._iri, places))]]
        if agents:
            ways += [[_values("unitO", agents), "?agentO pm:countingUnit ?unitO ."],
                     [_values("topO", agents), "?agentO pm:countingUnit ?partO .",
                      "?partO pm:parentOrganisation+ ?topO .",
                      "FILTER NOT EXISTS { ?topO pm:parentOrganisation ?aboveO }"],
                     [_values("agentO", agents)]]  # fmt: skip
        return [
            "SELECT DISTINCT ?activity WHERE {",
            *indented([*self._role("O"), *union(ways)]),
            "}",
        ]

    # -- which roles ---------------------------------------------------------------------------

    def _role(self, v: str) -> Iterator[str]:
        """A role, the unit as which its holder counts, and the filters on both."""
        scope = self._scope
        yield f"?role{v} pm:roleOf ?agent{v} ; pm:roleIn ?activity ; pm:roleType ?type{v} ."
        if scope.role:
            yield _values(f"type{v}", (concept_iri("role", code) for code in scope.role))
        if v == "" and self._to in _ORGANISATIONS:
            yield "?agent pm:countingUnit ?unit ."
        elif v == "" and self._to not in ("country", "region"):
            yield from self._unit()
        if scope.agent_type:
            types = (concept_iri("organisation-type", code) for code in scope.agent_type)
            yield _one_of(f"?agent{v} pm:countingUnit/pm:organisationType ?sort{v}", types)
        if scope.country:
            yield from self._place("country", v)
            yield _values(f"country{v}", (self._iri(f"country/{c}") for c in scope.country))
        if scope.start or scope.end:
            yield from self._period(v)

    def _unit(self) -> Iterator[str]:
        """As what a holder counts: an organisation as its unit, all others as themselves."""
        mine = "BIND(?agent AS ?unit)"
        yield from union([
            ["?agent pm:countingUnit ?unit"], [f"?agent a eurio:Person {mine} {_HUMAN}"],
            [f"?agent a pm:Country {mine}"], [f"?agent a pm:Region {mine}"],
        ])  # fmt: skip

    def _place(self, kind: str, v: str) -> Iterator[str]:
        """Country or region: of an organisation, of a person's employer, or the holder itself."""
        own = "pm:countsFor" if kind == "country" else "pm:region"
        mine = f"BIND(?agent{v} AS ?unit{v})"
        ways = [
            f"?agent{v} pm:countingUnit ?unit{v} . ?unit{v} {own} ?{kind}{v}",
            f"?agent{v} a eurio:Person . ?role{v} pm:atOrganisation/{own} ?{kind}{v} "
            f"{mine} {_HUMAN}",
            f"?agent{v} a pm:{kind.capitalize()} BIND(?agent{v} AS ?{kind}{v}) {mine}",
        ]
        if kind == "country":
            ways.append(f"?agent{v} a pm:Region ; pm:country ?country{v} {mine}")
        yield from union([way] for way in ways)

    def _period(self, v: str) -> Iterator[str]:
        """A role's own period, else when it was seen, else the period of its activity."""
        for thing, term, name in ((f"role{v}", "eurio:startDate", "begun"),
                                  (f"role{v}", "eurio:endDate", "ended"),
                                  (f"role{v}", "pm:attestedFrom", "seenFrom"),
                                  (f"role{v}", "pm:attestedUntil", "seenUntil"),
                                  ("activity", "eurio:startDate", "first"),
                                  ("activity", "eurio:endDate", "last")):  # fmt: skip
            yield f"OPTIONAL {{ ?{thing} {term} ?{name}{v} }}"
        own = f"BOUND(?begun{v}) || BOUND(?ended{v}) || !BOUND(?seenFrom{v})"
        yield f"BIND(IF({own}, COALESCE(?begun{v}, ?first{v}), ?seenFrom{v}) AS ?from{v})"
        yield f"BIND(IF({own}, COALESCE(?ended{v}, ?last{v}), ?seenUntil{v}) AS ?until{v})"
        yield f"FILTER(BOUND(?from{v}) || BOUND(?until{v}))"
        if start := self._scope.start:
            yield f"FILTER(!BOUND(?until{v}) || ?until{v} >= {_day(start.isoformat())})"
        if end := self._scope.end:
            yield f"FILTER(!BOUND(?from{v}) || ?from{v} <= {_day(end.isoformat())})"

    # -- which nodes ---------------------------------------------------------------------------

    def _node(self) -> Iterator[str]:
        to = self._to
        if to == "person":
            yield "?agent a eurio:Person ."
        if to == "funder":
            types = ", ".join(_concept("organisation-type", code) for code in FUNDER_TYPES)
            roles = ", ".join(_concept("role", code) for code in FUNDER_ROLES)
            yield "OPTIONAL { ?unit pm:organisationType ?body }"
            yield f"FILTER(?type IN ({roles}) || ?body IN ({types}))"
        if to == "region" or (to == "country" and not self._scope.country):
            yield from self._place(to, "")
        if self._selection.rollup:
            yield "?unit pm:parentOrganisation* ?whole ."
            yield "FILTER NOT EXISTS { ?whole pm:parentOrganisation ?above }"

    def _counted(self) -> Iterator[str]:
        """Who only stands for another in the same activity does not count (docs/counting.md)."""
        if self._to in ("person", "topic"):
            return
        speakers = ", ".join(_concept("role", code) for code in SPEAKERS)
        others = [*self._activity(), *self._role("S"), f"FILTER(?typeS NOT IN ({speakers}))",
                  "MINUS { ?agentS a eurio:Person }"]  # fmt: skip
        speaks = f"?type IN ({speakers})"
        if self._to not in _ORGANISATIONS:
            speaks = f"(BOUND(?human) || {speaks})"
        yield "OPTIONAL { SELECT DISTINCT ?activity (true AS ?others) WHERE {"
        yield from indented(others)
        yield "} }"
        yield f"FILTER(!BOUND(?others) || !({speaks}))"
        if self._to == "activity" or self.counts_members:
            yield "OPTIONAL { SELECT DISTINCT ?activity ?agent (true AS ?held) WHERE {"
            yield from indented(
                [*others, "?agentS pm:countingUnit/(pm:countsFor|pm:region) ?agent ."]
            )
            yield "} }"
            yield "FILTER(!BOUND(?held))"


def _concept(scheme: str, code: str) -> str:
    return str(ox.NamedNode(concept_iri(scheme, code)))


def _topic(topic: str) -> str:
    return expand("scheme:") + topic


def _day(text: str) -> str:
    return str(ox.Literal(text, datatype=_DAY)).replace(f"^^{_DAY}", "^^xsd:date")


def _values(name: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{name} {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }}"


def _one_of(pattern: str, iris: Iterable[str]) -> str:
    """A pattern whose object, a variable, is one of these."""
    name = pattern.rsplit("?", 1)[-1]
    return f"{pattern} . {_values(name, iris)}"


def union(ways: Iterable[Iterable[str]]) -> list[str]:
    """Return the alternatives, a line each where one is enough, with UNION between them."""
    found: list[str] = []
    for way in map(list, ways):
        group = [f"{{ {way[0]} }}"] if len(way) == 1 else block(way)
        found += ["UNION", *group] if found else group
    return found


def block(lines: Iterable[str]) -> list[str]:
    """Return lines in braces."""
    return ["{", *indented(lines), "}"]


def indented(lines: Iterable[str]) -> list[str]:
    """Return lines, two blanks further in."""
    return [f"  {line}" for line in lines]
