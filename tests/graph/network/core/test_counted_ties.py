from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from permed.graph.network.core.counted_ties import counted_ties
from permed.graph.network.core.network import Network
from permed.graph.network.files.networkx_graphs import to_networkx
from permed.graph.network.measures import centrality, structural_holes
from tests.graph.network.graphs import column, from_incidence, memberships


def _bound_by_activities(seed: int) -> Network:
    """Large activities, some of one member, some nodes with the same activities or none."""
    cells = np.random.default_rng(seed).random((24, 7)) < 0.45
    cells[20:, :] = cells[3, :]  # the same activities, five times
    cells[7, :] = False
    cells[:, 6] = False
    cells[5, 6] = True
    return from_incidence(cells.astype(float))


@pytest.mark.parametrize("seed", range(6))
def test_measures_over_activities_are_those_of_networkx(seed: int) -> None:
    net = _bound_by_activities(seed)
    graph = to_networkx(net)
    assert counted_ties(net) is not None
    for ours, theirs in (
        (structural_holes.constraint(net), nx.constraint(graph, weight="weight")),
        (centrality.pagerank(net), nx.pagerank(graph, tol=1e-14, max_iter=5000)),
    ):
        np.testing.assert_allclose(ours, column(theirs, graph), rtol=1e-10, equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(memberships())
def test_small_networks_measure_the_same_with_and_without_memberships(net: Network) -> None:
    bare = Network(net.nodes, net.edges)
    for measure in (structural_holes.constraint, centrality.pagerank):
        np.testing.assert_allclose(measure(net), measure(bare), rtol=1e-10, equal_nan=True)


def test_ties_that_count_something_else_are_measured_themselves() -> None:
    net = _bound_by_activities(1)
    assert net.incidence is not None
    weights = pl.Series("weight", np.arange(1.0, net.edges.height + 1))
    for other in (
        replace(net, edges=net.edges.with_columns(weights), memo={}),
        replace(net, edges=net.edges.head(-1), memo={}),
        replace(net, incidence=net.incidence.without_some_ties(), memo={}),
        Network(net.nodes, net.edges),
    ):
        assert counted_ties(other) is None
