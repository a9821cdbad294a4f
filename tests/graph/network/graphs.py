"""Random graphs for property tests: networkx makes them, both sides measure them."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from hypothesis import strategies as st
from scipy import sparse

from permed.graph.network.core.network import EDGE_SCHEMA, Incidence, Network, edge_frame
from permed.graph.network.files.networkx_graphs import from_networkx

Graph = nx.Graph


@st.composite
def graphs(draw: st.DrawFn, least: int = 3, most: int = 14) -> nx.Graph[Any]:
    """Weighted simple graphs, sparse to dense, connected or not, with countries and types."""
    n = draw(st.integers(least, most))
    density = draw(st.sampled_from([0.05, 0.2, 0.5, 0.9]))
    seed = draw(st.integers(0, 10_000))
    graph: nx.Graph[Any] = nx.gnp_random_graph(n, density, seed=seed)
    generator = np.random.default_rng(seed)
    for one, other in graph.edges:
        weight = float(generator.integers(1, 6)) / draw(st.sampled_from([1, 2]))
        graph[one][other].update(weight=weight, length=1 / weight)
    for node in graph:
        graph.nodes[node].update(country=["DE", "FR", "IT"][int(generator.integers(3))], type="t")
    return graph


def network(graph: nx.Graph[Any]) -> Network:
    """The same graph as a Network; node i is row i."""
    return from_networkx(graph)


def column(values: dict[Any, float], graph: nx.Graph[Any]) -> np.ndarray:
    """networkx values in node order, as floats."""
    return np.array([values[node] for node in graph], dtype=np.float64)


@st.composite
def memberships(draw: st.DrawFn) -> Network:
    """Random memberships of up to 10 nodes in up to 8 events, with their projection."""
    seed = draw(st.integers(0, 10_000))
    generator = np.random.default_rng(seed)
    shape = (draw(st.integers(2, 10)), draw(st.integers(1, 8)))
    cells = (generator.random(shape) < draw(st.sampled_from([0.15, 0.4, 0.7]))).astype(float)
    return from_incidence(cells)


def from_incidence(cells: np.ndarray) -> Network:
    """The network of a 0/1 matrix of nodes by events."""
    joint = sparse.csr_array(cells)
    names = [f"n{i}" for i in range(cells.shape[0])]
    countries = [("DE", "FR")[i % 2] for i in range(len(names))]
    nodes = pl.DataFrame({"id": names, "label": names, "country": countries, "type": countries})
    events = pl.DataFrame({"id": [f"e{i}" for i in range(cells.shape[1])]})
    edges = edge_frame(sparse.csr_array(joint @ joint.T))
    proper = edges.filter(pl.col("source") != pl.col("target"))
    return Network(nodes, proper, Incidence(joint, events))


def empty(size: int = 0) -> Network:
    """A network without edges."""
    names = [f"n{i}" for i in range(size)]
    none = pl.Series([None] * size, dtype=pl.String)
    columns = {"id": pl.Series(names, dtype=pl.String), "label": pl.Series(names, dtype=pl.String)}
    nodes = pl.DataFrame(columns | {"country": none, "type": none, "region": none})
    return Network(nodes, pl.DataFrame(schema=EDGE_SCHEMA))
