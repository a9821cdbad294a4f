from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import polars as pl
import pytest
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.comparison.null_model import (
    curveball,
    null_networks,
    pair_scores,
    z_scores,
)
from tests.graph.network.graphs import empty, from_incidence, network


def test_curveball_keeps_both_margins() -> None:
    generator = np.random.default_rng(1)
    cells = sparse.csr_array((generator.random((15, 12)) < 0.3).astype(float))
    drawn = curveball(cells, generator)
    assert (drawn.sum(axis=0) == cells.sum(axis=0)).all()
    assert (drawn.sum(axis=1) == cells.sum(axis=1)).all()
    assert set(drawn.data.tolist()) == {1.0}
    assert (drawn != cells).nnz > 0


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


def test_pairs_of_groups_against_chance() -> None:
    cells = np.zeros((8, 8))
    for k in range(4):  # even nodes (DE) meet each other, odd ones (FR) too
        cells[[2 * k, (2 * k + 2) % 8], k] = 1
        cells[[2 * k + 1, (2 * k + 3) % 8], k + 4] = 1
    table = pair_scores(from_incidence(cells), samples=40)
    scores = {(one, other): z for one, other, z in table.select("one", "other", "z").rows()}
    assert scores["DE", "DE"] > 0
    assert scores["DE", "FR"] < 0


def test_nulls_of_nothing() -> None:
    assert z_scores(empty(2), 2)["z"].null_count() == 8
    assert pair_scores(empty(2), samples=2).is_empty()
    with pytest.raises(InputError, match="at least 2 samples"):
        z_scores(empty(2), 1)
