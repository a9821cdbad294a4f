from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network.comparison.robustness import (
    attack,
    departures,
    giant_without,
)
from tests.graph.network.graphs import empty, graphs, network

# two triangles that only node 2 joins, and a leaf that hangs on it
BOW = nx.Graph([(0, 1), (0, 2), (1, 2), (2, 3), (2, 4), (3, 4), (2, 5)])


def test_what_is_lost_with_the_one_that_joins() -> None:
    row = departures(network(BOW), count=1).row(0, named=True)
    assert row["id"] == "2"
    assert row["partners"] == 5
    assert (row["giant_before"], row["giant_after"]) == (5, 2)
    assert row["lost_pairs"] == 10 - 2
    assert row["stranded"] == 1
    # before: 2 pairs at distance 1 and 8 at distance 2, of ten
    assert row["efficiency_before"] == pytest.approx((2 + 8 / 2) / 10)
    assert row["efficiency_after"] == pytest.approx(2 / 10)


def test_leaving_together_or_one_by_one() -> None:
    apart = departures(network(BOW), ["0", "5"])
    assert apart["id"].to_list() == ["0", "5"]
    assert apart["lost_pairs"].to_list() == [0, 0]
    both = departures(network(BOW), ["0", "2"], together=True)
    assert both["giant_after"].to_list() == [2]
    with pytest.raises(NotFoundError, match="'x' is not in this network"):
        departures(network(BOW), ["x"])


@settings(max_examples=30, deadline=None)
@given(graphs(least=4))
def test_losses_equal_networkx(graph: nx.Graph[int]) -> None:
    row = departures(network(graph), ["0"]).row(0, named=True)
    rest = nx.Graph(graph)
    rest.remove_node(0)
    before = sum(nx.has_path(graph, u, v) for u in rest for v in rest if u < v)
    after = sum(nx.has_path(rest, u, v) for u in rest for v in rest if u < v)
    assert row["lost_pairs"] == before - after
    assert row["efficiency_after"] == pytest.approx(nx.global_efficiency(rest))


@pytest.mark.slow
def test_a_star_falls_apart_by_degree_and_hardly_at_random() -> None:
    star = network(nx.star_graph(20))
    aimed, blind = attack(star, share=0.2, steps=4), attack(star, "random", share=0.2, steps=4)
    assert aimed["giant"].to_list()[:2] == pytest.approx([1, 1 / 21])
    assert (blind["giant"][1:] > aimed["giant"][1:]).all()
    assert (blind["giant_sd"] > 0).any()
    assert attack(star, "random").equals(attack(star, "random"))


def test_the_curve_starts_whole_and_ends_with_nothing() -> None:
    for order in ("degree", "strength", "betweenness"):
        curve = attack(network(BOW), order, share=1.0)
        assert curve["removed"].to_list() == pytest.approx(np.arange(7) / 6)
        assert curve["giant"].to_list()[0] == 1
        assert curve["giant"].to_list()[-1] == 0
        assert curve["efficiency"][0] == pytest.approx(nx.global_efficiency(BOW))


def test_efficiency_can_be_left_out_and_nothing_else_changes() -> None:
    curve, short = attack(network(BOW), "random"), attack(network(BOW), "random", efficiency=False)
    assert short["efficiency"].null_count() == short.height
    assert short.drop("efficiency").equals(curve.drop("efficiency"))


@pytest.mark.parametrize("size", [0, 1, 3])
def test_networks_without_links(size: int) -> None:
    assert departures(empty(size)).height == size
    curve = attack(empty(size))
    assert curve.null_count().sum_horizontal().item() in (0, curve.height)


def test_unusable_options_are_refused() -> None:
    with pytest.raises(InputError, match="attack by 'x'"):
        attack(empty(2), "x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="share 2"):
        attack(empty(2), share=2)


@settings(max_examples=30, deadline=None)
@given(graphs(least=5), st.sampled_from([0.2, 0.4, 0.5]))
def test_what_is_left_at_exactly_a_share(graph: nx.Graph[int], share: float) -> None:
    gone = int(share * len(graph) + 1e-9)
    ranked = sorted(graph, key=lambda node: -graph.degree[node])[gone:]  # ties: first node first
    rest = graph.subgraph(ranked)
    largest = max(map(len, nx.connected_components(rest)))
    assert giant_without(network(graph), share) == pytest.approx(largest / len(graph))
