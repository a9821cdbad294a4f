from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from permed.ingest.linking.affiliations.features import AFFILIATION_FEATURES
from permed.ingest.linking.affiliations.rivals import SECOND_FEATURES, Relations
from permed.ingest.linking.affiliations.scorer import HOPELESS, affiliation_scorer_from
from permed.ingest.linking.affiliations.spans import Span
from permed.ingest.linking.names.features import NAME_FEATURES
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.boosted_trees import boosted_trees_from, load_weights

STUMPS = {
    "features": ["alike", "abroad"],
    "baseline": -1.0,
    "thresholds": {"accept": 0.5},
    "trees": [
        {"feature": [0, 0, 1, 0, 0], "threshold": [0.5, 0.0, 0.0, 0.0, 0.0],
         "left": [1, -1, 3, -1, -1], "right": [2, -1, 4, -1, -1],
         "value": [0.0, -2.0, 0.0, 3.0, -3.0]},
        {"feature": [1, 0, 0], "threshold": [0.0, 0.0, 0.0], "left": [1, -1, -1],
         "right": [2, -1, -1], "value": [0.0, 0.5, -0.5]},
    ],
}  # fmt: skip


def test_trees_of_different_height_are_walked_to_their_leaves() -> None:
    scorer = boosted_trees_from(STUMPS)
    rows = [{"alike": a, "abroad": b} for a, b in ((0.2, 0), (0.9, 0), (0.9, 1))]
    raw = [-1 - 2 + 0.5, -1 + 3 + 0.5, -1 - 3 - 0.5]
    expected = [1 / (1 + math.exp(-value)) for value in raw]
    assert scorer.probabilities(scorer.matrix(rows)) == pytest.approx(expected)


def test_no_rows_give_no_probabilities() -> None:
    scorer = boosted_trees_from(STUMPS)
    assert scorer.probabilities(scorer.matrix([])).shape == (0,)


def test_shipped_weights_of_names_know_today_s_features() -> None:
    scorer = boosted_trees_from(load_weights("names"))
    assert scorer.features == NAME_FEATURES
    assert scorer.thresholds["review"] < scorer.thresholds["accept"]
    low = scorer.probabilities(np.zeros((1, len(NAME_FEATURES))))
    assert 0 < low[0] < scorer.thresholds["accept"]


def test_shipped_weights_of_affiliations_know_today_s_features() -> None:
    scorer = affiliation_scorer_from(load_weights("affiliations"))
    assert scorer.first.features == AFFILIATION_FEATURES
    assert scorer.second.features == (*AFFILIATION_FEATURES, *SECOND_FEATURES)
    lines = scorer.thresholds
    assert HOPELESS < lines["review"] < lines["accept_all"] < lines["accept_all_unplaced"]
    assert lines["accept_all"] < lines["accept_one"] < lines["accept_one_unplaced"]


def test_the_second_scorer_sees_the_chances_of_the_others() -> None:
    features: dict[str, Any] = {"features": ["alike", "abroad"], "thresholds": {}}
    leaf = {"feature": [0], "threshold": [0.0], "left": [-1], "right": [-1], "value": [0.0]}
    rival = len(features["features"]) + SECOND_FEATURES.index("best_apart")
    question = {
        "feature": [rival, 0, 0], "threshold": [0.5, 0.0, 0.0], "left": [1, -1, -1],
        "right": [2, -1, -1], "value": [0.0, 2.0, -2.0],
    }  # fmt: skip
    alike = {**question, "feature": [0, 0, 0], "value": [0.0, -1.0, 3.0]}
    weights = {
        "first": {**features, "baseline": 0.0, "trees": [alike, leaf]},
        "second": {
            "features": [*features["features"], *SECOND_FEATURES],
            "thresholds": {},
            "baseline": 0.0,
            "trees": [question],
        },
        "thresholds": {"accept": 0.5},
    }
    scorer = affiliation_scorer_from(weights)
    spans = [Span(entity, 0, entity, entity + 1, "exact", 1) for entity in range(2)]
    index = SimpleNamespace(parents=[(), ()], related=[(), ()], created=[None, 2018])
    relations = Relations(cast(NameIndex, index), spans)
    rows = [{"alike": 1.0, "abroad": 0.0}, {"alike": 0.0, "abroad": 0.0}]
    first, second = scorer.probabilities(rows, [relations])
    assert first == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert second == pytest.approx(1 / (1 + math.exp(2.0)))
