"""Describe a release: VoID statistics and links, with what DCAT-AP asks for, as Turtle.

W3C VoID note (2011): dataset, subsets per named graph, class and property partitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, SKOS, VOID, XSD, Graph, Literal, URIRef

from permed.graph.mapping.writer import Statistics
from permed.graph.releases.dcat import (
    add_agent,
    add_checksum,
    add_file,
    add_head,
    add_licence,
    described,
)
from permed.graph.releases.published_files import PublishedFile
from permed.ontology import EURIO, PM, PREFIXES

__all__ = ["GraphDescription", "Links", "MappingFile", "describe"]

_SSSOM = URIRef("https://w3id.org/sssom/")
_TSV = URIRef("https://www.iana.org/assignments/media-types/text/tab-separated-values")

_FIRST = "2026-11-22"  # day of the first release
_VOCABULARIES = (str(EURIO), str(PM), *(PREFIXES[p] for p in ("dcterms", "foaf", "prov", "skos")))


@dataclass(frozen=True)
class GraphDescription:
    """One named graph of a release: where it comes from, on what terms, and how big it is."""

    name: str
    iri: str
    title: str
    publisher: str
    licence: str
    homepage: str
    statistics: Statistics


@dataclass(frozen=True)
class Links:
    """What a release links to: statements by stem of their target; things that show the form."""

    linksets: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class MappingFile:
    """A file of mappings between registries that the release publishes."""

    path: Path
    title: str
    licence: str


def describe(
    base: str,
    release: str,
    date: str,
    graphs: Mapping[str, GraphDescription],
    mappings: Iterable[MappingFile] = (),
    files: Iterable[PublishedFile] = (),
    links: Links | None = None,
) -> str:
    """Return the VoID description of a release as Turtle; its files become distributions."""
    g = Graph()
    g.bind("void", VOID)
    g.bind("dcat", DCAT)
    dataset = add_head(g, base, release, date, _FIRST)
    _head(g, dataset, base, links or Links())
    total = Statistics()
    for item in graphs.values():
        subset = URIRef(item.iri)
        g.add((dataset, VOID.subset, subset))
        _source(g, subset, item)
        _statistics(g, subset, item.statistics)
        total.triples += item.statistics.triples
        total.classes += item.statistics.classes
        total.predicates += item.statistics.predicates
    _statistics(g, dataset, total)
    dumps = {f"graphs/{name}.nq": URIRef(item.iri) for name, item in graphs.items()}
    for mapping in mappings:
        _distribution(g, dataset, base, release, mapping)
    for file in files:
        if file.path.startswith("mappings/"):
            continue
        add_file(g, dataset, f"{base}releases/{release}/", file)
        if file.path in dumps:
            g.add((dumps[file.path], VOID.dataDump, _address(base, release, file.path)))
            g.add((dataset, VOID.dataDump, _address(base, release, file.path)))
    return g.serialize(format="turtle")


def _head(g: Graph, dataset: URIRef, base: str, links: Links) -> None:
    g.add((dataset, RDF.type, VOID.Dataset))
    g.add((dataset, VOID.uriSpace, Literal(f"{base}id/")))
    g.add((dataset, VOID.sparqlEndpoint, URIRef(f"{base}sparql")))
    for vocabulary in _VOCABULARIES:
        g.add((dataset, VOID.vocabulary, URIRef(vocabulary)))
    for example in links.examples:
        g.add((dataset, VOID.exampleResource, URIRef(f"{base}id/{example}")))
    for stem, n in sorted(links.linksets.items()):
        target = stem.removesuffix("/").rsplit("/", 1)[-1].replace(".", "-")
        node, other = URIRef(f"{dataset}#links-{target}"), URIRef(f"{dataset}#target-{target}")
        g.add((dataset, VOID.subset, node))
        g.add((node, RDF.type, VOID.Linkset))
        g.add((node, DCTERMS.title, Literal(f"Links of things to {stem}", lang="en")))
        g.add((node, VOID.linkPredicate, SKOS.exactMatch))
        g.add((node, VOID.subjectsTarget, dataset))
        g.add((node, VOID.objectsTarget, other))
        g.add((node, VOID.triples, Literal(n)))
        g.add((other, RDF.type, VOID.Dataset))
        g.add((other, VOID.uriSpace, Literal(stem)))


def _address(base: str, release: str, path: str) -> URIRef:
    """Address under which the server gives a file of a release."""
    return URIRef(f"{base}releases/{release}/{path}")


def _distribution(g: Graph, dataset: URIRef, base: str, release: str, item: MappingFile) -> None:
    """A mapping set under the address that it gives itself."""
    content = item.path.read_bytes()
    name = item.path.name
    node = URIRef(f"{base}mappings/{name}")
    g.add((dataset, DCAT.distribution, node))
    g.add((node, RDF.type, DCAT.Distribution))
    g.add((node, DCTERMS.title, Literal(item.title, lang="en")))
    about = "Which records of two registries are the same, as SSSOM"
    g.add((node, DCTERMS.description, Literal(about, lang="en")))
    add_licence(g, node, item.licence)
    g.add((node, DCTERMS.conformsTo, _SSSOM))
    g.add((_SSSOM, RDF.type, DCTERMS.Standard))
    g.add((node, DCAT.mediaType, _TSV))
    g.add((_TSV, RDF.type, DCTERMS.MediaType))
    g.add((node, DCAT.byteSize, Literal(len(content), datatype=XSD.nonNegativeInteger)))
    g.add((node, DCAT.accessURL, URIRef(f"{base}releases/{release}/")))
    g.add((node, DCAT.downloadURL, _address(base, release, f"mappings/{name}")))
    add_checksum(g, node, sha256(content).hexdigest())


def _source(g: Graph, subset: URIRef, item: GraphDescription) -> None:
    g.add((subset, RDF.type, VOID.Dataset))
    described(g, subset, item.title, f"{item.title}: the named graph {item.name} of the release")
    publisher = add_agent(g, subset, "publisher", item.publisher, item.homepage)
    g.add((subset, DCTERMS.publisher, publisher))
    add_licence(g, subset, item.licence)
    g.add((subset, FOAF.homepage, URIRef(item.homepage)))
    g.add((subset, PROV.wasDerivedFrom, URIRef(item.homepage)))


def _statistics(g: Graph, subject: URIRef, statistics: Statistics) -> None:
    g.add((subject, VOID.triples, Literal(statistics.triples)))
    for name, n in sorted(statistics.classes.items()):
        part = _partition(g, subject, VOID.classPartition, "class", name)
        g.add((part, VOID["class"], URIRef(name[1:-1])))
        g.add((part, VOID.entities, Literal(n)))
    for name, n in sorted(statistics.predicates.items()):
        part = _partition(g, subject, VOID.propertyPartition, "property", name)
        g.add((part, VOID.property, URIRef(name[1:-1])))
        g.add((part, VOID.triples, Literal(n)))


def _partition(g: Graph, subject: URIRef, link: URIRef, kind: str, term: str) -> URIRef:
    """Partitions get IRIs, not blank nodes, so that the same release gives the same bytes."""
    local = term[1:-1].replace("#", "/").rsplit("/", 2)[-2:]
    node = URIRef(f"{subject}#{kind}-{'-'.join(local)}")
    g.add((subject, link, node))
    return node
