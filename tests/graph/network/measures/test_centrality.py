from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from permed.graph.errors import InputError
from permed.graph.network.core.triangles import triangles
from permed.graph.network.measures import centrality, structural_holes
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.measures.path_sampling import PathSampler
from tests.graph.network.graphs import column, empty, graphs, network

CASES = settings(max_examples=25, deadline=None)


def _same(ours: np.ndarray, theirs: np.ndarray, tolerance: float = 1e-8) -> None:
    np.testing.assert_allclose(ours, theirs, atol=tolerance, equal_nan=True)


@CASES
@given(graphs())
def test_degree_strength_core_clustering(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    _same(centrality.degree(net), column(dict(graph.degree()), graph))
    _same(centrality.strength(net), column(dict(graph.degree(weight="weight")), graph))
    _same(centrality.core(net), column(nx.core_number(graph), graph))
    _same(centrality.clustering(net), column(nx.clustering(graph), graph))
    _same(triangles(net), column(nx.triangles(graph), graph))


@CASES
@given(graphs())
def test_betweenness_exact(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    _same(betweenness(net).values, column(nx.betweenness_centrality(graph), graph))
    weighted = nx.betweenness_centrality(graph, weight="length")
    _same(betweenness(net, weighted=True).values, column(weighted, graph))


@CASES
@given(graphs())
def test_closeness_and_harmonic(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    _same(centrality.closeness(net), column(nx.closeness_centrality(graph), graph))
    _same(centrality.harmonic(net), column(nx.harmonic_centrality(graph), graph))


@CASES
@given(graphs())
def test_pagerank(graph: nx.Graph[Any]) -> None:
    theirs = nx.pagerank(graph, tol=1e-14, max_iter=5000)
    _same(centrality.pagerank(network(graph)), column(theirs, graph))


@CASES
@given(graphs())
def test_burt(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    _same(structural_holes.constraint(net), column(nx.constraint(graph, weight="weight"), graph))
    _same(structural_holes.constraint(net, weighted=False), column(nx.constraint(graph), graph))
    _same(structural_holes.effective_size(net), column(nx.effective_size(graph), graph))
    size = column(nx.effective_size(graph), graph) / np.maximum(net.degree, 1)
    _same(structural_holes.efficiency(net), size)


@CASES
@given(graphs())
def test_eigenvector_is_the_limit_of_power_iteration(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    matrix = net.matrix.toarray()
    values, vectors = np.linalg.eigh(matrix)
    if matrix.any():
        leading = vectors[:, values > values[-1] * (1 - 1e-9)]
        limit = leading @ (leading.T @ np.ones(net.size))
        _same(centrality.eigenvector(net), limit / np.linalg.norm(limit), 1e-6)
    else:
        assert np.isnan(centrality.eigenvector(net)).all()


@CASES
@given(graphs(least=4))
def test_eigenvector_equals_networkx_on_connected_graphs(graph: nx.Graph[Any]) -> None:
    if not nx.is_connected(graph):
        return
    for weighted, key in ((True, "weight"), (False, None)):
        theirs = nx.eigenvector_centrality_numpy(graph, weight=key)
        ours = centrality.eigenvector(network(graph), weighted=weighted)
        _same(ours, column(theirs, graph), 1e-6)


def test_eigenvector_conventions() -> None:
    graph = nx.Graph([("DE", "FR", {"weight": 3}), ("FR", "IT", {"weight": 1})])
    graph.add_edge("DE", "DE", weight=5)
    net = network(graph)
    ours = centrality.eigenvector(net, norm="max", loops=True)
    theirs = nx.eigenvector_centrality_numpy(graph, weight="weight")
    _same(ours, column(theirs, graph) / max(theirs.values()), 1e-9)
    assert centrality.eigenvector(net, norm="sum").sum() == pytest.approx(1)
    assert np.linalg.norm(centrality.eigenvector(net)) == pytest.approx(1)
    with pytest.raises(InputError, match="norm 'l3' is unknown"):
        centrality.eigenvector(net, norm="l3")  # type: ignore[arg-type]


def test_eigenvector_on_a_large_component_beside_a_small_one() -> None:
    graph = nx.disjoint_union(nx.barabasi_albert_graph(600, 3, seed=1), nx.complete_graph(4))
    ours = centrality.eigenvector(network(graph))
    theirs = nx.eigenvector_centrality_numpy(graph.subgraph(range(600)))
    _same(ours[:600], np.array([theirs[i] for i in range(600)]), 1e-8)
    assert (ours[600:] == 0).all()


def test_sampled_betweenness_is_within_its_error() -> None:
    graph = nx.barabasi_albert_graph(200, 2, seed=4)
    graph.add_edge(500, 501)
    for one, other in graph.edges:
        graph[one][other].update(weight=1.0 + (one + other) % 3)
    net = network(graph)
    for weighted, error in ((False, 0.05), (True, 0.3)):
        exact = betweenness(net, weighted=weighted)
        sampled = betweenness(net, weighted=weighted, error=error)
        assert (exact.error, exact.confidence) == (0.0, 1.0)
        assert (sampled.error, sampled.confidence) == (error, 0.9)
        assert "sampled" in sampled.method
        assert np.abs(exact.values - sampled.values).max() <= error
        again = betweenness(net, weighted=weighted, error=error)
        assert (again.values == sampled.values).all()


def test_sampled_paths_are_drawn_evenly() -> None:
    # from 0 to 5: two ways over 1 and one over 2, of the same length
    graph = nx.Graph([(0, 1), (0, 2), (1, 3), (1, 4), (2, 6), (3, 5), (4, 5), (6, 5)])
    net = network(nx.relabel_nodes(graph, {i: i for i in sorted(graph)}))
    place = {name: i for i, name in enumerate(net.nodes["id"])}
    sampler = PathSampler(net.binary, net.components, seed=3)
    drawn = [sampler.path(place["0"], place["5"]) for _ in range(3000)]
    over = {name: sum(place[name] in path for path in drawn) / 3000 for name in "1236"}
    assert over == pytest.approx({"1": 2 / 3, "2": 1 / 3, "3": 1 / 3, "6": 1 / 3}, abs=0.04)
    assert all(len(path) == 2 for path in drawn)


def test_large_networks_are_sampled_by_themselves() -> None:
    net = network(nx.star_graph(30))
    assert betweenness(net, exact_up_to=10, error=0.1).error == 0.1
    assert betweenness(net, exact_up_to=10, weighted=True).error == 0.3
    with pytest.raises(InputError, match=r"betweenness error 2 must lie between 0 and 1"):
        betweenness(net, error=2)


def test_damping_outside_its_range_is_refused() -> None:
    with pytest.raises(InputError, match="damping"):
        centrality.pagerank(empty(2), damping=1.0)


@pytest.mark.parametrize("size", [0, 1, 2, 5])
def test_networks_without_edges(size: int) -> None:
    net = empty(size)
    for measure in (centrality.degree, centrality.strength, centrality.core, centrality.clustering,
                    centrality.closeness, centrality.harmonic):  # fmt: skip
        assert measure(net).tolist() == [0.0] * size
    assert centrality.pagerank(net).sum() == pytest.approx(1 if size else 0)
    assert np.isnan(structural_holes.constraint(net)).all()
    assert betweenness(net).values.tolist() == [0.0] * size
