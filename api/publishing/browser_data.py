"""What the browser asks without a server: the graph, the names, the questions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from permed.graph.releases.release import Release
from permed.graph.store.query.parameters import substitute
from permed.ontology import PREFIXES
from permed.queries.catalogue import Catalogue

__all__ = ["LARGEST_GRAPH", "fits_browser", "graph_file", "names_file", "questions_file"]

# bytes of N-Quads that a browser holds: measured, 1.2 million statements take 21 s and 2.3 GB
# (web/tests/largest_graph.js; docs/publish.md)
LARGEST_GRAPH: Final = 250_000_000
_LABELS: Final = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
)
_OTHER_NAMES: Final = (
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://data.europa.eu/s66#legalName",
    f"{PREFIXES['pm']}acronym",
)


def fits_browser(release: Release) -> bool:
    """Tell whether a browser can hold the graph of a release."""
    return release.graph_bytes <= LARGEST_GRAPH


def graph_file(release: Release) -> bytes:
    """Return all statements as compressed N-Quads, for a browser that can hold them.

    The merge of all graphs stands first, each triple once, as the default graph; then the named
    graphs. The same release gives the same bytes.
    """
    lines = sorted({line for path in release.graphs for line in path.read_bytes().splitlines()})
    merged = sorted({line[: line.rindex(b" <")] + b" ." for line in lines})
    return gzip.compress(b"\n".join([*merged, *lines]) + b"\n", 6, mtime=0)


def names_file(release: Release) -> bytes:
    """Return what is searched, as JSON rows: path of the thing, name, other names."""
    names: dict[str, tuple[list[str], list[str]]] = {}
    for thing, kind, text in _named(release):
        known = names.setdefault(thing, ([], []))
        if text not in known[kind]:
            known[kind].append(text)
    rows = [
        [thing, label[0], " · ".join([*label[1:], *others])]
        for thing, (label, others) in sorted(names.items())
        if label
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _named(release: Release) -> Iterator[tuple[str, int, str]]:
    start = f"{release.base}id/"
    for path in release.graphs:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS):
            name, value = quad.predicate.value, quad.object
            if not isinstance(value, ox.Literal) or not isinstance(quad.subject, ox.NamedNode):
                continue
            if (name in _LABELS or name in _OTHER_NAMES) and quad.subject.value.startswith(start):
                yield quad.subject.value.removeprefix(start), int(name in _OTHER_NAMES), value.value


def questions_file(base: str) -> bytes:
    """Return the catalogue as JSON: name, title, and the query with its example values put in."""
    told: list[dict[str, Any]] = []
    for question in Catalogue.load():
        terms = question.bind(question.examples(), base)
        text = substitute(question.sparql(base), terms)
        told.append({"name": question.name, "title": question.title, "sparql": text})
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
