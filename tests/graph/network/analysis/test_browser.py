from __future__ import annotations

import base64

import networkx as nx
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import InputError
from permed.graph.network.analysis.browser import browser_network, coded, strongest
from permed.graph.network.analysis.picture_measures import MEASURES
from permed.graph.network.core.network import EDGE_SCHEMA
from tests.graph.network.graphs import network


def numbers(code: str) -> list[int]:
    """LEB128, byte by byte."""
    found, value, shift = [], 0, 0
    for byte in base64.b64decode(code):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value, shift = 0, 0
    return found


def read(told: dict[str, object]) -> list[tuple[int, int, float]]:
    """Edges by the words of the docstring."""
    stream = numbers(str(told["code"]))
    edges, source, target = [], 0, 0
    for i in range(0, len(stream), 3):
        step, rise, units = stream[i : i + 3]
        fresh = step > 0 or i == 0
        source += step
        target = source + rise if fresh else target + rise
        edges.append((source, target, units * float(str(told["unit"]))))
    return edges


EDGES = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(1, 10**6)), max_size=40
)


@given(EDGES)
def test_coded_edges_can_be_read_again(drawn: list[tuple[int, int, int]]) -> None:
    weights = {(min(u, v), max(u, v)): float(w) for u, v, w in drawn if u != v}
    rows = [(u, v, w) for (u, v), w in weights.items()]
    told = coded(pl.DataFrame(rows, schema=EDGE_SCHEMA, orient="row"))
    assert told["count"] == len(rows)
    assert read(told) == sorted(rows)


def test_broken_weights_keep_a_thousandth_of_the_largest() -> None:
    rows = [(0, 1, 0.25), (0, 2, 3.5), (1, 2, 0.001)]
    told = coded(pl.DataFrame(rows, schema=EDGE_SCHEMA, orient="row"))
    for (u, v, w), (s, t, x) in zip(rows, read(told), strict=True):
        assert (u, v) == (s, t)
        assert x > 0
        assert x == pytest.approx(w, abs=3.5 / 1000)


def test_nobody_loses_the_strongest_tie_before_others_their_second() -> None:
    graph = nx.barabasi_albert_graph(60, 4, seed=3)
    nx.set_edge_attributes(graph, {e: i % 7 + 1 for i, e in enumerate(graph.edges)}, "weight")
    edges = network(graph).edges
    kept = strongest(edges, 60, 60)
    assert kept.height == 60
    ends = set(kept["source"]) | set(kept["target"])
    assert ends == set(range(60))
    heaviest = {n: max(w for u, v, w in edges.iter_rows() if n in (u, v)) for n in range(60)}
    held = {n: max(w for u, v, w in kept.iter_rows() if n in (u, v)) for n in range(60)}
    assert held == heaviest
    assert strongest(edges, 60, 10**6).equals(edges)


def test_columns_are_those_of_the_whole_network() -> None:
    graph = nx.karate_club_graph()
    karate = network(graph)
    told = browser_network(karate, most=20)
    nodes = told.content["nodes"]
    assert not told.whole
    assert told.content["total"] == {"nodes": 34, "edges": 78}
    degree = {
        node["id"]: d
        for node, d in zip(karate.nodes.to_dicts(), dict(graph.degree).values(), strict=True)
    }
    assert [degree[name] for name in nodes["id"]] == nodes["degree"]
    assert {len(column) for column in nodes.values()} == {20}
    assert set(MEASURES) <= set(told.content["measures"])
    inside = [(u, v) for u, v, _ in read(told.content["edges"])]
    names = [*nodes["id"]]
    assert all(
        (karate_edge(karate.nodes["id"].to_list(), graph, names[u], names[v])) for u, v in inside
    )
    sizes = {c["community"]: c["size"] for c in told.content["communities"]}
    assert sizes == {c: nodes["community"].count(c) for c in set(nodes["community"])}


def karate_edge(order: list[str], graph: nx.Graph, one: str, other: str) -> bool:
    """Whether two nodes, by id, are joined in the graph that the network was made from."""
    return bool(graph.has_edge(order.index(one), order.index(other)))


def test_a_picture_without_edges_is_refused() -> None:
    with pytest.raises(InputError, match="0 edges"):
        browser_network(network(nx.path_graph(3)), edges=0)
