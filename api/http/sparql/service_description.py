"""What the service says of itself: SPARQL service description and example queries.

W3C SPARQL 1.1 Service Description; SHACL SPARQL executables in the form that
sib-swiss/sparql-examples uses, from which editors complete. Imported when first asked for, since
rdflib is slow to import.
"""

from __future__ import annotations

from typing import Final

from rdflib import RDF, RDFS, SDO, Graph, Literal, Namespace, URIRef

from permed.api.http.release.served_release import ServedRelease
from permed.api.http.sparql.text_search import FEATURE
from permed.api.http.sparql.void import convert
from permed.graph.store import GRAPH_FORMATS, SOLUTION_FORMATS, Format, inspect
from permed.graph.store.query.text_search import TEXT_QUERY
from permed.ontology import PREFIXES
from permed.queries.catalogue import Catalogue, Question

__all__ = ["example_queries", "service_description"]

_SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
_SH: Final = Namespace("http://www.w3.org/ns/shacl#")
_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_VOID: Final = Namespace("http://rdfs.org/ns/void#")
_FORMAT_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}
_KINDS: Final = {
    "select": ("SPARQLSelectExecutable", "select"),
    "ask": ("SPARQLAskExecutable", "ask"),
    "construct": ("SPARQLConstructExecutable", "construct"),
    "describe": ("SPARQLDescribeExecutable", "describe"),
}


def service_description(served: ServedRelease, root: str, wanted: Format) -> bytes:
    """Return the service description; made of the release's list of graphs, never by a query."""
    g = Graph()
    endpoint = URIRef(f"{root}sparql")
    service, dataset, default = (URIRef(f"{endpoint}#{n}") for n in ("service", "dataset", "all"))
    g.add((service, RDF.type, _SD.Service))
    g.add((service, _SD.endpoint, endpoint))
    g.add((service, _SD.supportedLanguage, _SD.SPARQL11Query))
    g.add((service, _SD.feature, _SD.UnionDefaultGraph))
    g.parse(data=FEATURE, format="turtle")
    g.add((service, _SD.propertyFeature, URIRef(TEXT_QUERY)))
    for name in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        g.add((service, _SD.resultFormat, _FORMATS[_FORMAT_NAMES[name]]))
    g.add((service, _SD.defaultDataset, dataset))
    g.add((dataset, RDF.type, _SD.Dataset))
    g.add((dataset, _SD.defaultGraph, default))
    g.add((default, RDF.type, _SD.Graph))
    g.add((default, _VOID.triples, Literal(served.pool.quads)))
    for name in served.pool.graphs:
        node = URIRef(f"{endpoint}#graph-{name.rsplit('/', 1)[-1]}")
        g.add((dataset, _SD.namedGraph, node))
        g.add((node, RDF.type, _SD.NamedGraph))
        g.add((node, _SD.name, URIRef(name)))
    return convert(g.serialize(format="turtle"), wanted)


def example_queries(catalogue: Catalogue, base: str, root: str, wanted: Format) -> bytes:
    """Return the catalogue as SHACL executables with comment, keywords and endpoint."""
    g = Graph()
    for question in catalogue:
        _example(g, question, base, root)
    return convert(g.serialize(format="turtle"), wanted)


def _example(g: Graph, question: Question, base: str, root: str) -> None:
    me = URIRef(f"{root}queries/{question.name}")
    sparql = question.sparql(base)
    form = inspect(sparql).form
    kind, predicate = _KINDS.get(form, _KINDS["select"])
    g.add((me, RDF.type, _SH.SPARQLExecutable))
    g.add((me, RDF.type, _SH[kind]))
    g.add((me, RDFS.label, Literal(question.title, lang="en")))
    g.add((me, RDFS.comment, Literal(question.question, lang="en")))
    g.add((me, _SH[predicate], Literal(sparql)))
    g.add((me, SDO.target, URIRef(f"{root}sparql")))
    for tag in question.tags:
        g.add((me, SDO.keywords, Literal(tag)))
    declaration = URIRef(f"{root}queries#prefixes")
    g.add((me, _SH.prefixes, declaration))
    for prefix, namespace in PREFIXES.items():
        node = URIRef(f"{root}queries#prefix-{prefix}")
        g.add((declaration, _SH.declare, node))
        g.add((node, _SH.prefix, Literal(prefix)))
        g.add((node, _SH.namespace, Literal(namespace)))
