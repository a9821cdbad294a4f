"""To and from networkx, the lingua franca of Python network tools."""

from __future__ import annotations

from typing import Any

import networkx as nx
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import EDGE_SCHEMA, Network

__all__ = ["from_networkx", "to_networkx"]

_TEXT = ("label", "kind", "type", "country", "region")


def to_networkx(network: Network) -> nx.Graph[str]:
    """Return a networkx graph: nodes by id with the node columns, edges with `weight`."""
    graph: nx.Graph[str] = nx.Graph()
    for row in network.nodes.iter_rows(named=True):
        known = {key: value for key, value in row.items() if value is not None and key != "id"}
        graph.add_node(row["id"], **known)
    names = network.nodes["id"]
    rows = zip(
        names.gather(network.edges["source"]),
        names.gather(network.edges["target"]),
        network.edges["weight"],
        strict=True,
    )
    graph.add_weighted_edges_from(rows)
    return graph


def from_networkx(graph: nx.Graph[Any], weight: str = "weight") -> Network:
    """Return the network of an undirected networkx graph, nodes in its order; weight 1 by default.

    Node attributes label, kind, type, country and region are kept as text. InputError for a
    directed graph, a multigraph, or a weight that is not a number above 0.
    """
    if graph.is_directed() or graph.is_multigraph():
        raise InputError("the graph is directed or a multigraph; make it an undirected Graph first")
    place = {node: i for i, node in enumerate(graph)}
    rows = []
    for one, other, value in graph.edges(data=weight, default=1):
        if not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise InputError(f"edge {one!r} - {other!r}: {weight} {value!r} is no number above 0")
        rows.append((*sorted((place[one], place[other])), float(value)))
    nodes = {"id": [_text(node) for node in graph]} | {
        name: [_text(data.get(name)) for _, data in graph.nodes(data=True)] for name in _TEXT
    }
    frame = pl.DataFrame(nodes, schema=dict.fromkeys(("id", *_TEXT), pl.String))
    edges = pl.DataFrame(rows, schema=EDGE_SCHEMA, orient="row").sort("source", "target")
    return Network(frame.with_columns(label=pl.coalesce("label", "id")), edges)


def _text(value: object) -> str | None:
    """Return a value as text; InputError where it holds half a character, as an escape may."""
    if value is None:
        return None
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise InputError(
            f"{text!a}: character {problem.start + 1} is half of one (a surrogate), which no text "
            "holds; correct the name"
        ) from None
    return text
