from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.measures import whole_network
from permed.graph.network.measures.assortativity import (
    attribute_assortativity,
    degree_assortativity,
    ei_index,
)
from permed.graph.network.measures.bipartite import (
    bipartite_summary,
    latapy_clustering,
    robins_alexander,
)
from tests.graph.network.graphs import empty, from_incidence, graphs, memberships, network

CASES = settings(max_examples=25, deadline=None)


@CASES
@given(graphs())
def test_cohesion_and_distance_equal_networkx(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    assert whole_network.density(net) == pytest.approx(nx.density(graph))
    assert whole_network.global_efficiency(net) == pytest.approx(nx.global_efficiency(graph))
    theirs = nx.transitivity(graph)
    assert np.nan_to_num(whole_network.transitivity(net)) == pytest.approx(theirs)
    sizes = sorted((len(part) for part in nx.connected_components(graph)), reverse=True)
    assert np.bincount(net.components).tolist() == sizes
    if nx.is_connected(graph):
        assert whole_network.average_path(net) == pytest.approx(
            nx.average_shortest_path_length(graph)
        )
        assert net.distances.counts.shape[1] == nx.diameter(graph)


@CASES
@given(graphs())
def test_mixing_equals_networkx(graph: nx.Graph[Any]) -> None:
    net = network(graph)
    with np.errstate(all="ignore"):
        degrees = [(graph.degree(u), graph.degree(v)) for u, v in graph.edges]
        ours = degree_assortativity(net)
        if len({d for pair in degrees for d in pair}) > 1:
            assert ours == pytest.approx(nx.degree_pearson_correlation_coefficient(graph))
        else:
            assert np.isnan(ours)
        ends = {graph.nodes[n]["country"] for edge in graph.edges for n in edge}
        if len(ends) > 1:
            theirs = nx.attribute_assortativity_coefficient(graph, "country")
            assert attribute_assortativity(net, "country") == pytest.approx(theirs)
        else:
            assert np.isnan(attribute_assortativity(net, "country"))


@CASES
@given(graphs())
def test_ei_counts_inside_and_across(graph: nx.Graph[Any]) -> None:
    of = nx.get_node_attributes(graph, "country")
    inside = sum(of[u] == of[v] for u, v in graph.edges)
    net = network(graph)
    if graph.number_of_edges():
        across = graph.number_of_edges() - inside
        assert ei_index(net, "country") == pytest.approx((across - inside) / (across + inside))


@CASES
@given(graphs())
def test_rich_club_equals_networkx(graph: nx.Graph[Any]) -> None:
    if not graph.number_of_edges():
        return
    table = whole_network.rich_club(network(graph)).drop_nulls()
    theirs = nx.rich_club_coefficient(graph, normalized=False)
    ours = dict(table.select("degree", "density").rows())
    assert {k: v for k, v in theirs.items() if k in ours} == pytest.approx(
        {k: ours[k] for k in theirs if k in ours}
    )


def test_a_star_is_all_centre() -> None:
    star = network(nx.star_graph(7))
    for by in ("degree", "betweenness", "closeness"):
        assert whole_network.centralisation(star, by) == pytest.approx(1)
        assert whole_network.centralisation(network(nx.cycle_graph(6)), by) == pytest.approx(0)
    with pytest.raises(InputError, match="centralisation by 'x'"):
        whole_network.centralisation(star, "x")


def test_a_small_world_is_one() -> None:
    ring = nx.connected_watts_strogatz_graph(100, 6, 0.1, seed=2)
    lattice_and_short_cuts = whole_network.small_world(network(ring))
    clustering = nx.average_clustering(ring) / (6 / 99)
    length = nx.average_shortest_path_length(ring) / (np.log(100) / np.log(6))
    assert lattice_and_short_cuts == pytest.approx(clustering / length)
    assert lattice_and_short_cuts > 1


def _summary(net: Network) -> dict[str, float | None]:
    return dict(whole_network.summary(net).select("measure", "value").rows())


def test_summary_has_every_figure_and_its_meaning() -> None:
    net = network(nx.karate_club_graph())
    table = whole_network.summary(net)
    assert table["measure"].to_list() == list(whole_network.WHOLE_NETWORK)
    assert table["meaning"].null_count() == 0
    figures = _summary(net)
    assert figures["nodes"] == 34
    assert figures["links"] == 78
    assert figures["diameter"] == 5
    assert figures["country_ei"] is None


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_summary_of_nothing_is_null_where_nothing_is_defined(size: int) -> None:
    figures = _summary(empty(size))
    assert figures["nodes"] == figures["isolates"] == size
    assert figures["path_length"] is None
    assert figures["degree_assortativity"] is None
    values = whole_network.summary(empty(size))["value"].drop_nulls()
    assert values.is_finite().all()


def test_mixing_by_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no column 'planet'"):
        ei_index(empty(2), "planet")


@CASES
@given(memberships())
def test_bipartite_clustering_equals_networkx(net: Network) -> None:
    assert net.incidence is not None
    theirs = nx.bipartite.from_biadjacency_matrix(net.incidence.matrix)
    for mode in ("dot", "min", "max"):
        values = nx.bipartite.latapy_clustering(theirs, range(net.size), mode=mode)
        ours = latapy_clustering(net, mode)
        np.testing.assert_allclose(ours, [values[i] for i in range(net.size)])
    closed = nx.bipartite.robins_alexander_clustering(theirs)
    assert np.nan_to_num(robins_alexander(net)) == pytest.approx(closed)


def test_bipartite_figures() -> None:
    net = from_incidence(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1.0]]))
    figures = dict(bipartite_summary(net).rows())
    assert figures["pair_meetings"] == 4
    assert figures["solo_events"] == 1
    assert figures["largest_event"] == 3
    assert bipartite_summary(from_incidence(np.zeros((2, 1))))["value"].drop_nulls().len() > 0
    with pytest.raises(InputError, match="edges only"):
        bipartite_summary(empty(2))
    with pytest.raises(InputError, match="mode 'x'"):
        latapy_clustering(net, "x")  # type: ignore[arg-type]


def test_self_loops_do_not_count() -> None:
    graph = nx.path_graph(3)
    graph.add_edge(1, 1)
    figures = _summary(network(graph))
    assert (figures["links"], figures["self_loops"]) == (2, 1)
    assert figures["mean_degree"] == pytest.approx(4 / 3)


def test_distances_go_the_same_over_memberships_and_edges() -> None:
    generator = np.random.default_rng(1)
    net = from_incidence((generator.random((90, 30)) < 0.08).astype(float))
    bare = Network(net.nodes, net.edges)
    assert net.distances.counts.tolist() == bare.distances.counts.tolist()
    assert isinstance(net.nodes, pl.DataFrame)
