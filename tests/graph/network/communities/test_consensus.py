from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.network import from_tables, measure, project
from permed.graph.network.communities.agreement import agreement, modularity
from permed.graph.network.communities.consensus import communities
from permed.graph.network.communities.profile import (
    describe,
    event_topics,
    home_communities,
    over_represented,
)
from permed.graph.network.core.network import Network
from permed.graph.network.measures.module_roles import participation, within_module_z
from tests.graph.network.graphs import empty, from_incidence, network
from tests.graph.network.samples import tables

CAVES = nx.connected_caveman_graph(5, 6)


def test_five_caves_are_found_by_every_seed() -> None:
    found = communities(network(CAVES))
    assert found.count == 5
    assert found.runs == 20
    assert found.stability == 1.0
    assert agreement(found.labels, np.arange(30) // 6) == 1.0
    assert found.certainty.tolist() == [1.0] * 30


def test_the_same_seeds_give_the_same_communities() -> None:
    graph = network(nx.gnp_random_graph(60, 0.08, seed=3))
    one, other = communities(graph), communities(graph)
    assert one.labels.tolist() == other.labels.tolist()
    assert 0 < one.stability < 1
    assert np.bincount(one.labels).tolist() == sorted(np.bincount(one.labels))[::-1]


def test_modularity_equals_networkx() -> None:
    graph = nx.karate_club_graph()
    found = communities(network(graph))
    groups = [set(np.flatnonzero(found.labels == c).tolist()) for c in range(found.count)]
    assert found.modularity == pytest.approx(nx.community.modularity(graph, groups))
    assert found.modularity > 0.4
    binary = nx.community.modularity(graph, groups, weight=None)
    assert modularity(network(graph), found.labels, weighted=False) == pytest.approx(binary)


def test_isolated_nodes_stay_alone() -> None:
    graph = nx.disjoint_union(nx.complete_graph(3), nx.empty_graph(2))
    found = communities(network(graph))
    assert found.count == 3
    assert np.isnan(found.certainty[3:]).all()
    assert communities(empty(3)).labels.tolist() == [0, 1, 2]
    assert communities(empty()).count == 0


@pytest.mark.slow
def test_agreement_is_the_adjusted_rand_index() -> None:
    from sklearn.metrics import adjusted_rand_score

    generator = np.random.default_rng(1)
    one, other = generator.integers(0, 4, 50), generator.integers(0, 3, 50)
    assert agreement(one, other) == pytest.approx(adjusted_rand_score(one, other))
    assert agreement(one, one) == 1.0


def test_too_few_seeds_are_refused() -> None:
    with pytest.raises(InputError, match="seeds 1"):
        communities(empty(2), seeds=1)
    with pytest.raises(InputError, match="resolution"):
        communities(empty(2), resolution=0)


def test_participation_and_z_by_hand() -> None:
    # hub 0 has two partners in its own module and two in the other
    graph = network(nx.Graph([(0, 1), (0, 2), (0, 3), (0, 4), (3, 4)]))
    labels = np.array([0, 0, 0, 1, 1])
    values = participation(graph, labels)
    assert values[0] == pytest.approx(1 - (0.5**2 + 0.5**2))
    assert values[1] == 0
    z = within_module_z(graph, labels)
    inside = np.array([2, 1, 1])
    assert z[:3] == pytest.approx((inside - inside.mean()) / inside.std())
    assert np.isnan(z[3:]).all()
    assert np.isnan(participation(empty(2), np.array([0, 1]))).all()


def test_what_a_community_has_more_of() -> None:
    from scipy.stats import hypergeom

    labels = np.repeat([0, 1], 10)
    traits = pl.DataFrame({"item": range(20), "value": ["DE"] * 10 + ["FR"] * 9 + ["DE"]})
    table = over_represented(labels, traits)
    assert table.select("community", "value").rows() == [(0, "DE"), (1, "FR")]
    assert table["ratio"].to_list() == pytest.approx([20 / 11, 2.0])
    assert table["p"][0] == pytest.approx(3 * hypergeom.sf(9, 20, 11, 10))
    assert over_represented(labels, traits.head(0)).is_empty()


def _two_communities(topic_of_small_ones: str) -> tuple[Network, pl.DataFrame]:
    """Nodes 0-29 in one project of 30, nodes 30-49 in thirty projects of two; topics by event."""
    cells = np.zeros((50, 31))
    cells[:30, 0] = 1
    for k in range(30):
        cells[[30 + k % 20, 30 + (k + 1 + k // 20) % 20], k + 1] = 1
    values = ["satellite technology", *[topic_of_small_ones] * 4, *["other"] * 26]
    return from_incidence(cells), pl.DataFrame({"item": range(31), "value": values})


def test_one_project_never_names_a_community() -> None:
    net, topics = _two_communities("genetics")
    labels = np.repeat([1, 0], [30, 20])
    assert net.incidence is not None
    assert home_communities(net.incidence, labels).tolist() == [1] + [0] * 30
    named = set(describe(net, labels, topics)["topics"].explode().drop_nulls())
    assert "satellite technology" not in named


def test_three_activities_can_name_a_community() -> None:
    labels = np.repeat([0, 1], [6, 60])  # homes of 66 activities
    values = ["genetics"] * 3 + ["ethics"] * 2 + ["other"] * 61
    found = over_represented(labels, pl.DataFrame({"item": range(66), "value": values}))
    named = found.filter(pl.col("community") == 0)
    assert named.select("value", "inside").rows() == [("genetics", 3)]


def test_an_activity_belongs_where_most_of_its_members_are() -> None:
    cells = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0]])
    net = from_incidence(cells)
    assert net.incidence is not None
    assert home_communities(net.incidence, np.array([1, 1, 0])).tolist() == [1, 0, -1]


def test_communities_get_a_name() -> None:
    graph = network(CAVES)
    countries = [["DE", "FR", "IT", "ES", "PL"][i // 6] for i in range(30)]
    named = graph.nodes.with_columns(country=pl.Series(countries))
    table = describe(type(graph)(named, graph.edges), np.arange(30) // 6)
    assert table["label"].to_list() == ["DE", "FR", "IT", "ES", "PL"]
    data = from_tables(tables())
    roles = project(data)
    labels = communities(roles).labels
    small = describe(roles, labels, event_topics(data, roles))
    assert small["label"][0] == "around Organisation A"


def test_topics_of_activities() -> None:
    data = from_tables(tables())
    network = project(data)
    assert network.incidence is not None
    names = network.incidence.events["id"]
    rows = [(names[item], value) for item, value in event_topics(data, network).rows()]
    assert rows == [("project/1", "genetics"), ("project/2", "ethics"), ("project/3", "genetics")]


def test_measures_that_share_the_communities() -> None:
    table = measure(network(CAVES), ["community", "participation", "module_z"])
    assert table["community"].dtype == pl.Int64
    assert table["participation"].is_between(0, 1).all()
