"""One resource with what belongs to it: its triples, and labels of what they point to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from api.http.serving import Edition
from graph.errors import NotFoundError
from graph.store import Caps
from graph.store.executor import Request
from ontology import PREFIXES

__all__ = ["LABEL", "Resource", "fetch", "text_of"]

LABEL: Final = PREFIXES["rdfs"] + "label"
_MOST: Final = 5000
# what a thing owns, and the nodes that say something of it: roles, figures, services
_QUERY: Final = """
PREFIX pm: <{pm}> PREFIX eurio: <{eurio}> PREFIX skos: <{skos}>
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ BIND(<{iri}> AS ?s) }}
  UNION {{ <{iri}> eurio:hasSite|eurio:hasSite/eurio:hasAddress|eurio:hasSite/eurio:hasCoordinates
           |eurio:hasAcronym|pm:identifier|eurio:isFundedBy|eurio:hasTotalCost
           |eurio:isFundedBy/eurio:hasFundingAmount ?s }}
  UNION {{ ?s pm:roleOf|pm:roleIn|pm:figureOf|pm:classifies|pm:offeredBy <{iri}> }}
  UNION {{ ?s skos:broader|skos:topConceptOf <{iri}> }}
  ?s ?p ?o
}}"""


@dataclass(frozen=True)
class Resource:
    """A resource: IRI, triples around it, whether some were left out, labels by IRI."""

    iri: str
    triples: tuple[ox.Triple, ...]
    truncated: bool
    labels: dict[str, str]

    @cached_property
    def own(self) -> tuple[ox.Triple, ...]:
        """Triples of the resource itself."""
        return tuple(t for t in self.triples if text_of(t.subject) == self.iri)

    @property
    def label(self) -> str:
        """Its label, or the end of its IRI."""
        return self.labels.get(self.iri) or self.iri.rsplit("/", 1)[-1]

    def objects(self, predicate: str) -> list[str]:
        """Values of one property of the resource, by prefixed name."""
        prefix, local = predicate.split(":", 1)
        iri = PREFIXES[prefix] + local
        return [text_of(t.object) for t in self.own if t.predicate.value == iri]

    def with_labels(self) -> list[ox.Triple]:
        """Triples and a label for every IRI that they name."""
        labelled = {text_of(t.subject) for t in self.triples if t.predicate.value == LABEL}
        named = [
            ox.Triple(ox.NamedNode(iri), ox.NamedNode(LABEL), ox.Literal(label))
            for iri, label in sorted(self.labels.items())
            if iri not in labelled
        ]
        return [*self.triples, *named]


def text_of(term: object) -> str:
    """Return the text or address of a term."""
    return str(getattr(term, "value", ""))


async def fetch(edition: Edition, iri: str) -> Resource:
    """Return a resource with one query; NotFoundError where nothing is said of it."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        raise NotFoundError(f"{iri}: not an address of ours") from None
    names = {name: PREFIXES[name] for name in ("pm", "eurio", "skos")}
    request = Request(
        _QUERY.format(iri=iri, **names),
        format="nt",
        caps=Caps(_MOST, edition.settings.max_answer_bytes),
        seconds=edition.settings.deadline_seconds,
    )
    answer = await edition.query(request)
    triples = tuple(sorted(set(answer.triples()), key=str))
    if not any(text_of(t.subject) == iri for t in triples):
        raise NotFoundError(f"{iri} is not in release {edition.id}; search for it at /search")
    return Resource(iri, triples, answer.truncated, _labels(edition, iri, triples))


def _labels(edition: Edition, iri: str, triples: tuple[ox.Triple, ...]) -> dict[str, str]:
    own = {
        text_of(t.subject): text_of(t.object)
        for t in triples
        if t.predicate.value in (LABEL, PREFIXES["skos"] + "prefLabel")
    }
    named = {t.predicate.value for t in triples} | {
        t.object.value for t in triples if isinstance(t.object, ox.NamedNode)
    }
    known = {n: edition.directory.label_of_iri(n) for n in sorted(named | {iri})}
    return {n: label for n, label in known.items() if label} | own
