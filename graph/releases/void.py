"""Describe a release: VoID statistics, DCAT distributions, PROV origins, as Turtle.

W3C VoID note (2011): dataset, subsets per named graph, class and property partitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from permed.graph.mapping.writer import Statistics
from permed.graph.releases.published_files import PublishedFile, media_type

__all__ = ["GraphDescription", "MappingFile", "describe", "term_counts"]

_SPDX = Namespace("http://spdx.org/rdf/terms#")
_SSSOM = URIRef("https://w3id.org/sssom/")
_TSV = URIRef("https://www.iana.org/assignments/media-types/text/tab-separated-values")

_LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


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
) -> str:
    """Return the VoID description of a release as Turtle; its files become distributions."""
    g = Graph()
    g.bind("void", VOID)
    g.bind("dcat", DCAT)
    dataset = URIRef(f"{base}dataset")
    _head(g, dataset, base, release, date)
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
        _file(g, dataset, URIRef(f"{base}releases/{release}/"), file)
        if file.path in dumps:
            g.add((dumps[file.path], VOID.dataDump, _address(base, release, file.path)))
            g.add((dataset, VOID.dataDump, _address(base, release, file.path)))
    return g.serialize(format="turtle")


def term_counts(release: Path) -> dict[str, int]:
    """Return how often a release uses each class and property, by address, as its VoID says."""
    path = release / "void.ttl"
    if not path.is_file():
        return {}
    about: dict[str, dict[str, str]] = {}
    for quad in ox.parse(path=path):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(
            quad.object, ox.NamedNode | ox.Literal
        ):
            about.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    whole = [part for node, part in about.items() if "/dataset#" in node]
    terms = ((str(VOID["class"]), str(VOID.entities)), (str(VOID.property), str(VOID.triples)))
    return {p[t]: int(p[n]) for p in whole for t, n in terms if t in p and n in p}


def _head(g: Graph, dataset: URIRef, base: str, release: str, date: str) -> None:
    for kind in (VOID.Dataset, DCAT.Dataset):
        g.add((dataset, RDF.type, kind))
    g.add((dataset, DCTERMS.title, Literal("PerMed Graph", lang="en")))
    about = "Knowledge graph of the personalised-medicine research ecosystem"
    g.add((dataset, DCTERMS.description, Literal(about, lang="en")))
    g.add((dataset, DCTERMS.license, URIRef(_LICENCES["CC BY 4.0"])))
    g.add((dataset, DCTERMS.issued, Literal(date, datatype=XSD.date)))
    g.add((dataset, DCTERMS.hasVersion, Literal(release)))
    g.add((dataset, VOID.uriSpace, Literal(f"{base}id/")))
    g.add((dataset, VOID.sparqlEndpoint, URIRef(f"{base}sparql")))


def _address(base: str, release: str, path: str) -> URIRef:
    """Address under which the server gives a file of a release."""
    return URIRef(f"{base}releases/{release}/{path}")


def _file(g: Graph, dataset: URIRef, folder: URIRef, file: PublishedFile) -> None:
    """A file as a distribution: DCAT 3, section 6.8; the checksum is that of SPDX 2.3."""
    node = URIRef(f"{folder}{file.path}")
    kind = URIRef(f"https://www.iana.org/assignments/media-types/{media_type(file.path)}")
    g.add((dataset, DCAT.distribution, node))
    g.add((node, RDF.type, DCAT.Distribution))
    g.add((node, DCTERMS.title, Literal(file.path)))
    g.add((node, DCAT.downloadURL, node))
    g.add((node, DCAT.mediaType, kind))
    g.add((node, DCAT.byteSize, Literal(file.bytes, datatype=XSD.nonNegativeInteger)))
    _checksum(g, node, file.sha256)


def _checksum(g: Graph, node: URIRef, sha256: str) -> None:
    checksum = URIRef(f"{node}#checksum")
    g.add((node, _SPDX.checksum, checksum))
    g.add((checksum, RDF.type, _SPDX.Checksum))
    g.add((checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256))
    g.add((checksum, _SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)))


def _distribution(g: Graph, dataset: URIRef, base: str, release: str, item: MappingFile) -> None:
    """A mapping set under the address that it gives itself."""
    content = item.path.read_bytes()
    name = item.path.name
    node = URIRef(f"{base}mappings/{name}")
    g.add((dataset, DCAT.distribution, node))
    g.add((node, RDF.type, DCAT.Distribution))
    g.add((node, DCTERMS.title, Literal(item.title, lang="en")))
    g.add((node, DCTERMS.license, URIRef(item.licence)))
    g.add((node, DCTERMS.conformsTo, _SSSOM))
    g.add((node, DCAT.mediaType, _TSV))
    g.add((node, DCAT.byteSize, Literal(len(content), datatype=XSD.nonNegativeInteger)))
    g.add((node, DCAT.downloadURL, _address(base, release, f"mappings/{name}")))
    _checksum(g, node, sha256(content).hexdigest())


def _source(g: Graph, subset: URIRef, item: GraphDescription) -> None:
    g.add((subset, RDF.type, VOID.Dataset))
    g.add((subset, DCTERMS.title, Literal(item.title)))
    g.add((subset, DCTERMS.publisher, Literal(item.publisher)))
    licence = _LICENCES.get(item.licence)
    g.add((subset, DCTERMS.license, URIRef(licence) if licence else Literal(item.licence)))
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
