"""Triangles over memberships, and by bits and lists, beside networkx."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from permed.graph.network.core import triangles as module
from permed.graph.network.core.network import Network
from permed.graph.network.files.networkx_graphs import to_networkx
from tests.graph.network.graphs import empty, from_incidence, graphs, memberships, network


def _same(net: Network, theirs: nx.Graph[Any]) -> None:
    assert module.triangles(net).tolist() == list(nx.triangles(theirs).values())


@pytest.mark.parametrize("words", [0, module._WORDS])
def test_triangles_are_those_of_networkx(monkeypatch: pytest.MonkeyPatch, words: int) -> None:
    monkeypatch.setattr(module, "_WORDS", words)
    monkeypatch.setattr(module, "_ROOM", 3)  # several blocks

    @settings(max_examples=40)
    @given(memberships(), graphs(least=2))
    def same(members: Network, graph: nx.Graph[Any]) -> None:
        _same(members, to_networkx(members))
        _same(network(graph), graph)

    same()


def test_triangles_over_memberships_of_a_part() -> None:
    cells = (np.random.default_rng(3).random((300, 70)) < 0.03).astype(float)
    whole = from_incidence(cells)
    part = whole.subnetwork(np.arange(300) % 3 > 0)
    for net in (whole, part):
        _same(net, to_networkx(net))
    assert module.triangles(whole).sum() > module.triangles(part).sum() > 0


def test_triangles_of_ties_that_memberships_do_not_tell() -> None:
    """Three who meet in one activity, of whose ties one was left out: no triangle."""
    net = from_incidence(np.ones((3, 1)))
    assert net.incidence is not None
    kept = Network(net.nodes, net.edges.head(2), net.incidence.without_some_ties())
    assert module.triangles(net).tolist() == [1, 1, 1]
    assert module.triangles(kept).tolist() == [0, 0, 0]


def test_no_triangle_without_ties() -> None:
    assert module.triangles(empty(3)).tolist() == [0, 0, 0]
    assert module.triangles(from_incidence(np.eye(3))).tolist() == [0, 0, 0]
