from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import polars as pl
import pytest
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.comparison.against_chance import pair_scores, z_scores
from permed.graph.network.comparison.brokers_beside_chance import broker_scores
from permed.graph.network.comparison.null_model import (
    curveball,
    null_networks,
)
from permed.graph.network.core.false_discovery import benjamini_hochberg
from permed.graph.network.core.network import Network
from tests.graph.network.graphs import empty, from_incidence, network


def test_curveball_keeps_both_margins() -> None:
    generator = np.random.default_rng(1)
    cells = sparse.csr_array((generator.random((15, 12)) < 0.3).astype(float))
    drawn = curveball(cells, generator)
    assert (drawn.sum(axis=0) == cells.sum(axis=0)).all()
    assert (drawn.sum(axis=1) == cells.sum(axis=1)).all()
    assert set(drawn.data.tolist()) == {1.0}
    assert (drawn != cells).nnz > 0


@pytest.mark.slow
def test_curveball_reaches_every_matrix_evenly() -> None:
    # rows of 1, 1, 1 and columns of 1, 1, 1: the six permutation matrices
    generator = np.random.default_rng(2)
    identity = sparse.csr_array(np.eye(3))
    seen = Counter(tuple(curveball(identity, generator).indices) for _ in range(1200))
    assert len(seen) == 6
    assert all(abs(count - 200) < 65 for count in seen.values())


def test_edge_switches_keep_every_degree() -> None:
    net = network(nx.karate_club_graph())
    for sample in null_networks(net, 3):
        assert sample.degree.tolist() == net.degree.tolist()
    assert len(list(null_networks(empty(3), 2))) == 2


def test_a_drawn_network_is_what_its_edges_say() -> None:
    net = from_incidence((np.random.default_rng(4).random((14, 9)) < 0.3).astype(float))
    for sample in null_networks(net, 2):
        again = Network(sample.nodes, sample.edges)
        assert sample.proper.equals(sample.edges)
        assert (sample.matrix != again.matrix).nnz == 0
        assert sample.degree.tolist() == again.degree.tolist()
        parts = nx.connected_components(nx.Graph(sample.edges.select("source", "target").rows()))
        assert sample.components.tolist() == again.components.tolist()
        assert (sample.components == 0).sum() == max(map(len, parts))


def test_two_circles_are_more_closed_than_chance() -> None:
    events = np.zeros((12, 12))
    for i in range(6):
        events[[i, (i + 1) % 6], i] = 1
        events[[6 + i, 6 + (i + 1) % 6], 6 + i] = 1
    net = from_incidence(events)
    table = z_scores(net, 30)
    row = table.row(by_predicate=pl.col("measure") == "giant_component", named=True)
    assert row["observed"] == 6
    assert row["z"] is None or row["z"] < 0
    links = table["observed"].to_list()[0]
    assert links == 12
    again = z_scores(net, 30)
    assert again.equals(table)


def _ladder(size: int) -> Network:
    """Even nodes (DE) meet each other and odd ones (FR) too, in twos and in a ring."""
    cells = np.zeros((size, size))
    for k in range(size // 2):
        cells[[2 * k, (2 * k + 2) % size], k] = 1
        cells[[2 * k + 1, (2 * k + 3) % size], k + size // 2] = 1
    return from_incidence(cells)


def test_pairs_of_groups_against_chance() -> None:
    table = pair_scores(_ladder(40), samples=100)
    rows = {(row["one"], row["other"]): row for row in table.iter_rows(named=True)}
    assert rows["DE", "DE"]["z"] > 3
    assert rows["DE", "FR"]["z"] < -3
    assert rows["DE", "FR"]["observed"] == 0
    assert rows["DE", "FR"]["p"] == pytest.approx(2 / 101)
    assert {row["tests"] for row in rows.values()} == {3}
    assert rows["DE", "FR"]["q"] == pytest.approx(2 / 101)  # all three are as rare


def test_nothing_is_told_where_fewer_than_five_are_expected() -> None:
    table = pair_scores(_ladder(8), samples=40)
    assert (table["null_mean"] < 5).all()
    for told in ("z", "p", "q"):
        assert table[told].null_count() == table.height
    assert table["tests"].to_list() == [0] * table.height


def test_q_values_by_hand() -> None:
    # Benjamini and Hochberg 1995: q of the i-th smallest is the least p_j m / j over j >= i
    p = np.array([0.01, np.nan, 0.04, 0.03, 0.20])
    q = benjamini_hochberg(p)
    assert q[[0, 3, 2, 4]].tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.20])
    assert np.isnan(q[1])


def test_brokers_of_a_star_of_projects_are_what_their_activities_explain() -> None:
    # node 0 is in six projects of three, whose others meet nowhere else
    cells = np.zeros((13, 6))
    for k in range(6):
        cells[[0, 2 * k + 1, 2 * k + 2], k] = 1
    table = broker_scores(from_incidence(cells), samples=20)
    hub = table.row(0, named=True)
    assert hub["total"] == 12 * 11 - 2 * 6
    # every random network with these margins is the same star
    assert hub["expected"] == pytest.approx(hub["total"])
    assert hub["ratio"] == pytest.approx(1)
    assert hub["p"] is None
    assert table["total"].to_list()[1:] == [0] * 12
    assert table["ratio"].null_count() == 12


@pytest.mark.slow
def test_brokers_against_the_mean_of_networks_drawn_one_by_one() -> None:
    generator = np.random.default_rng(4)
    net = from_incidence((generator.random((20, 14)) < 0.2).astype(float))
    table = broker_scores(net, samples=25, seed=3)
    totals = []
    for sample in null_networks(net, 25, 3):
        graph = nx.Graph(sample.edges.select("source", "target").rows())
        graph.add_nodes_from(range(20))
        totals.append([
            sum(1 for i in graph[j] for k in graph[j] if i != k and not graph.has_edge(i, k))
            for j in range(20)
        ])  # fmt: skip
    assert table["expected"].to_list() == pytest.approx(np.mean(totals, axis=0).tolist())


def test_nulls_of_nothing() -> None:
    assert z_scores(empty(2), 2)["z"].null_count() == 8
    assert pair_scores(empty(2), samples=2).is_empty()
    assert broker_scores(empty(2), samples=2).is_empty()
    with pytest.raises(InputError, match="at least 2 samples"):
        z_scores(empty(2), 1)
