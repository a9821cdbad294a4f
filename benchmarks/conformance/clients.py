"""Clients that people use, each asked to do its usual work with the running server."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import GET, POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper

from benchmarks.conformance.check import Check, NotTried, attempt
from tests import ROOT

__all__ = ["client_checks", "mapping_checks"]

_NPM = ROOT / ".venv" / "comunica"
_ROWS = "SELECT ?s ?name WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?name } LIMIT 5"
_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5"
_SELECT = ("json", "xml", "csv", "tsv")
_GRAPH = ("turtle", "n3", "rdf", "rdf+xml", "json-ld")


def client_checks(address: str) -> Iterator[Check]:
    """Try each client that is installed against the server at an address."""
    for form in (*_SELECT, *_GRAPH):
        for method in (GET, POST):
            name = f"returnFormat {form}, {method}"
            yield attempt("SPARQLWrapper", name, partial(_wrapper, address, form, method))
    yield attempt("SPARQLWrapper", "POST directly", partial(_directly, address))
    store = rdflib.Graph(SPARQLStore(f"{address}/sparql"))
    for name, act in (
        ("SELECT, ASK and CONSTRUCT", _queries),
        ("initBindings", _bindings),
        ("triples() and len()", _walk),
    ):
        yield attempt("rdflib SPARQLStore", name, partial(act, store))
    yield attempt("pandas", "read_csv of an answer", partial(_pandas, address))
    yield attempt("pandas", "read_csv and read_parquet of a list", partial(_pandas_list, address))
    yield attempt("reconciler", "a table gets its ids", partial(_reconciler, address))
    for name, (query, media, lines) in _COMUNICA.items():
        yield attempt("comunica", name, partial(_comunica, address, query, media, lines))


def _wrapper(address: str, form: str, method: str) -> None:
    client = SPARQLWrapper(f"{address}/sparql", returnFormat=form)
    client.setMethod(method)
    client.setQuery(_ROWS if form in _SELECT else _TRIPLES)
    found: Any = client.queryAndConvert()
    if form == "json":
        assert len(found["results"]["bindings"]) == 5
    elif form == "xml":
        assert len(found.getElementsByTagName("result")) == 5
    elif form in _SELECT:
        assert len(found.decode().splitlines()) == 6
    elif isinstance(found, rdflib.Graph):
        assert len(found) == 5
    else:
        kind = {"n3": "n3", "turtle": "turtle"}[form]
        assert len(rdflib.Graph().parse(data=found, format=kind)) == 5


def _directly(address: str) -> None:
    client = SPARQLWrapper(f"{address}/sparql", returnFormat="json")
    client.setMethod(POST)
    client.setQuery(_ROWS)
    for way in (POSTDIRECTLY, URLENCODED):
        client.setRequestMethod(way)
        found: Any = client.queryAndConvert()
        assert len(found["results"]["bindings"]) == 5, way


def _queries(graph: rdflib.Graph) -> None:
    assert len(list(graph.query(_ROWS))) == 5
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert len(list(graph.query(_TRIPLES))) == 5


def _bindings(graph: rdflib.Graph) -> None:
    thing = next(iter(graph.query(_ROWS)))[0]  # type: ignore[index]
    found = graph.query(
        "SELECT ?p ?o WHERE { ?s ?p ?o }", initBindings={"s": rdflib.URIRef(str(thing))}
    )
    assert len(list(found)) > 0


def _walk(graph: rdflib.Graph) -> None:
    thing = next(iter(graph.query(_ROWS)))[0]  # type: ignore[index]
    assert list(graph.triples((thing, None, None)))
    assert len(graph) > 100


def _installed(module: str, package: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise NotTried(f"{package} is not installed")


def _pandas(address: str) -> None:
    _installed("pandas", "pandas")
    import pandas

    asked = urlencode({"query": _ROWS, "format": "csv"})
    frame = pandas.read_csv(f"{address}/sparql?{asked}")
    assert list(frame.columns) == ["s", "name"]
    assert len(frame) == 5


def _pandas_list(address: str) -> None:
    _installed("pyarrow", "pyarrow, with which pandas reads Parquet,")
    import pandas

    url = f"{address}/api/v1/organisations"
    table = pandas.read_csv(f"{url}?format=csv")
    parquet = httpx2.get(url, params={"format": "parquet"}).content
    assert len(table) > 0
    assert len(table) == len(pandas.read_parquet(io.BytesIO(parquet)))


def _reconciler(address: str) -> None:
    _installed("reconciler", "reconciler")
    import pandas
    from reconciler import reconcile

    names = pandas.Series(["French National Research Agency"], name="name")
    found = reconcile(names, reconciliation_endpoint=f"{address}/reconcile")
    assert str(found["id"].iloc[0]).endswith("organisation/anr"), f"{found.to_dict()}"


_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_COMUNICA = {
    # what is tried: the query, the form of the answer, how many lines it has
    "SELECT over the endpoint": (_ROWS, "text/csv", 6),
    "CONSTRUCT over the endpoint": (
        f"CONSTRUCT {{ ?s {_LABEL} ?o }} WHERE {{ ?s {_LABEL} ?o }} LIMIT 5",
        "application/n-triples",
        5,
    ),
    "a join that it plans itself": (
        f"SELECT ?s ?name WHERE {{ ?s a <http://data.europa.eu/s66#Project> ; {_LABEL} ?name }}",
        "text/csv",
        3,
    ),
}


def _comunica(address: str, query: str, media: str, lines: int) -> None:
    """Ask by the command line of Comunica (npm), which `make conformance` installs."""
    program = _NPM / "node_modules" / ".bin" / "comunica-sparql"
    if not program.is_file():
        raise NotTried("@comunica/query-sparql (npm) is not installed")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # its own Node first
    command = [str(program), f"sparql@{address}/sparql", query, "-t", media]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=120, env={"PATH": path}
    )
    told = [line for line in done.stdout.splitlines() if line]
    assert len(told) == lines, f"{len(told)} lines, not {lines}"


def mapping_checks(release: Path) -> Iterator[Check]:
    """Let the reference library of SSSOM read the mapping set of a release."""

    def parse() -> None:
        _installed("sssom", "sssom")
        from sssom.parsers import parse_sssom_table

        found = parse_sssom_table(str(next((release / "mappings").glob("*.sssom.tsv"))))
        assert len(found.df) > 0

    yield attempt("sssom", "the published mapping set parses", parse)
