"""How a release was made, as W3C PROV-O: inputs with checksums, code, time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rdflib import DCTERMS, PROV, RDF, RDFS, XSD, Graph, Literal, URIRef

from permed.graph.releases.dcat import add_checksum

__all__ = ["provenance"]


def provenance(
    base: str,
    release: str,
    times: tuple[datetime, datetime],
    code: tuple[str, str],
    inputs: Mapping[str, Mapping[str, str]],
) -> str:
    """Return Turtle that says what a release was made of.

    `times` are start and end of the build, `code` the version of this package and the digest of all
    that decides the outcome; `inputs` gives, for each source, its files with their SHA-256.
    """
    g = Graph()
    g.bind("prov", PROV)
    folder = f"{base}releases/{release}/"
    whole, build = URIRef(folder), URIRef(f"{folder}#build")
    software = URIRef(f"{folder}#software")
    g.add((whole, RDF.type, PROV.Entity))
    g.add((whole, DCTERMS.identifier, Literal(release)))
    g.add((whole, PROV.specializationOf, URIRef(f"{base}dataset")))
    g.add((whole, PROV.wasGeneratedBy, build))
    g.add((build, RDF.type, PROV.Activity))
    g.add((build, RDFS.label, Literal(f"Build of release {release}", lang="en")))
    for link, time in zip((PROV.startedAtTime, PROV.endedAtTime), times, strict=True):
        g.add((build, link, Literal(time.isoformat(), datatype=XSD.dateTime)))
    g.add((build, PROV.wasAssociatedWith, software))
    g.add((software, RDF.type, PROV.SoftwareAgent))
    g.add((software, RDFS.label, Literal(f"permed-graph {code[0]}")))
    g.add((software, DCTERMS.hasVersion, Literal(code[0])))
    g.add((build, DCTERMS.identifier, Literal(code[1])))
    for source, files in inputs.items():
        graph = URIRef(f"{base}graph/{source}")
        g.add((graph, RDF.type, PROV.Entity))
        g.add((graph, PROV.wasGeneratedBy, build))
        for n, (name, sha256) in enumerate(sorted(files.items()), start=1):
            file = URIRef(f"{folder}#input-{source}-{n}")
            g.add((file, RDF.type, PROV.Entity))
            g.add((file, DCTERMS.title, Literal(name)))
            g.add((build, PROV.used, file))
            g.add((graph, PROV.wasDerivedFrom, file))
            add_checksum(g, file, sha256)
    return g.serialize(format="turtle")
