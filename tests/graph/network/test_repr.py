"""In a notebook everything tells in one short line what it is."""

from __future__ import annotations

import pytest

from permed.graph.network import Network, analyses, from_tables, project
from permed.graph.network.communities.consensus import communities
from permed.graph.network.comparison.over_time import windows
from permed.graph.network.link_prediction.suggestions import evidence
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.pictures.appearance import look
from tests.graph.network.samples import tables

DATA = from_tables(tables())
NETWORK = project(DATA)
SHORT = {
    "<RoleData: 12 roles of 8 agents in 7 activities>": DATA,
    "<Network: 6 nodes of kind organisation, 5 edges>": NETWORK,
    "<Incidence: 6 nodes in 5 events, 10 memberships>": NETWORK.incidence,
    "<Betweenness of 6 nodes: exact (Brandes)>": betweenness(NETWORK),
    "<Distances of 6 nodes, up to 3>": NETWORK.distances,
    "<Evidence: 6 nodes, 2 topics>": evidence(DATA),
    "<Look of 6 nodes in 2 groups>": look(NETWORK),
    "<Result: 6 rows of id, label, type, country, activities, amount, degree; 0 notes>": (
        analyses.measure(NETWORK, ["degree"])
    ),
}


@pytest.mark.parametrize("told", SHORT)
def test_one_line(told: str) -> None:
    assert repr(SHORT[told]) == told


def test_one_line_with_figures() -> None:
    assert repr(communities(NETWORK)).startswith("<Communities: 3 of 6 nodes, modularity 0.")
    window = repr(windows(DATA)[0])
    assert window.startswith("<Window 2016-01-01 to 2018-12-31: <Network: ")
    noted = Network(NETWORK.nodes.clear(), NETWORK.edges.clear(), note="nobody is here")
    assert repr(noted) == "<Network: 0 nodes, 0 edges; nobody is here>"
