"""Blocks: description length from its definition, planted and published structure."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.analysis import analyses
from permed.graph.network.communities.block_model import block_model, description_length
from permed.graph.network.communities.block_search import Blocks, search
from tests.graph.network.graphs import from_incidence, network


def by_definition(cells: np.ndarray, nodes: list[int], events: list[int]) -> float:
    """Description length in nats, factor by factor, with exact whole numbers."""
    ends = Counter[tuple[int, int]]()
    for i, j in np.argwhere(cells):
        ends[nodes[i], events[j]] += 1
    found = 0.0
    for labels, degrees in ((nodes, cells.sum(axis=1)), (events, cells.sum(axis=0))):
        groups = sorted(set(labels))
        for group in groups:
            inside = [int(degrees[i]) for i, label in enumerate(labels) if label == group]
            total = sum(inside)
            found += math.log(math.factorial(total))  # ways to wire the ends of the block
            found += math.log(math.comb(len(inside) + total - 1, total))  # its degrees
        n, many = len(labels), len(groups)
        sizes = Counter(labels)
        ways = math.factorial(n) // math.prod(math.factorial(s) for s in sizes.values())
        found += math.log(ways) + math.log(math.comb(n - 1, many - 1)) + math.log(n)
        found -= sum(math.log(math.factorial(int(k))) for k in degrees)
    found -= sum(math.log(math.factorial(n)) for n in ends.values())
    boxes, total = len(set(nodes)) * len(set(events)), int(cells.sum())
    return found + math.log(math.comb(boxes + total - 1, total))


def blocks_of(cells: np.ndarray, nodes: list[int], events: list[int]) -> Blocks:
    one = np.unique(nodes, return_inverse=True)[1]
    other = np.unique(events, return_inverse=True)[1] + one.max() + 1
    return Blocks(sparse.csr_array(cells), np.concatenate([one, other]))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_length_is_that_of_the_definition_before_and_after_a_move(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = (random.random((7, 5)) < 0.4).astype(float)
    nodes, events = random.integers(0, 3, 7).tolist(), random.integers(0, 2, 5).tolist()
    state = blocks_of(cells, nodes, events)
    before = state.length
    assert before == pytest.approx(by_definition(cells, nodes, events))
    node = int(random.integers(0, 7))
    old, new = state.of[node], state.of[int(random.integers(0, 7))]
    if old != new:
        ties = Counter(state.of[other] for other in state.around[node])
        told = state.change(1, ties, ties.total(), old, new)
        state.shift([node], ties, old, new)
        assert state.length == pytest.approx(before + told)
        assert state.length == pytest.approx(
            by_definition(cells, state.of[:7], state.of[7:])
        )  # fmt: skip


def test_search_finds_the_shortest_description_of_all() -> None:
    cells = np.kron(np.eye(2), np.ones((3, 3)))
    every = [
        by_definition(cells, list(nodes), list(events))
        for nodes in product(range(2), repeat=6) for events in product(range(2), repeat=6)
    ]  # fmt: skip
    assert search(sparse.csr_array(cells), 0).length <= min(every) + 1e-9


def planted(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    nodes, events = np.arange(90) % 3, np.arange(60) % 3
    chance = np.where(nodes[:, None] == events[None, :], 0.3, 0.02)
    return (random.random((90, 60)) < chance).astype(float), nodes, events


@pytest.mark.slow
def test_planted_blocks_are_found() -> None:
    from sklearn.metrics import adjusted_rand_score

    cells, nodes, events = planted(3)
    found = block_model(from_incidence(cells))
    assert adjusted_rand_score(nodes, found.labels) > 0.9
    assert adjusted_rand_score(events, found.events) > 0.9
    assert found.bits <= blocks_of(cells, nodes.tolist(), events.tolist()).bits
    assert found.bits < found.trivial
    assert np.nanmin(found.certainty) > 0.5


def test_southern_women_have_one_block_each_as_published() -> None:
    # Yen and Larremore, Phys. Rev. E 102, 032309, 2020: no structure beyond the degrees
    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    cells = nx.bipartite.biadjacency_matrix(graph, women, events).toarray().astype(float)
    found = block_model(from_incidence(cells))
    assert (found.count, found.event_count) == (1, 1)
    assert found.bits == found.trivial
    assert found.bits == pytest.approx(by_definition(cells, [0] * 18, [0] * 14) / math.log(2))


def test_chance_has_no_blocks() -> None:
    cells = (np.random.default_rng(5).random((40, 30)) < 0.15).astype(float)
    found = block_model(from_incidence(cells))
    assert (found.count, found.event_count) == (1, 1)


@pytest.mark.slow
def test_leiden_is_told_in_bits_beside_it() -> None:
    cells, nodes, _ = planted(4)
    net = from_incidence(cells)
    assert net.incidence is not None
    answer = analyses.communities(net, method="sbm", members=True)
    assert f"{block_model(net).bits:,.0f} bits" in answer.notes[0]
    assert answer.table.height == 90
    right = description_length(net.incidence, nodes)
    wrong = description_length(net.incidence, np.arange(90) // 30)
    assert right < wrong


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(InputError, match="blocks need memberships"):
        block_model(network(nx.path_graph(4)))
    with pytest.raises(InputError, match="runs 0"):
        block_model(from_incidence(np.ones((3, 2))), runs=0)
    with pytest.raises(InputError, match="method 'x' is unknown"):
        analyses.communities(network(nx.path_graph(4)), method="x")
