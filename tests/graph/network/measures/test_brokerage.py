from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permed.graph.errors import InputError
from permed.graph.network.core.network import EDGE_SCHEMA, Network
from permed.graph.network.measures.brokerage import (
    BROKER_ROLES,
    brokerage,
)
from tests.graph.network.graphs import empty


def _by_hand(matrix: np.ndarray, labels: np.ndarray) -> dict[str, list[float]]:
    """The definition, triple by triple."""
    found = {role: [0.0] * len(labels) for role in BROKER_ROLES}
    for i, j, k in permutations(range(len(labels)), 3):
        if matrix[i, j] and matrix[j, k] and not matrix[i, k]:
            found[_role(*labels[[i, j, k]].tolist())][j] += 1
    return found


def _role(i: int, j: int, k: int) -> str:
    if i == j == k:
        return "coordinator"
    if i == k:
        return "itinerant"
    if j == k:
        return "gatekeeper"
    return "representative" if i == j else "liaison"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.integers(3, 9), st.sampled_from([0.2, 0.5, 0.8]))
def test_counts_equal_the_definition(seed: int, n: int, density: float) -> None:
    generator = np.random.default_rng(seed)
    half = np.triu((generator.random((n, n)) < density).astype(float), 1)
    matrix = half + half.T
    labels = generator.integers(0, 3, n)
    edges = [(int(u), int(v)) for u, v in np.argwhere(half)]
    table = brokerage(_network(edges, [("DE", "FR", "IT")[label] for label in labels]))
    assert {role: table[role].to_list() for role in BROKER_ROLES} == _by_hand(matrix, labels)


def _network(edges: list[tuple[int, int]], countries: list[str | None]) -> Network:
    names = [f"n{i}" for i in range(len(countries))]
    nodes = pl.DataFrame({"id": names, "label": names, "country": countries})
    rows = [(u, v, 1.0) for u, v in edges]
    return Network(nodes, pl.DataFrame(rows, schema=EDGE_SCHEMA, orient="row"))


def test_one_broker_between_two_germans_and_a_frenchman() -> None:
    # 0 (DE) stands between 1 (DE), 2 (DE) and 3 (FR); 4 has no country and is left out
    table = brokerage(_network([(0, 1), (0, 2), (0, 3), (0, 4)], ["DE", "DE", "DE", "FR", None]))
    broker = table.row(0, named=True)
    assert table.height == 4
    assert broker["group"] == "DE"
    assert [broker[role] for role in BROKER_ROLES] == [2, 0, 2, 2, 0]
    assert broker["total"] == 6


def test_liaison_and_itinerant() -> None:
    liaison = brokerage(_network([(0, 1), (0, 2)], ["DE", "FR", "IT"])).row(0, named=True)
    itinerant = brokerage(_network([(0, 1), (0, 2)], ["DE", "FR", "FR"])).row(0, named=True)
    assert (liaison["liaison"], liaison["total"]) == (2, 2)
    assert (itinerant["itinerant"], itinerant["total"]) == (2, 2)


@pytest.mark.parametrize("size", [0, 1, 4])
def test_without_edges_nobody_brokers(size: int) -> None:
    nodes = empty(size).nodes.with_columns(country=pl.lit("DE"))
    table = brokerage(Network(nodes, pl.DataFrame(schema=EDGE_SCHEMA)))
    assert table["total"].to_list() == [0] * size


def test_an_unknown_grouping_is_refused() -> None:
    with pytest.raises(InputError, match="brokers by 'planet'"):
        brokerage(empty(2), "planet")
