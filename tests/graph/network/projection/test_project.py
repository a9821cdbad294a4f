from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from permed.graph.errors import InputError
from permed.graph.network import Network, Scope, from_tables, project
from permed.graph.network.projection.options import Target
from tests.graph.network.graphs import memberships
from tests.graph.network.samples import tables

DATA = from_tables(tables())


def _edges(network: Network) -> dict[tuple[str, str], float]:
    names = [name.rsplit("/", 1)[1] for name in network.nodes["id"]]
    return {(names[u], names[v]): w for u, v, w in network.edges.rows()}


def test_count_is_the_number_of_shared_activities() -> None:
    network = project(DATA)
    pairs = {("a", "b"): 2.0, ("a", "c"): 1.0, ("a", "e"): 1.0, ("b", "c"): 1.0, ("c", "d"): 1.0}
    assert _edges(network) == pairs
    assert network.nodes["activities"].to_list() == [3, 2, 2, 1, 1, 1]
    assert network.nodes["amount"].to_list() == [350_000.0, 150_000.0, 200_000.0, None, None, None]


def test_fractional_strength_is_the_number_of_joint_activities() -> None:
    network = project(DATA, weight="fractional")
    assert _edges(network)["a", "b"] == 1.5
    strength = np.asarray(network.matrix.sum(axis=1)).ravel()
    assert strength == pytest.approx([3, 2, 2, 1, 1, 0])


def test_money_of_all_edges_is_the_money_of_joint_activities() -> None:
    network = project(DATA, weight="money")
    assert _edges(network)["a", "b"] == pytest.approx(600_000 / 3 + 100_000)
    assert network.edges["weight"].sum() == pytest.approx(700_000)
    assert network.note == "2 pairs share an activity but no money: they are not linked"


def test_duration_counts_the_years_of_both() -> None:
    edges = _edges(project(DATA, weight="duration"))
    assert edges["c", "d"] == pytest.approx(366 / 365.25)  # c leaves after 2020, d stays
    assert edges["a", "e"] == pytest.approx(365 / 365.25)
    assert edges["a", "b"] == pytest.approx((912 + 731) / 365.25)


@pytest.mark.parametrize(
    ("to", "nodes"),
    [
        ("country", ["country/DE", "country/FR", "country/IT"]),
        ("region", ["region/DE1", "region/FR1", "region/IT1"]),
        ("funder", ["organisation/a", "organisation/b", "organisation/e"]),
        ("person", ["person/w"]),
        ("topic", ["euroscivoc/7", "euroscivoc/8"]),
    ],
)
def test_every_kind_of_node(to: Target, nodes: list[str]) -> None:
    network = project(DATA, to)
    assert network.nodes["id"].to_list() == nodes
    assert set(network.nodes["kind"]) == {to}


def test_activities_are_linked_by_shared_agents() -> None:
    edges = _edges(project(DATA, "activity", Scope(relation=("project", "csa"))))
    assert edges == {("1", "2"): 2.0, ("1", "3"): 1.0}


def test_names_of_countries_and_regions_come_from_their_tables() -> None:
    assert project(DATA, "country").nodes["label"].to_list() == ["Germany", "France", "Italy"]
    assert project(DATA, "region").nodes["label"].to_list() == ["Baden", "FR1", "IT1"]


def test_country_conventions() -> None:
    presence = project(DATA, "country", loops="within")
    assert _edges(presence) == {
        ("DE", "DE"): 2.0, ("DE", "FR"): 1.0, ("DE", "IT"): 1.0, ("FR", "IT"): 1.0
    }  # fmt: skip
    pairs = project(DATA, "country", loops="within", counting="members")
    assert _edges(pairs)["DE", "FR"] == 2.0
    assert _edges(pairs)["DE", "DE"] == 2.0
    diagonal = project(DATA, "country", loops="diagonal")
    assert _edges(diagonal)["FR", "FR"] == 3.0
    assert _edges(project(DATA, "country", loops="diagonal", counting="members"))["DE", "DE"] == 11


def test_members_pairs_add_up_to_all_pairs_of_organisations() -> None:
    scope = Scope(relation=("project", "csa", "call"))
    countries = project(DATA, "country", scope, counting="members", loops="within")
    organisations = project(DATA, "organisation", scope)
    assert countries.edges["weight"].sum() == organisations.edges["weight"].sum()


def test_minimum_keeps_nodes_and_drops_weak_links() -> None:
    network = project(DATA, minimum=2)
    assert network.size == 6
    assert _edges(network) == {("a", "b"): 2.0}
    assert network.incidence is not None
    assert not network.incidence.complete


def test_rollup_makes_parts_one_with_their_parent() -> None:
    network = project(DATA, rollup=True)
    assert "organisation/d" not in network.nodes["id"]
    assert _edges(network)["a", "c"] == 2.0


def test_the_bipartite_network_is_kept() -> None:
    members = project(DATA).incidence
    assert members is not None
    assert members.matrix.shape == (6, 5)
    assert members.events["id"].to_list()[:2] == ["call/1", "project/1"]


def test_unknown_options_are_named() -> None:
    with pytest.raises(InputError, match="network of 'planet' is unknown; choose organisation"):
        project(DATA, "planet")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="weight 'x' is unknown"):
        project(DATA, weight="x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="minimum weight"):
        project(DATA, minimum=float("nan"))


@settings(max_examples=25, deadline=None)
@given(memberships())
def test_projection_equals_networkx(network: Network) -> None:
    assert network.incidence is not None
    cells = network.incidence.matrix
    bipartite = nx.bipartite.from_biadjacency_matrix(cells)
    expected = nx.bipartite.weighted_projected_graph(bipartite, range(network.size))
    told = {(min(u, v), max(u, v)): w for u, v, w in expected.edges(data="weight")}
    assert {(u, v): w for u, v, w in network.edges.rows()} == told


def test_no_output_holds_nan_or_infinity() -> None:
    for weight in ("count", "fractional", "money", "duration"):
        edges = project(DATA, "country", weight=weight).edges
        assert edges.select(pl.col("weight").is_finite().all()).item()
