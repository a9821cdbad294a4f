"""A release as DCAT-AP describes data: catalogue, data set, distributions, services, agents.

DCAT-AP 3.0 (SEMIC, 2024) on W3C DCAT 3; values come from the authority tables of the Publications
Office of the EU. Checksums are those of SPDX 2.3.
"""

from __future__ import annotations

from typing import Final

from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

from permed.graph.releases.published_files import PublishedFile, media_type

__all__ = ["add_agent", "add_checksum", "add_file", "add_head", "add_licence", "described"]

_SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
_VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
_AUTHORITY: Final = Namespace("http://publications.europa.eu/resource/authority/")
_LICENCES: Final = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
_ABOUT: Final = (
    "Open knowledge graph of the personalised-medicine research ecosystem in Europe and its"
    " partners since 2014: who funds, coordinates, hosts, staffs and shares what, with the source"
    " of every statement."
)
_KEYWORDS: Final = (
    *("personalised medicine", "precision medicine", "research funding", "research networks"),
    *("CORDIS", "ICPerMed", "knowledge graph", "linked data"),
)
_FILE_TYPES: Final = {
    ".nq": "RDF_N_QUADS", ".ttl": "RDF_TURTLE", ".tsv": "TSV", ".parquet": "PARQUET",
}  # fmt: skip
_VERSION: Final = URIRef(f"{DCAT}version")  # of DCAT 3, which rdflib does not know yet
_WHAT: Final = {
    "graphs": "One named graph as N-Quads",
    "tables": "One record table as Parquet",
    "void.ttl": "Description of the release: VoID, DCAT and statistics",
    "shacl-report.ttl": "What the shapes found in each source",
    "provenance.ttl": "How the release was made: inputs with checksums, code, time",
}
# path below the base (REST begins at the base), title, what it follows, where it is described
_SERVICES: Final = (
    ("sparql", "SPARQL endpoint", "https://www.w3.org/TR/sparql11-protocol/", "sparql"),
    (
        "rest",
        "REST service: lists, search, questions",
        "https://spec.openapis.org/oas/v3.1.0.html",
        "openapi.json",
    ),
    (
        "reconcile",
        "Reconciliation service",
        "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
        "reconcile",
    ),
)


def add_head(g: Graph, base: str, release: str, date: str, since: str) -> URIRef:
    """Add catalogue, data set and services; return the data set. `since` is its first day."""
    dataset, catalogue = URIRef(f"{base}dataset"), URIRef(f"{base}dataset#catalogue")
    publisher = add_agent(g, dataset, "publisher", "PerMed Graph contributors", base)
    _described(g, catalogue, DCAT.Catalog, "PerMed Graph: catalogue", _ABOUT)
    _described(g, dataset, DCAT.Dataset, "PerMed Graph", _ABOUT)
    g.add((catalogue, DCAT.dataset, dataset))
    g.add((catalogue, DCAT.themeTaxonomy, _AUTHORITY["data-theme"]))
    g.add((_AUTHORITY["data-theme"], RDF.type, SKOS.ConceptScheme))
    g.add((_AUTHORITY["data-theme"], DCTERMS.title, Literal("Data theme", lang="en")))
    for node in (catalogue, dataset):
        g.add((node, DCTERMS.publisher, publisher))
        g.add((node, DCTERMS.creator, publisher))
        g.add((node, DCTERMS.issued, Literal(since, datatype=XSD.date)))
        g.add((node, DCTERMS.modified, Literal(date, datatype=XSD.date)))
        g.add((node, FOAF.homepage if node == catalogue else DCAT.landingPage, URIRef(base)))
        _typed(g, node, DCTERMS.language, _AUTHORITY["language/ENG"], DCTERMS.LinguisticSystem)
        _typed(g, node, DCTERMS.spatial, _AUTHORITY["continent/EUROPE"], DCTERMS.Location)
        add_licence(g, node, "CC BY 4.0")
    g.add((URIRef(base), RDF.type, FOAF.Document))
    _data_set(g, dataset, base, release)
    for service in _SERVICES:
        _service(g, base, catalogue, dataset, *service)
    return dataset


def _described(g: Graph, node: URIRef, kind: URIRef, title: str, about: str) -> None:
    g.add((node, RDF.type, kind))
    g.add((node, DCTERMS.title, Literal(title, lang="en")))
    g.add((node, DCTERMS.description, Literal(about, lang="en")))


def described(g: Graph, node: URIRef, title: str, about: str) -> None:
    """Say of a part of the data set that it is one, with title and description."""
    _described(g, node, DCAT.Dataset, title, about)


def _typed(g: Graph, node: URIRef, link: URIRef, value: URIRef, kind: URIRef) -> None:
    """Link to a value and say of which class it is: who checks cannot look it up everywhere."""
    g.add((node, link, value))
    g.add((value, RDF.type, kind))


def _data_set(g: Graph, dataset: URIRef, base: str, release: str) -> None:
    g.add((dataset, DCTERMS.identifier, Literal(str(dataset))))
    g.add((dataset, _VERSION, Literal(release)))
    g.add((dataset, DCTERMS.hasVersion, URIRef(f"{base}releases/{release}/")))
    for word in _KEYWORDS:
        g.add((dataset, DCAT.keyword, Literal(word, lang="en")))
    for code, label in (("HEAL", "Health"), ("TECH", "Science and technology")):
        theme = _AUTHORITY[f"data-theme/{code}"]
        _typed(g, dataset, DCAT.theme, theme, SKOS.Concept)
        g.add((theme, SKOS.prefLabel, Literal(label, lang="en")))
        g.add((theme, SKOS.inScheme, _AUTHORITY["data-theme"]))
    rights = _AUTHORITY["access-right/PUBLIC"]
    _typed(g, dataset, DCTERMS.accessRights, rights, DCTERMS.RightsStatement)
    often = _AUTHORITY["frequency/IRREG"]
    _typed(g, dataset, DCTERMS.accrualPeriodicity, often, DCTERMS.Frequency)
    period = URIRef(f"{dataset}#period")
    _typed(g, dataset, DCTERMS.temporal, period, DCTERMS.PeriodOfTime)
    g.add((period, DCAT.startDate, Literal("2014-01-01", datatype=XSD.date)))
    contact = URIRef(f"{dataset}#contact")
    _typed(g, dataset, DCAT.contactPoint, contact, _VCARD.Organization)
    g.add((contact, RDF.type, _VCARD.Kind))
    g.add((contact, _VCARD.fn, Literal("PerMed Graph contributors")))
    g.add((contact, _VCARD.hasURL, URIRef(base)))


def _service(
    g: Graph, base: str, catalogue: URIRef, dataset: URIRef, path: str, title: str, standard: str,
    told_at: str,
) -> None:  # fmt: skip
    node = URIRef(f"{dataset}#service-{path}")
    endpoint = URIRef(base if path == "rest" else f"{base}{path}")
    g.add((node, RDF.type, DCAT.DataService))
    g.add((node, DCTERMS.title, Literal(title, lang="en")))
    g.add((node, DCTERMS.description, Literal(f"{title} of PerMed Graph", lang="en")))
    g.add((node, DCAT.endpointURL, endpoint))
    g.add((node, DCAT.endpointDescription, URIRef(f"{base}{told_at}")))
    g.add((node, DCAT.servesDataset, dataset))
    _typed(g, node, DCTERMS.conformsTo, URIRef(standard), DCTERMS.Standard)
    for value in (endpoint, URIRef(f"{base}{told_at}")):
        g.add((value, RDF.type, RDFS.Resource))
    rights = _AUTHORITY["access-right/PUBLIC"]
    _typed(g, node, DCTERMS.accessRights, rights, DCTERMS.RightsStatement)
    add_licence(g, node, "CC BY 4.0")
    g.add((node, DCTERMS.publisher, URIRef(f"{dataset}#publisher")))
    g.add((catalogue, DCAT.service, node))
    access = URIRef(f"{dataset}#access-{path}")
    g.add((dataset, DCAT.distribution, access))
    g.add((access, RDF.type, DCAT.Distribution))
    g.add((access, DCTERMS.title, Literal(title, lang="en")))
    g.add((access, DCTERMS.description, Literal(f"The data through its {title}", lang="en")))
    g.add((access, DCAT.accessURL, endpoint))
    g.add((access, DCAT.accessService, node))
    add_licence(g, access, "CC BY 4.0")


def add_agent(g: Graph, of: URIRef, word: str, name: str, homepage: str) -> URIRef:
    """Add an agent with its name and page, named after what it is the agent of."""
    node = URIRef(f"{of}#{word}")
    g.add((node, RDF.type, FOAF.Agent))
    g.add((node, FOAF.name, Literal(name)))
    g.add((node, FOAF.homepage, URIRef(homepage)))
    g.add((URIRef(homepage), RDF.type, FOAF.Document))
    return node


def add_licence(g: Graph, node: URIRef, licence: str) -> None:
    """Add a licence by its address; one that has none known here is a rights statement."""
    address = licence if licence.startswith("http") else _address_of(licence)
    if address:
        _typed(g, node, DCTERMS.license, URIRef(address), DCTERMS.LicenseDocument)
    if address != licence and licence not in _LICENCES:
        rights = URIRef(f"{node}#rights")
        _typed(g, node, DCTERMS.rights, rights, DCTERMS.RightsStatement)
        g.add((rights, RDFS.label, Literal(licence)))


def _address_of(licence: str) -> str | None:
    return next((iri for name, iri in _LICENCES.items() if licence.startswith(name)), None)


def add_file(g: Graph, dataset: URIRef, folder: str, file: PublishedFile) -> None:
    """Add a file of the release as a distribution with size, format and checksum."""
    node = URIRef(f"{folder}{file.path}")
    head = file.path.split("/")[0]
    about = _WHAT.get(head, "File of the release")
    kind = URIRef(f"https://www.iana.org/assignments/media-types/{media_type(file.path)}")
    g.add((dataset, DCAT.distribution, node))
    g.add((node, RDF.type, DCAT.Distribution))
    g.add((node, DCTERMS.title, Literal(file.path)))
    g.add((node, DCTERMS.description, Literal(f"{about}: {file.path}", lang="en")))
    g.add((node, DCAT.accessURL, URIRef(folder)))
    g.add((node, DCAT.downloadURL, node))
    _typed(g, node, DCAT.mediaType, kind, DCTERMS.MediaType)
    ending = _FILE_TYPES.get(file.path[file.path.rfind(".") :])
    if ending:
        format_ = _AUTHORITY[f"file-type/{ending}"]
        _typed(g, node, DCTERMS["format"], format_, DCTERMS.MediaTypeOrExtent)
    g.add((node, DCAT.byteSize, Literal(file.bytes, datatype=XSD.nonNegativeInteger)))
    add_licence(g, node, "CC BY 4.0")
    add_checksum(g, node, file.sha256)


def add_checksum(g: Graph, node: URIRef, sha256: str) -> None:
    """Add the SHA-256 of a file."""
    checksum = URIRef(f"{node}#checksum")
    g.add((node, _SPDX.checksum, checksum))
    g.add((checksum, RDF.type, _SPDX.Checksum))
    g.add((checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256))
    g.add((_SPDX.checksumAlgorithm_sha256, RDF.type, _SPDX.ChecksumAlgorithm))
    g.add((checksum, _SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)))
