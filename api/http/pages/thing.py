"""What a resource page shows: facts, roles, figures, identifiers, in the order people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from permed.api.http.linked_data.resource import Resource, text_of
from permed.api.http.linked_data.routes import local_path
from permed.api.http.pages.figures import Reported, reported
from permed.api.http.pages.neighbourhood import Neighbourhood, neighbourhood_of
from permed.api.http.pages.roles import Roles, role_rows
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS, Kind
from permed.api.text.names import name_of, place_of, shortened
from permed.api.text.wording import day, grouped, period
from permed.ontology import PREFIXES

__all__ = ["Fact", "ThingPage", "Value", "source_link", "thing_page"]

_MOST_LETTERS: Final = 60


def _iris(*names: str) -> tuple[str, ...]:
    pairs = (name.split(":", 1) for name in names)
    return tuple(PREFIXES[prefix] + local for prefix, local in pairs)


# told elsewhere on the page, twice in the data, or made for programs
_HIDDEN: Final = frozenset(
    _iris(
        "rdf:type", "rdfs:label", "skos:prefLabel", "eurio:title", "eurio:legalName", "eurio:name",
        "eurio:hasSite", "eurio:hasAcronym", "eurio:abstract", "pm:identifier", "eurio:identifier",
        "eurio:hasRole", "eurio:hasInvolvedParty", "eurio:isInvolvedIn", "prov:wasDerivedFrom",
        "eurio:isInvolvedPartyOf", "eurio:hasCoordinates", "eurio:hasTotalCost", "skos:definition",
        "pm:startAsStated", "pm:endAsStated", "pm:publishedAsStated", "rdfs:comment",
        "eurio:vatNumber", "eurio:familyName", "eurio:givenName", "eurio:publishedYear",
        "eurio:hasEuroSciVocClassification", "pm:activityType", "eurio:url", "eurio:rcn",
        "eurio:isAcronymOf", "eurio:isResultOf",
    )
)  # fmt: skip
_FIRST: Final = _iris(
    "pm:acronym", "skos:altLabel", "pm:organisationType", "pm:activityType", "pm:outputType",
    "pm:country", "pm:region", "pm:city", "eurio:startDate", "eurio:endDate", "pm:partOf",
    "pm:programme", "pm:grantTopic", "eurio:isFundedBy", "pm:euContribution", "pm:totalCost",
    "eurio:projectStatus", "pm:status", "pm:relevance", "pm:topic", "foaf:homepage",
)  # fmt: skip
_LINKS: Final = _iris("skos:exactMatch", "skos:closeMatch")
# words for people where the vocabulary's own label is written for programs
_WORDS: Final = dict(
    zip(
        _iris(
            "skos:altLabel", "skos:exactMatch", "skos:closeMatch", "skos:note", "foaf:homepage",
            "foaf:page", "skos:notation", "pm:relevance", "pm:topic", "eurio:isFundedBy",
            "eurio:hasResult", "pm:resultOf", "eurio:projectStatus", "skos:relatedMatch",
            "skos:broader", "skos:narrower", "skos:inScheme", "skos:topConceptOf", "eurio:doi",
        ),
        (
            "also called", "same as", "close to", "note", "website",
            "page", "code", "relevance to personalised medicine", "topics", "grant",
            "results", "result of", "status", "related to",
            "broader", "narrower", "scheme", "top term of", "DOI",
        ),
        strict=True,
    )
)  # fmt: skip
_MONEY: Final = frozenset(
    _iris(
        "pm:euContribution",
        "pm:contributionCounted",
        "pm:ecContribution",
        "pm:netEcContribution",
        "pm:totalCost",
    )
)
# a day that the source gave less precisely: shown as it was stated
_STATED: Final = dict(
    zip(
        _iris("eurio:startDate", "eurio:endDate", "pm:published"),
        ("pm:startAsStated", "pm:endAsStated", "pm:publishedAsStated"),
        strict=True,
    )
)
_TEXTS: Final = ("eurio:abstract", "skos:definition", "rdfs:comment")
_PM: Final = str(PREFIXES["pm"])
_EURIO: Final = str(PREFIXES["eurio"])
_DATE: Final = PREFIXES["xsd"] + "date"
_CONTINENT: Final = f"{_PM}continent"
_CONTINENTS: Final = {
    "AF": "Africa", "AN": "Antarctica", "AS": "Asia", "EU": "Europe", "NA": "North America",
    "OC": "Oceania", "SA": "South America",
}  # fmt: skip
# what everything of a kind is: a badge only where nothing tells more
_GENERAL: Final = _iris(
    "pm:Activity", "pm:Agent", "pm:Output", "eurio:AdministrativeArea", "eurio:Result"
)
_STATUS: Final = f"{_EURIO}projectStatus"
_CITY: Final = f"{_PM}city"
_RELEVANCE: Final = f"{_PM}relevance"


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
class ThingPage:
    """Everything on the page; `subtitle` is what tells it from its namesakes."""

    id: str
    iri: str
    label: str
    kind: Kind | None
    subtitle: str
    types: list[str]
    text: str
    facts: list[Fact]
    takes_part: Roles
    members: Roles
    neighbourhood: Neighbourhood | None
    identifiers: list[Value]
    figures: list[Reported]
    sources: list[Value]


def thing_page(resource: Resource, directory: Directory) -> ThingPage:
    """Arrange a resource for reading; roles come from the directory, the rest from its triples."""
    maker = _Maker(resource, directory)
    me = directory.id_of(resource.iri) or resource.iri
    as_agent = directory.rows("roles", "agent", me)
    as_activity = directory.rows("roles", "activity", me)
    return ThingPage(
        id=me,
        iri=resource.iri,
        label=name_of(me, resource.label),
        kind=maker.kind(me),
        subtitle=maker.subtitle(me),
        types=maker.types(),
        text=next((t for p in _TEXTS for t in resource.objects(p)), ""),
        facts=list(maker.facts(me)),
        takes_part=role_rows(directory, as_agent, "activity"),
        members=role_rows(directory, as_activity, "agent"),
        neighbourhood=neighbourhood_of(directory, me),
        identifiers=maker.identifiers,
        figures=maker.figures(),
        sources=[source_link(s) for s in sorted(set(resource.objects("prov:wasDerivedFrom")))],
    )


class _Maker:
    def __init__(self, resource: Resource, directory: Directory) -> None:
        self._resource, self._directory = resource, directory
        self._nodes: dict[str, dict[str, str]] = {}
        for triple in resource.triples:
            node = self._nodes.setdefault(text_of(triple.subject), {})
            node[triple.predicate.value] = text_of(triple.object)

    def kind(self, me: str) -> Kind | None:
        row = self._directory.row_of.get(me)
        return None if row is None else KINDS.get(self._directory.things["kind"][row])

    def subtitle(self, me: str) -> str:
        row = self._directory.row_of.get(me)
        if row is None:
            return ""
        shown = self._directory.things.row(row, named=True)
        acronym = name_of(me, shown["acronym"] or "")
        acronym = "" if acronym.lower() in (shown["label"] or "").lower() else acronym
        country = self._directory.label(shown["country"]) if shown["country"] else ""
        when = period(shown["start"], shown["end"])
        return " · ".join(p for p in (acronym, place_of(shown["city"] or ""), country, when) if p)

    def types(self) -> list[str]:
        names = self._resource.objects("rdf:type")
        telling = [n for n in names if n not in _GENERAL] or names
        found = sorted({self._label(n) for n in telling})
        more = (self._label(n) for n in self._resource.objects("pm:activityType"))
        return found + [word for word in more if not any(word in label for label in found)]

    def facts(self, me: str) -> Iterator[Fact]:
        stated: dict[str, list[Value]] = {}
        for triple in self._resource.own:
            if not self._told_elsewhere(triple):
                stated.setdefault(triple.predicate.value, []).append(self._fact(triple))
        if name_of(me, self._resource.label) != self._resource.label:
            yield Fact("registered as", "", [Value(self._resource.label)])
        first = [p for p in _FIRST if p in stated]
        for predicate in [*first, *sorted((p for p in stated if p not in first), key=self._label)]:
            yield Fact(self._label(predicate), predicate, stated[predicate])

    def _told_elsewhere(self, triple: ox.Triple) -> bool:
        """Whether the page says it already: as an identifier, a badge, or the relevance."""
        predicate, value = triple.predicate.value, text_of(triple.object)
        if predicate in _LINKS:
            return value in {v.href for v in self.identifiers}
        if predicate == f"{_PM}topic":
            return value in self._resource.objects("pm:relevance")
        return predicate in _HIDDEN

    @cached_property
    def identifiers(self) -> list[Value]:
        matches = [t.object for t in self._resource.own if t.predicate.value in _LINKS]
        links = {m.value.rsplit("/", 1)[-1]: m.value for m in matches if hasattr(m, "value")}
        found = []
        for node in self._resource.objects("pm:identifier"):
            values = self._nodes.get(node, {})
            scheme = values.get(f"{_PM}identifierScheme", "")
            value = values.get(PREFIXES["skos"] + "notation", "")
            link = f"https://doi.org/{value}" if scheme.endswith("/doi") else links.get(value)
            found.append(Value(value, link, self._label(scheme)))
        return sorted(found, key=lambda v: (v.note, v.text))

    def figures(self) -> list[Reported]:
        return reported(self._resource.iri, self._nodes, self._label)

    @property
    def _base(self) -> str:
        return self._directory.base

    def _label(self, iri: str) -> str:
        known = _WORDS.get(iri) or self._resource.labels.get(iri)
        label = known or self._directory.label_of_iri(iri)
        return label or iri.replace("#", "/").rsplit("/", 1)[-1]

    def _fact(self, triple: ox.Triple) -> Value:
        predicate, value = triple.predicate.value, self._value(triple.object)
        if predicate in _MONEY:
            return Value(f"{grouped(value.text)} EUR")
        if predicate == _STATUS:
            return Value(value.text.lower())
        if predicate == _CONTINENT:
            return Value(_CONTINENTS.get(value.text, value.text))
        if predicate == _CITY:
            return Value(place_of(value.text))
        if predicate == _RELEVANCE:
            return Value(value.text, value.href, self._judged(text_of(triple.object)))
        stated = self._resource.objects(_STATED[predicate]) if predicate in _STATED else []
        return Value(day(stated[0])) if len(stated) == 1 else value

    def _judged(self, topic: str) -> str:
        """By what method the resource has this topic, and why."""
        mine = [n for n in self._nodes.values() if n.get(f"{_PM}assignedTopic") == topic]
        told = ([n.get(f"{_PM}{name}", "") for name in ("method", "reason")] for n in mine)
        return "; ".join(sorted(": ".join(part for part in parts if part) for parts in told))

    def _value(self, term: object) -> Value:
        if isinstance(term, ox.Literal):
            text = day(term.value) if term.datatype.value == _DATE else term.value
            return Value(text, None, term.language or "")
        iri = text_of(term)
        local = local_path(iri, self._base)
        if local is None:
            link = iri if iri.startswith("http") else None
            known = self._resource.labels.get(iri)
            return Value(known, link) if known else source_link(iri)
        amount = self._nodes.get(iri, {}).get(f"{_EURIO}value")
        me = self._directory.id_of(iri) or ""
        return Value(f"{grouped(amount)} EUR" if amount else name_of(me, self._label(iri)), local)


def source_link(url: str) -> Value:
    """Return a link to a page, shown without what every address has and cut where it is long."""
    text = url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    return Value(shortened(text, _MOST_LETTERS), url if url.startswith("http") else None)
