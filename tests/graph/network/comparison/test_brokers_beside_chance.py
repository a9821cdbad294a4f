"""Brokers beside chance: planted ones are found, and in networks of chance hardly anybody is."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from permed.graph.network.comparison.brokers_beside_chance import (
    TESTED,
    broker_scores,
    more_draws,
    open_pairs,
)
from permed.graph.network.comparison.null_model import curveball, draw, null_networks
from permed.graph.network.core.network import Network
from permed.graph.network.core.triangles import triangles, triangles_of
from tests.graph.network.graphs import from_incidence, memberships, network

RATE = 0.05


def _planted() -> Network:
    """Six circles of twelve, each in ten activities of its own, and a thirteenth in every circle.

    Members meet their own circle only, in four activities of six; nodes 72 to 75 take part in two
    activities of every circle, and nobody else connects two circles.
    """
    random = np.random.default_rng(8)
    cells = np.zeros((76, 60))
    for circle in range(6):
        for k in range(10):
            cells[circle * 12 + random.choice(12, 6, replace=False), circle * 10 + k] = 1
    for broker in range(72, 76):
        for circle in range(6):
            cells[broker, circle * 10 + random.choice(10, 2, replace=False)] = 1
    return from_incidence(cells)


@pytest.mark.slow
def test_planted_brokers_are_found_and_nobody_else_connects_more() -> None:
    table = broker_scores(_planted(), samples=60)
    tested = table.filter(pl.col("q").is_not_null())
    more = tested.filter((pl.col("q") <= RATE) & (pl.col("ratio") > 1))
    assert tested.height == TESTED
    assert set(more["id"]) == {"n72", "n73", "n74", "n75"}


@pytest.mark.long
def test_chance_has_no_brokers() -> None:
    planted = _planted().incidence
    assert planted is not None
    found = 0
    for seed in range(6):
        cells = curveball(planted.matrix, np.random.default_rng(100 + seed)).toarray()
        q = broker_scores(from_incidence(cells), samples=20, seed=seed)["q"]
        found += int((q.drop_nulls() <= RATE).any())
    assert found <= 1  # of six; with a rate of 5 % two or more come once in thirty times


@pytest.mark.slow
def test_those_with_most_activities_are_tested_whatever_they_connect() -> None:
    net = _planted()
    draws = draw(net, {"open": open_pairs(net)}, 20)["open"]
    rows, tested = more_draws(net, draws)
    assert net.incidence is not None
    activities = np.diff(net.incidence.matrix.indptr)
    told = np.flatnonzero(draws.mean >= 5)
    order = sorted(told, key=lambda i: (-activities[i], net.nodes["id"][int(i)]))
    assert rows.tolist() == order[:TESTED]
    assert tested.drawn.shape == (499, TESTED)
    # the first draws and those after them are the networks that one long series gives
    long = [open_pairs(net)(sample)[rows] for sample in null_networks(net, 24, 1)]
    np.testing.assert_array_equal(tested.drawn[:24], np.array(long))
    own = np.arange(net.size) < 30
    assert set(more_draws(net, draws, own=own)[0]) <= set(range(30))


@pytest.mark.slow
def test_bare_ties_are_tested_by_partners() -> None:
    net = network(nx.karate_club_graph())
    nodes = net.nodes.with_columns(country=pl.lit("DE"))
    table = broker_scores(Network(nodes, net.edges), samples=5)
    tested = table.filter(pl.col("q").is_not_null())
    assert 0 < tested.height <= TESTED
    assert set(tested["p"].is_null()) == {False}


@settings(max_examples=40, deadline=None)
@given(memberships())
def test_triangles_of_some_are_those_of_all(net: Network) -> None:
    assert net.incidence is not None
    rows = np.arange(net.size)[::-1]
    partners, found = triangles_of(net.incidence.matrix, rows)
    assert partners.tolist() == net.degree[rows].tolist()
    assert found.tolist() == pytest.approx(triangles(net)[rows].tolist())
