"""Core and periphery, two-mode centralities and topic diversity against brute force."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given

from permed.graph.errors import InputError
from permed.graph.network import analyses, from_tables, project
from permed.graph.network.core.network import Network
from permed.graph.network.measures.bipartite import two_mode_betweenness, two_mode_eigenvector
from permed.graph.network.measures.core_periphery import core_periphery, core_table
from permed.graph.network.measures.topic_diversity import topic_diversity
from tests.graph.network.graphs import empty, graphs, memberships, network
from tests.graph.network.samples import tables


def _misplaced(graph: nx.Graph[Any], core: set[Any]) -> int:
    inside = graph.subgraph(core).number_of_edges()
    outside = graph.subgraph(set(graph) - core).number_of_edges()
    return int(len(core) * (len(core) - 1) // 2 - inside + outside)


@given(graphs(3, 9))
def test_no_other_core_fits_better(graph: nx.Graph[Any]) -> None:
    found = core_periphery(network(graph))
    everywhere = (set(c) for k in range(len(graph) + 1) for c in combinations(graph, k))
    assert found.misplaced == min(_misplaced(graph, core) for core in everywhere)
    core = {node for node, inside in zip(graph, found.core, strict=True) if inside}
    assert _misplaced(graph, core) == found.misplaced


@given(graphs(4, 10))
def test_fit_is_the_correlation_over_the_pairs_that_matter(graph: nx.Graph[Any]) -> None:
    found = core_periphery(network(graph))
    pairs = [(u, v) for u, v in combinations(graph, 2) if found.core[u] == found.core[v]]
    tie = [float(graph.has_edge(u, v)) for u, v in pairs]
    ideal = [float(found.core[u]) for u, _ in pairs]
    if len(set(tie)) < 2 or len(set(ideal)) < 2:
        assert np.isnan(found.fit)
    else:
        assert found.fit == pytest.approx(float(np.corrcoef(tie, ideal)[0, 1]))


def test_widening_countries_have_their_row() -> None:
    graph = nx.star_graph(5)
    graph.add_edge(1, 2)
    for node, country in enumerate(["DE", "PL", "PL", "FR", "RO", "FR"]):
        graph.nodes[node].update(country=country)
    table = core_table(network(graph))
    rows = {row["group"]: row for row in table.to_dicts()}
    assert rows["widening member states"]["nodes"] == 3
    assert rows["other countries"]["nodes"] == 3
    total = sum(rows[c]["in_core"] for c in ("DE", "PL", "FR", "RO"))
    assert total == core_periphery(network(graph)).core.sum()
    assert rows["DE"]["ratio"] == pytest.approx(rows["DE"]["in_core"] / (total / 6))
    with pytest.raises(InputError, match="core by 'mood'"):
        core_table(network(graph), "mood")
    assert analyses.core(empty()).table.is_empty()


@given(memberships())
def test_two_mode_betweenness_is_that_of_networkx(found: Network) -> None:
    assert found.incidence is not None
    cells = found.incidence.matrix.toarray()
    graph: nx.Graph[Any] = nx.Graph()
    nodes = [("n", i) for i in range(cells.shape[0])]
    graph.add_nodes_from(nodes)
    graph.add_nodes_from(("e", k) for k in range(cells.shape[1]))
    graph.add_edges_from((("n", int(i)), ("e", int(k))) for i, k in np.argwhere(cells))
    if len(graph) < 3 or not graph.number_of_edges() or len(nodes) == 1 or cells.shape[1] == 1:
        return  # networkx divides by zero there
    known = nx.bipartite.betweenness_centrality(graph, nodes)
    assert two_mode_betweenness(found) == pytest.approx([known[n] for n in nodes], abs=1e-9)


@given(memberships())
def test_two_mode_eigenvector_is_the_leading_singular_vector(found: Network) -> None:
    assert found.incidence is not None
    cells = found.incidence.matrix.toarray()
    scaled = cells / np.sqrt(np.maximum(cells.sum(axis=0), 1))
    values, vectors = np.linalg.eigh(scaled @ scaled.T)
    if values[-1] < 1e-9 or (len(values) > 1 and values[-1] - values[-2] < 1e-3):
        return  # two parts of equal weight: the vector is not unique
    assert two_mode_eigenvector(found) == pytest.approx(np.abs(vectors[:, -1]), abs=1e-5)


def test_diversity_is_the_double_sum() -> None:
    data = from_tables(tables())
    whole = project(data)
    assert whole.incidence is not None
    topics = pl.DataFrame({
        "activity": ["project/1", "project/1", "project/2", "project/3", "call/1"],
        "topic": ["x", "y", "x", "z", "y"],
    })  # fmt: skip
    sets: dict[str, set[str]] = {}
    for activity, topic in topics.iter_rows():
        sets.setdefault(topic, set()).add(activity)
    events = whole.incidence.events["id"].to_list()
    sets = {t: s & set(events) for t, s in sets.items() if s & set(events)}

    def apart(a: str, b: str) -> float:
        return float(1 - len(sets[a] & sets[b]) / (len(sets[a]) * len(sets[b])) ** 0.5)

    shares = []
    for row in whole.incidence.matrix.toarray():
        mine = [e for e, inside in zip(events, row, strict=True) if inside]
        counts = {t: sum(e in s for e in mine) for t, s in sets.items()}
        total = sum(counts.values())
        shares.append({t: n / total for t, n in counts.items()} if total else {})
    table = topic_diversity(whole, topics, other=0)
    rows = {row["id"]: row for row in table.to_dicts()}
    assert set(rows) == {name for name, p in zip(whole.nodes["id"], shares, strict=True) if p}
    for name, p in zip(whole.nodes["id"], shares, strict=True):
        if p:
            known = sum(p[a] * p[b] * apart(a, b) for a in p for b in p)
            assert rows[name]["diversity"] == pytest.approx(known)
            far = sum(p[a] * shares[0][b] * apart(a, b) for a in p for b in shares[0])
            assert rows[name]["distance"] == pytest.approx(far)
