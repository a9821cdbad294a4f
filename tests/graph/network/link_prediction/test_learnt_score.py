from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.network.analysis import analyses
from permed.graph.network.link_prediction.backtest import average_precision, choose, validate
from permed.graph.network.link_prediction.learnt_score import (
    ENOUGH,
    chances,
    experience,
    fit,
    lesson,
    newest,
    reasons,
)
from permed.graph.network.link_prediction.suggestions import score_pairs
from permed.graph.network.link_prediction.traits import TRAITS, traits
from permed.graph.network.projection.selection import Selection
from tests.graph.network.link_prediction.test_suggestions import DATA, landscape

pytestmark = pytest.mark.slow

PAST = experience(landscape(), "organisation", None, 2021)


def test_traits_are_what_they_say() -> None:
    one, other = PAST.met[:, 0], PAST.met[:, 1]
    found = traits(PAST.known, one, other)
    scores = score_pairs(PAST.known, one, other)
    degree = PAST.known.network.degree
    names = list(TRAITS)
    np.testing.assert_allclose(found[:, names.index("joint_partners")],
                               np.log1p(scores["partners"]))  # fmt: skip
    np.testing.assert_allclose(found[:, names.index("topics")], scores["topics"])
    np.testing.assert_allclose(
        found[:, names.index("size")], np.log1p(degree[one]) + np.log1p(degree[other])
    )
    assert found[:, names.index("activity")].max() > 0


def test_weights_are_those_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    weights = fit(PAST)
    assert weights is not None
    ends = np.concatenate([PAST.met, PAST.strangers])
    truth = np.repeat([1, 0], [len(PAST.met), len(PAST.strangers)])
    values = (traits(PAST.known, ends[:, 0], ends[:, 1]) - weights.mean) / weights.spread
    theirs = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(values, truth)
    np.testing.assert_allclose(weights.weights, theirs.coef_[0], atol=1e-4)
    assert weights.base == pytest.approx(theirs.intercept_[0], abs=1e-4)
    assert PAST.share == pytest.approx(1)


def test_chances_of_rows_are_those_of_pairs() -> None:
    weights = fit(PAST)
    assert weights is not None
    n = PAST.known.network.size
    rows = np.array([0, 3, 5])
    one, other = np.repeat(rows, n), np.tile(np.arange(n), len(rows))
    apart = one != other
    block = chances(PAST.known, weights).block(rows, np.arange(n)).ravel()
    pairs = weights.chance(traits(PAST.known, one, other))
    np.testing.assert_allclose(block[apart], pairs[apart], atol=1e-12)
    told = reasons(PAST.known, weights, one[apart], other[apart])
    odds = weights.base + told.to_numpy().sum(axis=1)
    np.testing.assert_allclose(1 / (1 + np.exp(-odds)), pairs[apart], atol=1e-3)


def test_few_examples_do_not_lead_astray() -> None:
    few = replace(PAST, met=PAST.met[:1])
    weights = fit(few)
    assert weights is not None
    assert np.isfinite(weights.weights).all()
    assert fit(replace(PAST, met=PAST.met[:0])) is None


def test_suggestions_tell_their_reasons() -> None:
    data = landscape()
    found = analyses.suggest(data, Selection(), score="learnt", limit=5)
    assert newest(data, None) == 2022
    assert found.table.height == 5
    assert {f"by_{name}" for name in TRAITS} <= set(found.table.columns)
    assert found.table["score"].is_between(0, 1).all()
    past = lesson(data, "organisation", None)
    assert past is not None
    assert f"met first in {past.year}" in found.notes[-1]
    with pytest.raises(InputError, match="nobody met in the newest years"):
        analyses.suggest(DATA, Selection(nodes="people"), score="learnt")


def test_average_precision_equals_scikit_learn() -> None:
    from sklearn.metrics import average_precision_score

    generator = np.random.default_rng(5)
    met, rest = generator.normal(1, 1, 30), generator.normal(0, 1, 80)
    truth = [1] * 30 + [0] * 80
    theirs = average_precision_score(truth, [*met, *rest])
    assert average_precision(met, rest, 1.0) == pytest.approx(theirs)
    careful = average_precision(met, rest, 0.1)
    assert careful is not None
    assert careful < theirs
    assert average_precision(met, rest[:0], 1.0) is None


def test_the_score_is_chosen_by_what_was_right_before() -> None:
    data = landscape()
    chosen = choose(data)
    past = lesson(data, "organisation", None)
    assert past is not None
    assert len(past.met) < ENOUGH
    assert chosen.weights is None
    assert "no two years with 100 new pairs" in chosen.reason
    plain = analyses.suggest(data, Selection(), limit=5)
    assert plain.notes[-1] == chosen.reason
    both = analyses.suggest(data, Selection(), score="both", limit=5)
    assert plain.table.equals(both.table)


def test_a_long_history_is_learnt_from() -> None:
    data = landscape(groups=5, members=40, projects=30)
    chosen = choose(data)
    judged = validate(data, year=2022).table
    learnt, both = (
        judged.filter(pl.col("score") == name)["average_precision"][0]
        for name in ("learnt", "both")
    )
    assert f"{max(learnt, both):.3f} in foreseeing 2022" in chosen.reason
    assert learnt > both
    assert chosen.weights is not None
    found = analyses.suggest(data, Selection(), limit=5, choice=chosen)
    assert found.table.equals(analyses.suggest(data, Selection(), limit=5).table)
    assert "by_activity" in found.table.columns
    assert found.notes[-2] == chosen.reason


def test_what_was_worse_is_not_taken() -> None:
    data = landscape(groups=20, members=15, projects=8)
    chosen = choose(data)
    assert chosen.weights is None
    assert chosen.reason.startswith("score both: average precision")
    assert analyses.suggest(data, Selection(), limit=3).notes[-1] == chosen.reason
