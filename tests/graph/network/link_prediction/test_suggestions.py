from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from scipy import sparse

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import RoleData, Scope, from_tables
from permed.graph.network.link_prediction.backtest import auc, validate
from permed.graph.network.link_prediction.suggestions import (
    Evidence,
    evidence,
    score_pairs,
    suggest,
)
from permed.graph.network.projection.roles import ROLE_SCHEMA
from tests.graph.network.graphs import graphs, network
from tests.graph.network.samples import tables

DATA = from_tables(tables())


def test_partners_score_is_adamic_adar() -> None:
    @settings(max_examples=30, deadline=None)
    @given(graphs(least=4))
    def equal(graph: nx.Graph[int]) -> None:
        net = network(graph)
        one, other = np.triu_indices(net.size, 1)
        pairs = list(zip(one.tolist(), other.tolist(), strict=True))
        theirs = [score for _, _, score in nx.adamic_adar_index(graph, pairs)]
        nothing = Evidence(net, sparse.csr_array((net.size, 1)), ["x"])
        ours = score_pairs(nothing, one, other)["partners"]
        np.testing.assert_allclose(ours, theirs, atol=1e-12)

    equal()


def test_topics_score_is_the_cosine_of_rare_topics() -> None:
    known = evidence(DATA)
    counts = np.array([[1, 1], [1, 1], [1, 0], [1, 0], [0, 0], [0, 0.0]])
    weighted = counts * np.log(6 / np.array([4, 2]))
    cosine = weighted[0] @ weighted[2] / np.linalg.norm(weighted[0]) / np.linalg.norm(weighted[2])
    ours = score_pairs(known, np.array([0, 0, 4]), np.array([2, 1, 5]))["topics"]
    assert ours == pytest.approx([cosine, 1, 0])


def test_who_should_meet() -> None:
    table = suggest(evidence(DATA))
    pairs = table.select("one", "other", "joint_partners", "joint_topics").rows()
    assert pairs == [
        ("organisation/a", "organisation/d", 1, ["genetics"]),
        ("organisation/b", "organisation/d", 1, ["genetics"]),
    ]
    score = table["score"][0]
    assert score == pytest.approx(table["adamic_adar"][0] * table["topic_cosine"][0])


def test_suggestions_for_one_and_abroad() -> None:
    known = evidence(DATA)
    mine = suggest(known, who="organisation/d", score="partners")
    assert set(mine["one"]) == {"organisation/d"}
    assert set(mine["other"]) == {"organisation/a", "organisation/b"}
    abroad = suggest(known, score="partners", abroad=True)
    assert (abroad["one_country"] != abroad["other_country"]).all()
    assert suggest(known, score="partners", count=1).height == 1
    assert suggest(evidence(DATA, "person")).is_empty()


def test_unknown_wishes_are_refused() -> None:
    known = evidence(DATA)
    with pytest.raises(NotFoundError, match="'organisation/x' is not in this network"):
        suggest(known, who="organisation/x")
    with pytest.raises(InputError, match="suggest by 'x'"):
        suggest(known, score="x")  # type: ignore[arg-type]


def landscape(groups: int = 4, members: int = 12, projects: int = 3) -> RoleData:
    """Groups of organisations that work on their own topic; each year some new pair meets."""
    generator = np.random.default_rng(7)
    rows, topics = [], []
    for year in range(2015, 2023):
        for group in range(groups):
            for n in range(projects):
                project = f"project/{year}{group}{n}"
                topics.append((project, f"t/{group}", f"topic {group}"))
                chosen = generator.choice(members, 2, replace=False)
                rows += [(f"organisation/{group}-{m}", project, f"{year}-01-01") for m in chosen]
    frame = pl.DataFrame(rows, schema=["agent", "activity", "start"], orient="row")
    told = frame.with_columns(pl.col("start").str.to_date(), agent_kind=pl.lit("organisation"))
    missing = {c: pl.lit(None) for c in ROLE_SCHEMA if c not in told.columns}
    roles = told.with_columns(**missing).select(*ROLE_SCHEMA).cast(ROLE_SCHEMA)
    return RoleData(
        roles, pl.DataFrame(topics, schema=["activity", "topic", "topic_label"], orient="row")
    )


def test_hiding_the_newest_year() -> None:
    found = validate(landscape(), k=40)
    assert found.year == 2022
    assert found.pairs > 0
    table = {row["score"]: row for row in found.table.iter_rows(named=True)}
    assert table["topics"]["auc"] > 0.85
    assert table["both"]["precision"] > table["both"]["chance"]
    assert set(table) == {"learnt", "both", "partners", "topics", "degree"}
    assert table["learnt"]["auc"] > table["degree"]["auc"]
    assert found.table.equals(validate(landscape(), k=40).table)


def test_nothing_to_hide() -> None:
    undated = RoleData(DATA.roles.with_columns(start=None).cast(ROLE_SCHEMA), DATA.topics)
    assert validate(undated).note == "no activity has a date: nothing can be hidden"
    early = validate(DATA, scope=Scope(relation=("csa",)))
    assert early.table.is_empty()
    assert early.note == "no two known nodes met for the first time in 2019"
    with pytest.raises(InputError, match="k 0"):
        validate(DATA, k=0)


def test_auc_equals_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    generator = np.random.default_rng(3)
    met, rest = generator.integers(2, 9, 40) / 1.0, generator.integers(0, 8, 90) / 1.0
    truth = [1] * 40 + [0] * 90
    assert auc(met, rest) == pytest.approx(roc_auc_score(truth, [*met, *rest]))
    assert auc(met, rest[:0]) is None
