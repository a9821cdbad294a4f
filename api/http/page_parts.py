"""What a resource page shows: facts, roles, figures, identifiers, in the order people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

import polars as pl
import pyoxigraph as ox

from api.http.company import Company, company_of
from api.http.directory import Directory
from api.http.linked_data import local_path
from api.http.resources import Resource, text_of
from ontology import PREFIXES

__all__ = ["Fact", "RoleRow", "Value", "View", "grouped", "resource_view", "source_link"]

_MOST_ROLES: Final = 300
_MOST_LETTERS: Final = 60


def _iris(*names: str) -> tuple[str, ...]:
    pairs = (name.split(":", 1) for name in names)
    return tuple(PREFIXES[prefix] + local for prefix, local in pairs)


_HIDDEN: Final = frozenset(
    _iris(
        "rdf:type", "rdfs:label", "skos:prefLabel", "eurio:title", "eurio:legalName", "eurio:name",
        "eurio:hasSite", "eurio:hasAcronym", "eurio:abstract", "pm:identifier", "eurio:identifier",
        "eurio:hasRole", "eurio:hasInvolvedParty", "eurio:isInvolvedIn", "prov:wasDerivedFrom",
        "eurio:isInvolvedPartyOf", "eurio:hasCoordinates", "eurio:hasTotalCost", "skos:definition",
        "pm:startAsStated",
        "pm:endAsStated", "rdfs:comment",
    )
)  # fmt: skip
_FIRST: Final = _iris(
    "pm:acronym", "skos:altLabel", "pm:organisationType", "pm:activityType", "pm:outputType",
    "pm:country", "pm:region", "pm:city", "eurio:startDate", "eurio:endDate", "pm:partOf",
    "foaf:homepage",
)  # fmt: skip
_LINKS: Final = _iris("skos:exactMatch", "skos:closeMatch")
# words for people where the vocabulary's own label is written for programs
_WORDS: Final = dict(
    zip(
        _iris("skos:altLabel", "skos:exactMatch", "skos:closeMatch", "skos:note", "foaf:homepage"),
        ("also called", "same as", "close to", "note", "website"),
        strict=True,
    )
)
_MONEY: Final = frozenset(
    _iris("pm:euContribution", "pm:ecContribution", "pm:netEcContribution", "pm:totalCost")
)
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
    """One role: the other side of it, the kind of role, the period.

    A role without a period of its own shows that of its activity, marked by `whole`.
    """

    other: Value
    role: str
    period: str
    whole: bool = False


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
    company: Company | None
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
        company=company_of(directory, me),
        identifiers=maker.identifiers,
        figures=list(maker.figures()),
        sources=[source_link(s) for s in sorted(set(resource.objects("prov:wasDerivedFrom")))],
    )


class _Maker:
    def __init__(self, resource: Resource, directory: Directory) -> None:
        self._resource, self._directory = resource, directory
        self._nodes: dict[str, list[ox.Triple]] = {}
        for triple in resource.triples:
            self._nodes.setdefault(text_of(triple.subject), []).append(triple)

    def types(self) -> list[str]:
        names = [n for n in self._resource.objects("rdf:type") if n != f"{_PM}Activity"]
        return sorted({self._label(n) for n in names})

    def facts(self) -> Iterator[Fact]:
        stated: dict[str, list[Value]] = {}
        linked = {v.href for v in self.identifiers}
        for triple in self._resource.own:
            known = triple.predicate.value in _LINKS and text_of(triple.object) in linked
            if triple.predicate.value not in _HIDDEN and not known:
                stated.setdefault(triple.predicate.value, []).append(self._fact(triple))
        first = [p for p in _FIRST if p in stated]
        for predicate in [*first, *sorted(p for p in stated if p not in first)]:
            yield Fact(self._label(predicate), predicate, stated[predicate])

    @cached_property
    def identifiers(self) -> list[Value]:
        matches = [t.object for t in self._resource.own if t.predicate.value in _LINKS]
        links = {m.value.rsplit("/", 1)[-1]: m.value for m in matches if hasattr(m, "value")}
        found = []
        for node in self._resource.objects("pm:identifier"):
            values = self._of(node)
            scheme = self._label(values.get(f"{_PM}identifierScheme", ""))
            value = values.get(PREFIXES["skos"] + "notation", "")
            found.append(Value(value, links.get(value), scheme))
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
            told = " · ".join(p for p in (_host(source), when) if p)
            yield Fact(label, node, [Value(f"{grouped(said)} {unit}".strip(), source, told)])

    def roles(self, rows: pl.DataFrame, other: str) -> list[RoleRow]:
        distinct = rows.unique([other, "role", "start", "end"])
        ordered = distinct.sort("start", other, descending=[True, False], nulls_last=True)
        return [
            RoleRow(
                self._thing(row[other]),
                self._directory.label(row["role"]),
                *self._period(row),
            )
            for row in ordered.head(_MOST_ROLES).iter_rows(named=True)
        ]

    def _period(self, row: dict[str, str | None]) -> tuple[str, bool]:
        """Return the role's own period or, where it has none, that of its activity."""
        if own := period(row["start"], row["end"]):
            return own, False
        whole = period(*self._directory.periods.get(row["activity"] or "", (None, None)))
        return whole, bool(whole)

    def _thing(self, thing: str) -> Value:
        return Value(
            self._directory.label(thing), local_path(self._directory.iri(thing), self._base)
        )

    @property
    def _base(self) -> str:
        return self._directory.base

    def _of(self, node: str) -> dict[str, str]:
        triples = self._nodes.get(node, [])
        return {t.predicate.value: text_of(t.object) for t in triples}

    def _label(self, iri: str) -> str:
        known = _WORDS.get(iri) or self._resource.labels.get(iri)
        label = known or self._directory.label_of_iri(iri)
        return label or iri.replace("#", "/").rsplit("/", 1)[-1]

    def _fact(self, triple: ox.Triple) -> Value:
        value = self._value(triple.object)
        if triple.predicate.value in _MONEY:
            return Value(f"{grouped(value.text)} EUR")
        return value

    def _value(self, term: object) -> Value:
        if isinstance(term, ox.Literal):
            return Value(term.value, None, term.language or "")
        iri = text_of(term)
        local = local_path(iri, self._base)
        if local is None:
            return Value(
                self._resource.labels.get(iri, iri), iri if iri.startswith("http") else None
            )
        amount = self._of(iri).get(f"{_EURIO}value")
        return Value(f"{grouped(amount)} EUR" if amount else self._label(iri), local)


def period(start: str | None, end: str | None) -> str:
    """Write a period as briefly as its days allow: 2016-01-01 to 2019-12-31 is 2016 to 2019."""
    first = (start or "").removesuffix("-01").removesuffix("-01")
    last = (end or "").removesuffix("-12-31")
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


def grouped(figure: str) -> str:
    """Part the thousands of a number with narrow spaces; other text stays as it is."""
    if not re.fullmatch(r"\d+(\.\d+)?", figure):
        return figure
    whole, point, rest = figure.partition(".")
    return f"{int(whole):,}".replace(",", "\u202f") + point + rest


def _host(url: str | None) -> str:
    return urlsplit(url or "").netloc.removeprefix("www.")


def source_link(url: str) -> Value:
    """Return a link to a page, shown without what every address has and cut where it is long."""
    text = url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    cut = text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
    return Value(cut, url if url.startswith("http") else None)
