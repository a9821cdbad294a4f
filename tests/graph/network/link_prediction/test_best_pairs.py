from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import polars as pl
import pytest
from scipy import sparse

from permed.graph.network.core.network import Network
from permed.graph.network.link_prediction.best_pairs import PairScore, best_pairs
from permed.graph.network.link_prediction.learnt_score import Floats, Places, Weights, chances
from permed.graph.network.link_prediction.suggestions import Evidence, scorer
from permed.graph.network.link_prediction.traits import TRAITS
from tests.graph.network.graphs import network


def landscape(seed: int) -> Evidence:
    """Hubs and small ones, topics that several have alike, and some without country or topic."""
    generator = np.random.default_rng(seed)
    graph: nx.Graph[int] = nx.barabasi_albert_graph(200, 2, seed=seed)
    net = network(graph)
    codes = [("DE", "FR", "SE", None)[i] for i in generator.integers(0, 4, net.size)]
    nodes = net.nodes.with_columns(country=pl.Series(codes, dtype=pl.String))
    vectors = np.eye(6)[generator.integers(0, 6, net.size)] + np.eye(6)[0]
    vectors[generator.random(net.size) < 0.2] = 0
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    topics = sparse.csr_array(vectors / np.where(length > 0, length, 1))
    recent = generator.integers(0, 5, net.size).astype(float)
    return Evidence(Network(nodes, net.edges), topics, list("abcdef"), recent)


def weights(seed: int) -> Weights:
    generator = np.random.default_rng(seed)
    count = len(TRAITS)
    drawn = generator.normal(0, 1, count)
    return Weights(-3.0, drawn, generator.random(count), generator.random(count) + 0.5, 2020, 9)


def by_looking_at_all(
    known: Evidence, how: PairScore, count: int, abroad: bool
) -> list[tuple[int, int, float]]:
    n = known.network.size
    values = how.block(np.arange(n), np.arange(n))
    country = known.network.nodes["country"].to_list()
    linked = known.network.binary.toarray()
    pairs = [
        (int(i), int(j), float(values[i, j]))
        for i, j in zip(*np.triu_indices(n, 1), strict=True)
        if not linked[i, j] and values[i, j] > 0 and not (abroad and country[i] == country[j])
    ]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:count]


SCORES = ("both", "partners", "topics", "learnt")


@pytest.mark.parametrize(("seed", "score"), [*product(range(4), SCORES)])
def test_the_best_are_those_of_looking_at_all(seed: int, score: str) -> None:
    known = landscape(seed)
    how = chances(known, weights(seed)) if score == "learnt" else scorer(known, score)  # type: ignore[arg-type]
    for count, abroad in ((1, False), (20, True), (3000, False)):
        found = best_pairs(known.network, how, count, abroad=abroad)
        rows = list(zip(found.one, found.other, found.score, strict=True))
        assert rows == by_looking_at_all(known, how, count, abroad)


@pytest.mark.parametrize(("seed", "score"), [*product(range(4), SCORES)])
def test_no_pair_scores_above_its_bound(seed: int, score: str) -> None:
    known = landscape(seed)
    how = chances(known, weights(seed)) if score == "learnt" else scorer(known, score)  # type: ignore[arg-type]
    n = known.network.size
    values: Floats = how.block(np.arange(n), np.arange(n))
    np.fill_diagonal(values, 0)
    assert (values <= how.scale(np.add.outer(how.reach, how.lift))).all()
    np.testing.assert_array_equal(values, values.T)


def test_most_pairs_are_never_looked_at() -> None:
    known = landscape(1)
    whole = scorer(known, "partners")
    seen: list[int] = []

    def block(rows: Places, columns: Places) -> Floats:
        seen.append(len(rows) * len(columns))
        return whole.block(rows, columns)

    best_pairs(known.network, PairScore(block, whole.reach, whole.lift), 5)
    assert sum(seen) < known.network.size**2 / 2


def test_pairs_of_one_begin_with_it() -> None:
    known = landscape(2)
    found = best_pairs(known.network, scorer(known, "partners"), 10, who=150)
    assert set(found.one.tolist()) == {150}
    assert (np.diff(found.score) <= 0).all()
