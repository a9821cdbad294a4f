from __future__ import annotations

import math

import numpy as np
import pytest

from ingest.linking.affiliation_features import AFFILIATION_FEATURES
from ingest.linking.name_features import NAME_FEATURES
from ingest.linking.scorer import load_scorer, scorer_from

STUMPS = {
    "features": ["alike", "abroad"],
    "baseline": -1.0,
    "height": 2,
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
    scorer = scorer_from(STUMPS)
    rows = [{"alike": a, "abroad": b} for a, b in ((0.2, 0), (0.9, 0), (0.9, 1))]
    raw = [-1 - 2 + 0.5, -1 + 3 + 0.5, -1 - 3 - 0.5]
    expected = [1 / (1 + math.exp(-value)) for value in raw]
    assert scorer.probabilities(scorer.matrix(rows)) == pytest.approx(expected)


def test_no_rows_give_no_probabilities() -> None:
    scorer = scorer_from(STUMPS)
    assert scorer.probabilities(scorer.matrix([])).shape == (0,)


@pytest.mark.parametrize(
    ("name", "features"), [("names", NAME_FEATURES), ("affiliations", AFFILIATION_FEATURES)]
)
def test_shipped_weights_know_today_s_features(name: str, features: tuple[str, ...]) -> None:
    scorer = load_scorer(name)
    assert scorer.features == features
    assert scorer.thresholds["review"] < scorer.thresholds["accept"]
    low = scorer.probabilities(np.zeros((1, len(features))))
    assert 0 < low[0] < scorer.thresholds["accept"]
