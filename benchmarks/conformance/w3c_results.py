"""The W3C tests of result formats (CSV, TSV, JSON) and of the service description."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx2
import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF
from rdflib.query import ResultRow

from benchmarks.conformance.check import Check, NotOffered, attempt

__all__ = ["data_graphs", "description_checks", "result_checks"]

_FOLDERS = ("csv-tsv-res", "json-res")
_SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".srj": "application/sparql-results+json",
}
_TESTS = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#>
SELECT ?name ?query ?data ?result WHERE {
  ?test mf:name ?name ; mf:action [ qt:query ?query ; qt:data ?data ] ; mf:result ?result
} ORDER BY ?name
"""


def data_graphs(w3c: Path) -> str:
    """Return the data of the tests as N-Quads: each file is a graph named by its address."""
    lines = []
    for folder in _FOLDERS:
        for path in sorted((w3c / folder).glob("data*.ttl")):
            name = ox.NamedNode(path.resolve().as_uri())
            found = ox.parse(path=str(path), rename_blank_nodes=True)
            lines += [f"{ox.Quad(q.subject, q.predicate, q.object, name)} .\n" for q in found]
    return "".join(lines)


def result_checks(client: httpx2.Client, w3c: Path) -> Iterator[Check]:
    """Ask each query of its own graph in each format, and compare with the published answer."""
    for folder in _FOLDERS:
        manifest = (w3c / folder / "manifest.ttl").resolve()
        graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
        for row in graph.query(_TESTS):
            if isinstance(row, ResultRow):
                name, *files = (str(term) for term in row)
                suite = "Result formats CSV, TSV, JSON"
                yield attempt(suite, name, partial(_compare, client, *files))


def _compare(client: httpx2.Client, query: str, data: str, result: str) -> None:
    expected = _file(result)
    reply = client.get(
        "/sparql",
        params={"query": _file(query).read_text(), "default-graph-uri": data},
        headers={"Accept": _TYPES[expected.suffix]},
    )
    assert reply.status_code == 200, reply.text[:200]
    kind = reply.headers["content-type"].partition(";")[0]
    assert kind == _TYPES[expected.suffix], f"the answer is {kind}"
    told, right = (_rows(body, expected.suffix) for body in (reply.content, expected.read_bytes()))
    if told != right and _by_value(told) == _by_value(right):
        raise NotOffered(
            "the same values, but the engine keeps numbers in their canonical form (1.0E6 as "
            "1000000, negativeInteger as integer): it stores no other, so the source's own text is "
            "in the tables of the release"
        )
    assert told == right, f"rows differ: {[r for r in told if r not in right][:2]}"


def _by_value(rows: object) -> object:
    """Return rows with numbers in place of what is written as numbers."""
    if isinstance(rows, list):
        return sorted((_by_value(row) for row in rows), key=str)
    found = _NUMBER.fullmatch(str(rows))
    return float(found[1] or found[2]) if found else rows


_FIGURE = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(
    rf'"({_FIGURE})"\^\^<http://www\.w3\.org/2001/XMLSchema#'
    rf"(?:[a-zA-Z]*[iI]nteger|decimal|double)>|({_FIGURE})"
)


def _file(address: str) -> Path:
    return Path(address.removeprefix("file://"))


def _rows(body: bytes, suffix: str) -> list[object]:
    """Return what an answer says, without the names of blank nodes and without order."""
    if suffix == ".csv":
        heads, *rows = csv.reader(io.StringIO(body.decode()))
        plain = [["_:" if cell.startswith("_:") else cell for cell in row] for row in rows]
        return [heads, *sorted(plain)]
    form = ox.QueryResultsFormat.TSV if suffix == ".tsv" else ox.QueryResultsFormat.JSON
    found = ox.parse_query_results(body, form)
    if isinstance(found, ox.QueryBoolean):
        return [bool(found)]
    names = sorted(variable.value for variable in found.variables)  # SELECT * orders no columns
    return [names, *sorted([_term(row[name]) for name in names] for row in found)]


def _term(term: object) -> str:
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def description_checks(client: httpx2.Client) -> Iterator[Check]:
    """Try the three tests of the service description."""
    suite = "SPARQL 1.1 service description"
    reply = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph()

    def is_rdf() -> None:
        assert reply.status_code == 200, str(reply.status_code)
        graph.parse(data=reply.content, format="turtle")
        assert len(graph) > 0

    def names_the_endpoint() -> None:
        endpoints = {str(o) for o in graph.objects(None, _SD.endpoint)}
        assert any(address.endswith("/sparql") for address in endpoints), f"{endpoints}"

    def keeps_the_schema() -> None:
        services = list(graph.subjects(RDF.type, _SD.Service))
        assert len(services) == 1, f"{len(services)} services"
        assert set(graph.objects(services[0], _SD.supportedLanguage)) == {_SD.SPARQL11Query}
        assert list(graph.objects(services[0], _SD.defaultDataset))
        terms = {t for triple in graph for t in triple[1:] if str(t).startswith(str(_SD))}
        unknown = [t for t in terms if str(t).removeprefix(str(_SD)) not in _SD_TERMS]
        assert not unknown, f"terms that the vocabulary lacks: {unknown}"

    yield attempt(suite, "GET on the endpoint returns RDF", is_rdf)
    yield attempt(suite, "it names the endpoint", names_the_endpoint)
    yield attempt(suite, "it keeps to the schema", keeps_the_schema)


# of https://www.w3.org/TR/sparql11-service-description/, section 3
_SD_TERMS = frozenset(
    re.findall(
        r"\w+",
        """Service Feature Language Function Aggregate EntailmentRegime EntailmentProfile
    GraphCollection Dataset Graph NamedGraph endpoint feature defaultEntailmentRegime
    entailmentRegime defaultSupportedEntailmentProfile supportedEntailmentProfile extensionFunction
    extensionAggregate languageExtension supportedLanguage propertyFeature defaultDataset
    availableGraphs resultFormat inputFormat defaultGraph namedGraph name graph SPARQL10Query
    SPARQL11Query SPARQL11Update DereferencesURIs UnionDefaultGraph RequiresDataset EmptyGraphs
    BasicFederatedQuery""",
    )
)
