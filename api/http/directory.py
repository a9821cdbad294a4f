"""The directory of a release: what exists, under which names, as frames for lists and search.

Three scans of the graph fill it when a release is loaded; lists, facets and search then need no
query. It follows the model of roles and identifiers in the ontology.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import polars as pl

from api.http.kinds import kind_of
from api.http.search import NameIndex
from graph.store import Answer
from ontology import PREFIXES, SCHEME

__all__ = ["Directory", "read_directory"]

Ask = Callable[[str], Awaitable[Answer]]

_PROPERTIES: Final = {
    "rdf:type": "type",
    "rdfs:label": "label",
    "skos:prefLabel": "label",
    "skos:altLabel": "name",
    "pm:acronym": "acronym",
    "pm:country": "country",
    "pm:city": "city",
    "pm:organisationType": "organisation_type",
    "pm:activityType": "activity_type",
    "pm:outputType": "output_type",
    "pm:partOf": "part_of",
    "pm:topic": "topic",
    "pm:relevance": "relevance",
    "pm:published": "published",
    "eurio:startDate": "start",
    "eurio:endDate": "end",
    "foaf:homepage": "website",
    "eurio:doi": "doi",
    "skos:notation": "notation",
    "pm:programme": "programme",
}
_SINGLE: Final = (
    "label", "acronym", "country", "city", "organisation_type", "activity_type", "output_type",
    "part_of", "relevance", "published", "start", "end", "website", "doi", "notation", "programme",
)  # fmt: skip


def _iri(name: str) -> str:
    prefix, local = name.split(":", 1)
    return PREFIXES[prefix] + local


_THINGS: Final = """SELECT ?s ?p ?o WHERE {{
  VALUES ?p {{ {properties} }} ?s ?p ?o
  FILTER(STRSTARTS(STR(?s), "{base}id/") || STRSTARTS(STR(?s), "{scheme}"))
}}"""
_ROLES: Final = """SELECT ?agent ?activity ?role ?start ?end WHERE {{
  ?r <{pm}roleOf> ?agent ; <{pm}roleIn> ?activity ; <{pm}roleType> ?role .
  OPTIONAL {{ ?r <{eurio}startDate> ?start }} OPTIONAL {{ ?r <{eurio}endDate> ?end }}
}}"""
_IDENTIFIERS: Final = """SELECT ?entity ?scheme ?value WHERE {{
  ?entity <{pm}identifier> ?i . ?i <{pm}identifierScheme> ?scheme ; <{skos}notation> ?value
}}"""
_TERMS: Final = """SELECT ?s ?label WHERE {{ GRAPH <{base}graph/ontology> {{
  ?s <{rdfs}label> ?label FILTER(LANGMATCHES(LANG(?label), "en") || LANG(?label) = "") }} }}"""


@dataclass(frozen=True, eq=False)
class Directory:
    """Frames of one release; ids are paths such as `organisation/dlr` or `scheme/role/member`."""

    base: str
    things: pl.DataFrame
    names: pl.DataFrame
    topics: pl.DataFrame
    types: pl.DataFrame
    roles: pl.DataFrame
    identifiers: pl.DataFrame
    terms: Mapping[str, str] = field(default_factory=dict)  # label by IRI of the ontology's terms

    @classmethod
    def empty(cls, base: str) -> Directory:
        """Return a directory of nothing."""
        triples = pl.DataFrame(schema={"s": pl.String, "p": pl.String, "o": pl.String})
        roles = dict.fromkeys(("agent", "activity", "role", "start", "end"), pl.String)
        marks = dict.fromkeys(("entity", "scheme", "value"), pl.String)
        return _assemble(base, triples, pl.DataFrame(schema=roles), pl.DataFrame(schema=marks))

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label by id."""
        return dict(self.things.select("id", "label").drop_nulls().iter_rows())

    @cached_property
    def periods(self) -> dict[str, tuple[str | None, str | None]]:
        """First and last day by id, of what has either."""
        dated = self.things.filter(pl.col("start").is_not_null() | pl.col("end").is_not_null())
        rows = dated.select("id", "start", "end").iter_rows()
        return {thing: (start, end) for thing, start, end in rows}

    @cached_property
    def index(self) -> NameIndex:
        """The full-text index over all names."""
        return NameIndex.build(self.names)

    def label(self, thing: str) -> str:
        """Return the label of an id, or the id where nobody gave it one."""
        return self.labels.get(thing, thing)

    def label_of_iri(self, iri: str) -> str | None:
        """Return the label of a thing, concept or term by its IRI; None where there is none."""
        found = self.id_of(iri)
        return (self.labels.get(found) if found else None) or self.terms.get(iri)

    def iri(self, thing: str) -> str:
        """Return the IRI of an id."""
        scheme = thing.removeprefix("scheme/")
        return f"{SCHEME}{scheme}" if thing.startswith("scheme/") else f"{self.base}id/{thing}"

    def id_of(self, iri: str) -> str | None:
        """Return the id of an IRI of ours, None for others."""
        if iri.startswith(str(SCHEME)):
            return f"scheme/{iri.removeprefix(str(SCHEME))}"
        space = f"{self.base}id/"
        return iri.removeprefix(space) if iri.startswith(space) else None


async def read_directory(ask: Ask, base: str) -> Directory:
    """Scan a release; the index of names is built on the way, off the event loop."""
    names = {k: v for k, v in PREFIXES.items() if k in ("pm", "eurio", "skos")}
    properties = " ".join(f"<{_iri(p)}>" for p in _PROPERTIES)
    things = await ask(_THINGS.format(properties=properties, base=base, scheme=SCHEME))
    roles = await ask(_ROLES.format(**names))
    identifiers = await ask(_IDENTIFIERS.format(**names))
    terms = await ask(_TERMS.format(base=base, rdfs=PREFIXES["rdfs"]))
    return await asyncio.to_thread(_read, base, things, roles, identifiers, terms)


def _read(base: str, *answers: Answer) -> Directory:
    things, roles, identifiers, terms = (a.frame() for a in answers)
    found = replace(
        _assemble(base, _shorten(things, base), roles, identifiers),
        terms=dict(terms.cast(pl.String).iter_rows()),
    )
    _ = found.labels, found.index
    return found


def _shorten(frame: pl.DataFrame, base: str) -> pl.DataFrame:
    """Write IRIs of ours as ids; everything becomes text."""
    return frame.with_columns(
        pl.all().cast(pl.String).str.strip_prefix(f"{base}id/").str.replace(f"^{SCHEME}", "scheme/")
    )


def _assemble(
    base: str,
    triples: pl.DataFrame,
    roles: pl.DataFrame,
    identifiers: pl.DataFrame,
) -> Directory:
    columns = {_iri(name): column for name, column in _PROPERTIES.items()}
    facts = triples.with_columns(
        pl.col("p").replace_strict(columns, default=None, return_dtype=pl.String)
    )
    names = facts.filter(pl.col("p").is_in(["label", "name", "acronym"]))
    types = _pairs(facts, "type")
    return Directory(
        base=base,
        things=_things(facts, types),
        names=names.select(id="s", name="o", kind="p").unique(maintain_order=True),
        topics=_pairs(facts, "topic"),
        types=types,
        roles=_shorten(roles, base),
        identifiers=_shorten(identifiers, base).with_columns(
            pl.col("scheme").str.strip_prefix("scheme/identifier-scheme/")
        ),
    )


def _pairs(facts: pl.DataFrame, column: str) -> pl.DataFrame:
    return facts.filter(pl.col("p") == column).select(id="s", value="o").unique()


def _things(facts: pl.DataFrame, types: pl.DataFrame) -> pl.DataFrame:
    """One row a thing: its single values (the first in order, where sources differ) and kind."""
    single = facts.filter(pl.col("p").is_in(_SINGLE)).sort("s", "p", "o")
    wide = single.pivot("p", index="s", values="o", aggregate_function="first").rename({"s": "id"})
    missing = [pl.lit(None, pl.String).alias(c) for c in _SINGLE if c not in wide.columns]
    kind = pl.coalesce("organisation_type", "activity_type", "output_type").alias("type")
    things = wide.with_columns(missing).select("id", kind, *_SINGLE)
    return kind_of(things, types).filter(pl.col("kind").is_not_null()).sort("id")
