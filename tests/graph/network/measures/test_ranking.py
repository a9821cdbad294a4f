from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.network import MEASURES, from_tables, measure, project, top
from tests.graph.network.graphs import empty, from_incidence, network
from tests.graph.network.samples import tables

NETWORK = project(from_tables(tables()))


def test_top_ranks_with_ties() -> None:
    table = top(NETWORK, count=4)
    assert table.columns[:3] == ["rank", "id", "label"]
    assert table.columns[-3:] == ["degree", "strength", "betweenness"]
    assert table.select("rank", "id").rows()[:3] == [
        (1, "organisation/a"), (1, "organisation/c"), (3, "organisation/b")
    ]  # fmt: skip
    assert table["degree"].dtype == pl.Int64


def test_top_by_another_measure() -> None:
    table = top(NETWORK, "strength", 1, ())
    assert table.row(0, named=True)["strength"] == 4
    assert top(NETWORK, "constraint", 10).height == 5  # the isolate has none


@pytest.mark.parametrize("size", [0, 1, 2])
def test_every_measure_of_nothing_is_null_or_zero(size: int) -> None:
    table = measure(empty(size), list(MEASURES))
    assert table.height == size
    for name in MEASURES:
        assert table[name].drop_nulls().is_finite().all()


def test_every_measure_on_equal_weights_is_finite_or_null() -> None:
    graphs = (network(nx.complete_graph(5)), network(nx.path_graph(2)), NETWORK,
              from_incidence(np.eye(3)))  # fmt: skip
    for net in graphs:
        table = measure(net, list(MEASURES))
        numbers = table.select(*MEASURES)
        assert numbers.select(pl.all().drop_nulls().is_finite().all()).row(0) == (True,) * len(
            MEASURES
        )


def test_conventions_of_eigenvectors_reach_the_table() -> None:
    countries = project(from_tables(tables()), "country", loops="diagonal")
    names = ["eigenvector", "eigenvector_unweighted"]
    largest = measure(countries, names, norm="max", loops=True)
    assert [largest[name].max() for name in names] == [1, 1]
    plain = measure(countries, names, norm="max")
    assert plain["eigenvector"].to_list() != largest["eigenvector"].to_list()


def test_unknown_measures_and_counts_are_refused() -> None:
    with pytest.raises(InputError, match="measure 'fame' is unknown; choose from degree"):
        measure(NETWORK, ["fame"])
    with pytest.raises(InputError, match="measure 'fame'"):
        top(NETWORK, "fame")
    with pytest.raises(InputError, match="count 0"):
        top(NETWORK, count=0)
