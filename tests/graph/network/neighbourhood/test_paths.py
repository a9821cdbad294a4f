"""Shortest paths against networkx, and what stands behind their steps, by hand."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import analyses
from permed.graph.network.neighbourhood.ego import ego
from permed.graph.network.neighbourhood.paths import paths
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles_from_tables import from_tables
from permed.graph.network.projection.selection import selection_of
from tests.graph.network.graphs import graphs, network
from tests.graph.network.samples import tables


@given(graphs(4, 12))
def test_all_shortest_ways_strongest_first(graph: nx.Graph[Any]) -> None:
    nodes = list(graph)
    one, other = nodes[0], nodes[-1]
    joined = nx.has_path(graph, one, other)
    known = [list(way) for way in nx.all_shortest_paths(graph, one, other)] if joined else []
    found = paths(network(graph), one, other, limit=10_000)
    assert sorted(found.ways) == sorted(known)
    assert found.total == len(known)
    lengths = [round(nx.path_weight(graph, way, "length"), 9) for way in found.ways]
    assert lengths == sorted(lengths)
    assert paths(network(graph), one, other, limit=2).ways == found.ways[:2]


@given(graphs(4, 12))
def test_ego_network_is_that_of_networkx(graph: nx.Graph[Any]) -> None:
    for steps in (1, 2):
        known = nx.ego_graph(graph, 0, radius=steps)
        found = ego(network(graph), 0, steps)
        assert (found.size, found.edges.height) == (len(known), known.number_of_edges())
        assert found.nodes["id"].to_list() == [str(node) for node in sorted(known)]


DATA = from_tables(tables())
WHOLE = project(DATA)


def test_steps_carry_activities_and_the_years_in_which_both_take_part() -> None:
    found = analyses.path(WHOLE, "Organisation A", "organisation/d", DATA.names)
    assert found.table["one"].to_list() == ["organisation/a", "organisation/c"]
    first, second = found.table.to_dicts()
    assert (first["activities"], first["activity_labels"]) == (["project/1"], ["ONE"])
    assert (first["first"], first["last"], first["activity_years"]) == (2016, 2018, ["2016-2018"])
    assert (second["activities"], second["activity_years"]) == (["project/3"], ["2020"])
    assert found.notes[0].startswith("1 shortest way of 2 steps between Organisation A")


def test_ends_that_nothing_joins_or_that_are_one() -> None:
    found = analyses.path(WHOLE, "a", "f", DATA.names)
    assert found.table.height == 0
    assert "nothing joins Organisation A and Organisation F" in found.notes[0]
    with pytest.raises(InputError, match="both ends"):
        analyses.path(WHOLE, "a", "Organisation A", DATA.names)
    with pytest.raises(InputError, match="ask for 1 or more"):
        paths(WHOLE, 0, 1, 0)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match=r"did you mean Organisation B \(organisation/b\)"):
        analyses.path(WHOLE, "Orgnisation B", "a", DATA.names)
    with pytest.raises(NotFoundError, match="check the name or id"):
        analyses.path(WHOLE, "zzzzzzzzzzz", "a", DATA.names)


def test_around_a_node_as_an_option_of_every_network() -> None:
    chosen = selection_of({"around": "Organisation C"}).network(DATA)
    assert chosen.nodes["id"].to_list() == [f"organisation/{x}" for x in "abcd"]
    assert "3 nodes within 1 step" in str(chosen.note)
    with pytest.raises(InputError, match="give 1 to 5"):
        selection_of({"steps": 1.5})
    with pytest.raises(InputError, match="give who=x"):
        analyses.suggest(DATA, selection_of({"around": "x"}))
