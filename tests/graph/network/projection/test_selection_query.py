"""The query of a selection gives the ties that the projection gives, asked of the graph itself."""

from __future__ import annotations

from typing import Any

import pytest

from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import release_roles, selection_of
from permed.graph.network.projection.selection_query import selection_query
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore

CSA = {"relation": ["csa"]}
SELECTIONS: tuple[dict[str, Any], ...] = (
    CSA,
    {"relation": ["consortium", "csa"], "nodes": "countries"},
    {"relation": ["csa"], "nodes": "regions"},
    {"relation": ["call"], "nodes": "funders"},
    {"nodes": "people", "from": "2020"},
    {"relation": ["csa"], "nodes": "topics"},
    {"relation": ["call"], "nodes": "activities"},
    {"role": ["coordinator"], "nodes": "activities", **CSA},
    {"programme": ["programme/h2020"], **CSA},
    {"relevance": ["core"], **CSA},
    {"topic": ["euroscivoc/337"], "nodes": "countries"},
    {"topic": ["Genetics"]},
    {"country": ["DE"], **CSA},
    {"country": ["IT"], "nodes": "regions", **CSA},
    {"of": ["FI"], **CSA},
    {"of": ["organisation/dlr"], "nodes": "countries", **CSA},
    {"type": ["ministry"]},
    {"from": "2018", "to": "2019", **CSA},
    {"to": "2016", "nodes": "countries", **CSA},
    {"min_weight": 3.0, **CSA},
    {"rollup": True, "relation": ["call"]},
    {"weight": "fractional", **CSA},
    {"weight": "money", "nodes": "countries", **CSA},
    {"nodes": "countries", "counting": "members", "relation": ["call"]},
    {"nodes": "countries", "counting": "members", "loops": "within", "weight": "fractional", **CSA},
    {"nodes": "countries", "loops": "within", **CSA},
    {"nodes": "countries", "loops": "diagonal", **CSA},
    {"around": "DLR", **CSA},
    {"around": "organisation/isciii", "steps": 2.0, "min_weight": 2.0, **CSA},
)


@pytest.fixture(scope="module")
def data(release: Release) -> RoleData:
    return release_roles(release)


@pytest.mark.parametrize("said", SELECTIONS, ids=str)
def test_the_query_gives_the_ties_of_the_projection(
    said: dict[str, Any], release: Release, data: RoleData, store: EmbeddedStore
) -> None:
    selection = selection_of(said)
    network = selection.network(data)
    ids = network.nodes["id"].to_list()
    around = ids[find_node(network, selection.around, data.names)] if selection.around else None
    query = selection_query(selection, release.base, data.topics, around)
    assert query.left_out == ""
    assert _ties(store, query.text) == {
        frozenset((ids[u], ids[v])): pytest.approx(weight)
        for u, v, weight in network.edges.select("source", "target", "weight").iter_rows()
    }
    assert network.edges.height > 0


def _ties(store: EmbeddedStore, query: str) -> dict[frozenset[str], float]:
    rows = store.query(query).frame().select("one", "other", "weight").iter_rows()
    return {frozenset((_id(one), _id(other))): float(weight) for one, other, weight in rows}


def _id(iri: str) -> str:
    return iri.rsplit("/id/", 1)[-1].rsplit("/scheme/", 1)[-1]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"backbone": "sdsm"}, "before the test of the backbone"),
        ({"weight": "duration"}, "number of joint activities, not duration"),
        ({"weight": "money", "country": ["DE"]}, "number of joint activities, not money"),
    ],
)
def test_what_sparql_cannot_say_is_told(
    more: dict[str, Any], told: str, release: Release, data: RoleData, store: EmbeddedStore
) -> None:
    """The ties are then those of the same selection without it."""
    selection = selection_of(CSA | more)
    query = selection_query(selection, release.base, data.topics)
    assert told in query.left_out
    plain = selection_of(CSA | {k: v for k, v in more.items() if k == "country"}).network(data)
    assert len(_ties(store, query.text)) == plain.edges.height
