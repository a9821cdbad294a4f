"""The graphs that a query is about: what FROM names, and the merge of several as one default graph.

W3C SPARQL 1.1 Query, 13.2.1: the default graph is the RDF merge of the graphs in FROM, in which a
triple stands once. The engine makes a union, in which a triple of two graphs counts twice. A build
says each triple in one graph only, so that only contributed graphs need the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from permed.graph.store.query.prologue import declared_prefixes, full_address
from permed.graph.store.query.tokens import tokens

__all__ = ["CONTRIBUTED", "Dataset", "dataset_of", "merge", "needs_merge"]

CONTRIBUTED: Final = (
    "graph/contributed-"  # how addresses of contributed graphs go on after the base
)


@dataclass(frozen=True)
class Dataset:
    """The RDF dataset of a request (SPARQL 1.1 Protocol, 2.1.4): addresses of its graphs."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def dataset_of(sparql: str) -> Dataset:
    """Return the graphs that FROM and FROM NAMED name; relative addresses stay as they are."""
    found = [token for token in tokens(sparql) if not token.depth]
    prefixes = declared_prefixes(found)
    graphs: dict[str, list[str]] = {"FROM": [], "NAMED": []}
    for word, term in pairwise(found):
        if word.text.upper() in graphs and term.kind in ("iri", "name"):
            graphs[word.text.upper()].append(full_address(term.text, prefixes))
    return Dataset(tuple(graphs["FROM"]), tuple(graphs["NAMED"]))


def needs_merge(dataset: Dataset) -> bool:
    """Whether the graphs of the default graph may say the same triple twice."""
    graphs = set(dataset.default)
    return len(graphs) > 1 and any(CONTRIBUTED in graph for graph in graphs)


def merge(store: ox.Store, dataset: Dataset) -> ox.Store:
    """Return a store whose default graph is the merge; takes time and memory by its size."""
    merged = ox.Store()
    merged.bulk_extend(_quads(store, dataset))
    return merged


def _quads(store: ox.Store, dataset: Dataset) -> Iterator[ox.Quad]:
    for name in dict.fromkeys(dataset.default):
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name)):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
    for name in dict.fromkeys(dataset.named):
        yield from store.quads_for_pattern(None, None, None, ox.NamedNode(name))
