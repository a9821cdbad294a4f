"""What a resource page shows: facts, roles, figures, identifiers, in the order people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl
import pyoxigraph as ox

from api.http.directory import Directory
from api.http.linked_data import local_path
from api.http.resources import Resource
from ontology import PREFIXES

__all__ = ["Fact", "RoleRow", "View", "resource_view"]

_MOST_ROLES: Final = 300


def _iris(*names: str) -> tuple[str, ...]:
    pairs = (name.split(":", 1) for name in names)
    return tuple(PREFIXES[prefix] + local for prefix, local in pairs)


_HIDDEN: Final = frozenset(
    _iris(
        "rdf:type", "rdfs:label", "skos:prefLabel", "eurio:title", "eurio:legalName", "eurio:name",
        "eurio:hasSite", "eurio:hasAcronym", "eurio:abstract", "pm:identifier", "eurio:identifier",
        "eurio:hasRole", "eurio:hasInvolvedParty", "eurio:isInvolvedIn", "prov:wasDerivedFrom",
        "eurio:isInvolvedPartyOf", "eurio:hasCoordinates", "skos:definition", "pm:startAsStated",
        "pm:endAsStated", "rdfs:comment",
    )
)  # fmt: skip
_FIRST: Final = _iris(
    "pm:acronym", "skos:altLabel", "pm:organisationType", "pm:activityType", "pm:outputType",
    "pm:country", "pm:region", "pm:city", "eurio:startDate", "eurio:endDate", "pm:partOf",
    "foaf:homepage",
)  # fmt: skip
_TEXTS: Final = ("eurio:abstract", "skos:definition", "rdfs:comment")
_PM: Final = str(PREFIXES["pm"])
_EURIO: Final = str(PREFIXES["eurio"])


@dataclass(frozen=True)
class Value:
    """A value on a page: its text, where it leads, its language or unit."""

    text: str
    href: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """A property with its values."""

    label: str
    iri: str
    values: list[Value]


@dataclass(frozen=True)
class RoleRow:
    """One role: the other side of it, the kind of role, the period."""

    other: Value
    role: str
    period: str


@dataclass(frozen=True)
class View:
    """Everything on the page."""

    iri: str
    label: str
    types: list[str]
    text: str
    facts: list[Fact]
    takes_part: list[RoleRow]
    members: list[RoleRow]
    roles_in_all: int
    identifiers: list[Value]
    figures: list[Fact]
    sources: list[Value]


def resource_view(resource: Resource, directory: Directory) -> View:
    """Arrange a resource for reading; roles come from the directory, the rest from its triples."""
    maker = _Maker(resource, directory)
    me = directory.id_of(resource.iri) or resource.iri
    as_agent = directory.roles.filter(pl.col("agent") == me)
    as_activity = directory.roles.filter(pl.col("activity") == me)
    return View(
        iri=resource.iri,
        label=resource.label,
        types=maker.types(),
        text=next((t for p in _TEXTS for t in resource.objects(p)), ""),
        facts=list(maker.facts()),
        takes_part=maker.roles(as_agent, "activity"),
        members=maker.roles(as_activity, "agent"),
        roles_in_all=as_agent.height + as_activity.height,
        identifiers=maker.identifiers(),
        figures=list(maker.figures()),
        sources=[Value(s, s) for s in sorted(set(resource.objects("prov:wasDerivedFrom")))],
    )


class _Maker:
    def __init__(self, resource: Resource, directory: Directory) -> None:
        self._resource, self._directory = resource, directory
        self._nodes: dict[str, list[ox.Triple]] = {}
        for triple in resource.triples:
            self._nodes.setdefault(str(getattr(triple.subject, "value", "")), []).append(triple)

    def types(self) -> list[str]:
        names = [n for n in self._resource.objects("rdf:type") if n != f"{_PM}Activity"]
        return sorted({self._label(n) for n in names})

    def facts(self) -> Iterator[Fact]:
        grouped: dict[str, list[Value]] = {}
        for triple in self._resource.own:
            if triple.predicate.value not in _HIDDEN:
                grouped.setdefault(triple.predicate.value, []).append(self._value(triple.object))
        first = [p for p in _FIRST if p in grouped]
        for predicate in [*first, *sorted(p for p in grouped if p not in first)]:
            yield Fact(self._label(predicate), predicate, grouped[predicate])

    def identifiers(self) -> list[Value]:
        found = []
        for node in self._resource.objects("pm:identifier"):
            values = self._of(node)
            scheme = values.get(f"{_PM}identifierScheme", "").rsplit("/", 1)[-1]
            found.append(Value(values.get(PREFIXES["skos"] + "notation", ""), None, scheme))
        return sorted(found, key=lambda v: (v.note, v.text))

    def figures(self) -> Iterator[Fact]:
        for node in sorted(self._nodes):
            values = self._of(node)
            if values.get(f"{_PM}figureOf") != self._resource.iri:
                continue
            names = ("value", "dateValue", "textValue")
            said = next((values[f"{_PM}{n}"] for n in names if f"{_PM}{n}" in values), "")
            unit = values.get(f"{_PM}unit", "")
            when = values.get(f"{_PM}asOfAsStated") or values.get(f"{_PM}asOf", "")
            source = values.get(PREFIXES["prov"] + "wasDerivedFrom")
            label = self._label(values.get(f"{_PM}indicator", "figure"))
            yield Fact(label, node, [Value(f"{said} {unit}".strip(), source, when)])

    def roles(self, rows: pl.DataFrame, other: str) -> list[RoleRow]:
        distinct = rows.unique([other, "role", "start", "end"])
        ordered = distinct.sort("start", other, descending=[True, False], nulls_last=True)
        return [
            RoleRow(
                self._thing(row[other]),
                self._directory.label(row["role"]),
                " to ".join(d for d in (row["start"], row["end"]) if d),
            )
            for row in ordered.head(_MOST_ROLES).iter_rows(named=True)
        ]

    def _thing(self, thing: str) -> Value:
        return Value(
            self._directory.label(thing), local_path(self._directory.iri(thing), self._base)
        )

    @property
    def _base(self) -> str:
        return self._directory.base

    def _of(self, node: str) -> dict[str, str]:
        triples = self._nodes.get(node, [])
        return {t.predicate.value: str(getattr(t.object, "value", "")) for t in triples}

    def _label(self, iri: str) -> str:
        label = self._resource.labels.get(iri) or self._directory.label_of_iri(iri)
        return label or iri.replace("#", "/").rsplit("/", 1)[-1]

    def _value(self, term: object) -> Value:
        if isinstance(term, ox.Literal):
            return Value(term.value, None, term.language or "")
        iri = str(getattr(term, "value", ""))
        local = local_path(iri, self._base)
        if local is None:
            return Value(
                self._resource.labels.get(iri, iri), iri if iri.startswith("http") else None
            )
        amount = self._of(iri).get(f"{_EURIO}value")
        return Value(f"{amount} EUR" if amount else self._label(iri), local)
