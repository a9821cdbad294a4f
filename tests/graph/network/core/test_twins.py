"""What measures share: twins, figures kept with the network."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from permed.graph.network.core.twins import twins
from permed.graph.network.measures import centrality
from permed.graph.network.measures.betweenness import betweenness
from tests.graph.network.graphs import graphs, network


def test_twins_have_the_same_circle() -> None:
    @settings(max_examples=40)
    @given(graphs(least=2))
    def same(graph: nx.Graph[int]) -> None:
        net = network(graph)
        found = twins(net.binary)
        circles = [frozenset({*graph[node], node}) for node in graph]
        assert len(set(circles)) == len(found.sizes)
        for one, circle in enumerate(circles):
            for other in range(one):
                assert (found.group[one] == found.group[other]) == (circle == circles[other])
        assert found.sizes.sum() == net.size

    same()


def test_betweenness_of_consortia_that_overlap() -> None:
    """Cliques with members of their own: mostly twins, and bridges of every kind between them."""
    graph: nx.Graph[int] = nx.Graph()
    for members in (range(6), range(5, 12), (3, 20, 21, 22), (11, 22, 30, 31), range(40, 44)):
        graph.add_edges_from((a, b) for a in members for b in members if a < b)
    graph = nx.convert_node_labels_to_integers(graph, ordering="sorted")
    theirs = nx.betweenness_centrality(graph)
    net = network(graph)
    np.testing.assert_allclose(betweenness(net).values, [theirs[n] for n in graph], atol=1e-14)
    assert len(net.twins.sizes) < net.size / 2
    lengths = [sum(nx.single_source_shortest_path_length(graph, n).values()) for n in graph]
    assert (net.distances.counts @ net.distances.lengths).tolist() == lengths


def test_figures_are_computed_once_for_the_same_options() -> None:
    net = network(nx.karate_club_graph())
    first = centrality.eigenvector(net)
    assert centrality.eigenvector(net, weighted=True) is first
    assert centrality.eigenvector(net, norm="max") is not first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


def test_every_run_gives_the_same_digits() -> None:
    graph = nx.connected_watts_strogatz_graph(300, 6, 0.2, seed=3)
    runs = [betweenness(network(graph)).values for _ in range(2)]
    assert runs[0].tobytes() == runs[1].tobytes()
