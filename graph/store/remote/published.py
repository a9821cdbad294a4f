"""What a remote store holds: the list of published releases, one small graph that is put at once.

A release has its number of triples there once all of its graphs are loaded and counted; without, it
is being loaded, or the load was cut. Readers go by the list alone: replacing this graph is the
switch. Words: VoID (`uriSpace`, `triples`), the SPARQL 1.1
Service Description (`defaultGraph`, `namedGraph`), DCAT 3 (`hasCurrentVersion`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import EndpointError, InputError
from permed.graph.store.answers.answer import SparqlStore
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.remote.loaded_names import LoadedNames
from permed.ontology import PREFIXES

__all__ = [
    "PUBLISHED",
    "PublishedRelease",
    "chosen",
    "is_published",
    "listed",
    "published",
    "written",
]

PUBLISHED: Final = "urn:permed:published"
_VOID, _SD = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/sparql-service-description#"
_DCT, _DCAT = PREFIXES["dcterms"], "http://www.w3.org/ns/dcat#"
_CURRENT: Final = f"{_DCAT}hasCurrentVersion"
_SINGLE: Final = {
    f"{_DCT}identifier": "release",
    f"{_VOID}uriSpace": "base",
    f"{_DCT}issued": "built",
}
_TRIPLES: Final = f"{_VOID}triples"
_ALL: Final = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{PUBLISHED}> {{ ?s ?p ?o }} }}"


@dataclass(frozen=True)
class PublishedRelease:
    """One release of the list: graphs as the build names them, no `triples` until it is whole."""

    release: str
    base: str
    built: str
    triples: int | None
    graphs: tuple[str, ...]
    default: tuple[str, ...]  # as loaded: the merge, or all graphs
    current: bool = False

    @property
    def names(self) -> LoadedNames:
        """How its graphs are called in the remote store."""
        return LoadedNames(self.base, self.release)

    @property
    def dataset(self) -> Dataset:
        """The dataset of a query that names none, as loaded."""
        return Dataset(self.default, tuple(self.names.as_loaded(graph) for graph in self.graphs))


def published(store: SparqlStore) -> list[PublishedRelease]:
    """Return the releases that a store holds whole, the one built last first.

    EndpointError where the list is damaged.
    """
    return [one for one in listed(store) if one.triples is not None]


def listed(store: SparqlStore) -> list[PublishedRelease]:
    """Return every release of the list, also those that are not whole, the one built last first."""
    told: dict[str, dict[str, list[str]]] = {}
    for row in store.query(_ALL).rows():
        subject, predicate, value = (_text(row.get(name)) for name in "spo")
        told.setdefault(subject, {}).setdefault(predicate, []).append(value)
    current = told.pop(PUBLISHED, {}).get(_CURRENT, [])
    try:
        found = [_read(facts, subject in current) for subject, facts in told.items()]
    except (KeyError, ValueError):
        raise EndpointError(
            f"the list of releases in the store (graph {PUBLISHED}) is damaged;"
            " publish again with: permed publish --to"
        ) from None
    return sorted(found, key=lambda one: one.built, reverse=True)


def is_published(store: SparqlStore, release: str) -> bool:
    """Whether the store holds a release whole, by the list."""
    text = (
        f'ASK {{ GRAPH <{PUBLISHED}> {{ ?r <{_DCT}identifier> "{release}" ; <{_TRIPLES}> ?n }} }}'
    )
    return store.query(text).truth()


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else ""


def _read(facts: dict[str, list[str]], current: bool) -> PublishedRelease:
    single = {name: facts[predicate][0] for predicate, name in _SINGLE.items()}
    names = LoadedNames(single["base"], single["release"])
    loaded = sorted(facts[f"{_SD}namedGraph"])
    return PublishedRelease(
        single["release"], single["base"], single["built"],
        int(facts[_TRIPLES][0]) if _TRIPLES in facts else None,
        tuple(names.as_built(graph.encode()).decode() for graph in loaded),
        tuple(sorted(facts[f"{_SD}defaultGraph"])), current,
    )  # fmt: skip


def written(releases: Sequence[PublishedRelease]) -> bytes:
    """Return the list as N-Triples, to be put as the graph `PUBLISHED`."""
    lines: list[ox.Triple] = []
    for one in releases:
        subject = ox.NamedNode(one.names.subject)
        if one.current:
            lines.append(ox.Triple(ox.NamedNode(PUBLISHED), ox.NamedNode(_CURRENT), subject))
        for predicate, name in _SINGLE.items():
            value = ox.Literal(str(getattr(one, name)))
            lines.append(ox.Triple(subject, ox.NamedNode(predicate), value))
        if one.triples is not None:
            number = ox.Literal(str(one.triples))
            lines.append(ox.Triple(subject, ox.NamedNode(_TRIPLES), number))
        for predicate, graphs in (
            ("defaultGraph", one.dataset.default),
            ("namedGraph", one.dataset.named),
        ):
            lines += [
                ox.Triple(subject, ox.NamedNode(_SD + predicate), ox.NamedNode(graph))
                for graph in graphs
            ]
    return ox.serialize(lines, format=ox.RdfFormat.N_TRIPLES) or b""


def chosen(releases: Sequence[PublishedRelease], name: str, where: str) -> PublishedRelease:
    """Return a release of the list, `current` for the one that readers get; InputError if none."""
    found = [r for r in releases if r.current or name != "current"]
    found = [r for r in found if name in ("current", r.release)]
    if found:
        return found[0]
    known = ", ".join(r.release for r in releases) or "none"
    raise InputError(
        f"{where}: does not hold release {name} (it holds {known});"
        f" load it with: permed publish --to {where}"
    )
