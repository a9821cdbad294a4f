"""One resource with what belongs to it: its triples, and labels of what they point to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from permed.api.http.release.served_release import ServedRelease
from permed.graph.errors import NotFoundError
from permed.graph.store import Answer, Caps
from permed.graph.store.executor import QueryRequest
from permed.ontology import PREFIXES

__all__ = ["LABEL", "Resource", "fetch", "text_of"]

LABEL: Final = PREFIXES["rdfs"] + "label"
_MOST: Final = 5000
# the thing, what it owns, the figures that are told of it, and who judged its relevance
_OWN: Final = """
PREFIX pm: <{pm}> PREFIX eurio: <{eurio}>
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ BIND(<{iri}> AS ?s) }}
  UNION {{ <{iri}> eurio:hasSite|eurio:hasSite/eurio:hasAddress|eurio:hasSite/eurio:hasCoordinates
           |eurio:hasAcronym|pm:identifier|eurio:isFundedBy|eurio:hasTotalCost
           |eurio:isFundedBy/eurio:hasFundingAmount ?s }}
  UNION {{ ?s pm:figureOf <{iri}> }}
  UNION {{ <{iri}> pm:relevance ?judged . ?s pm:classifies <{iri}> ; pm:assignedTopic ?judged }}
  ?s ?p ?o
}}"""
# what else says something of it: asked apart, for of a hub there is more than a document holds
_ABOUT: Final = """
PREFIX pm: <{pm}> PREFIX skos: <{skos}>
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  ?s pm:roleOf|pm:roleIn|pm:classifies|pm:offeredBy|skos:broader|skos:topConceptOf <{iri}> .
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


async def fetch(served: ServedRelease, iri: str, *, about: bool = True) -> Resource:
    """Return a resource; NotFoundError where nothing is said of it.

    about: with the roles, classifications, services and narrower terms that point to it, which
    cost a second query.
    """
    try:
        ox.NamedNode(iri)
    except ValueError:
        raise NotFoundError(f"{iri}: not an address of ours") from None
    found = await _asked(served, _OWN, iri, _MOST)
    triples, truncated = set(found.triples()), found.truncated
    if not any(text_of(t.subject) == iri for t in triples):
        raise NotFoundError(f"{iri} is not in release {served.id}; search for it at /search")
    if about and not truncated:
        more = await _asked(served, _ABOUT, iri, _MOST - len(triples) + 1)
        triples.update(more.triples())
        truncated = more.truncated
    ordered = tuple(sorted(triples, key=str))
    return Resource(iri, ordered, truncated, _labels(served, iri, ordered))


async def _asked(served: ServedRelease, query: str, iri: str, most: int) -> Answer:
    names = {name: PREFIXES[name] for name in ("pm", "eurio", "skos")}
    caps = Caps(most, served.settings.max_answer_bytes)
    seconds = served.settings.deadline_seconds
    text = query.format(iri=iri, **names)
    return await served.query(QueryRequest(text, format="nt", caps=caps, seconds=seconds))


def _labels(served: ServedRelease, iri: str, triples: tuple[ox.Triple, ...]) -> dict[str, str]:
    own = {
        text_of(t.subject): text_of(t.object)
        for t in triples
        if t.predicate.value in (LABEL, PREFIXES["skos"] + "prefLabel")
    }
    named = {t.predicate.value for t in triples} | {
        t.object.value for t in triples if isinstance(t.object, ox.NamedNode)
    }
    known = {n: served.directory.label_of_iri(n) for n in sorted(named | {iri})}
    return {n: label for n, label in known.items() if label} | own
