from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from benchmarks.relevance.label_quality import gain, grades, recall_at, weighted_f1

READINGS = pl.DataFrame(
    {
        "reader_1": ["core", "core", "related", "none", "none", "core"],
        "reader_2": ["core", "core", "related", "none", "none", "none"],
        "stratum": ["a", "a", "b", "b", "b", "b"],
        "weight": [2.0, 1.0, 3.0, 5.0, 1.0, 40.0],
    }
)
CHANCE = np.array([0.9, 0.4, 0.5, 0.6, 0.1, 0.99])


def test_weighted_f1_counts_by_weight() -> None:
    table = pl.DataFrame({"t": ["core", "core", "none"], "g": ["core", "none", "core"]})
    weight = pl.Series([3.0, 1.0, 2.0]).to_numpy()
    precision, recall, f1 = weighted_f1(grades(table["t"]), grades(table["g"]), weight, least=2)
    assert (precision, recall, f1) == pytest.approx((3 / 5, 3 / 4, 2 / 3))


@pytest.mark.parametrize(("least", "precision"), [(1, 0.8), (1, 0.5), (2, 0.3), (2, 0.2), (2, 1.0)])
def test_recall_at_a_precision_is_the_best_of_all_thresholds(least: int, precision: float) -> None:
    mine = READINGS.filter(pl.col("reader_1") == pl.col("reader_2"))
    truth, weight = grades(mine["reader_1"]), mine["weight"].to_numpy()
    best = 0.0
    for threshold in CHANCE[:5]:
        guess = np.where(CHANCE[:5] >= threshold, 2, 0)
        told = weighted_f1(truth, guess, weight, least)
        best = max(best, told[1] if told[0] >= precision else 0.0)
    assert recall_at(READINGS, CHANCE, least, precision) == pytest.approx(best)


def test_a_gain_is_the_difference_and_nothing_gains_on_itself() -> None:
    told, nothing = grades(READINGS["reader_1"]), np.zeros(6, dtype=np.int64)
    assert gain(READINGS, told, told, 2) == (0.0, 0.0, 0.0)
    assert gain(READINGS, nothing, told, 2) == (1.0, 1.0, 1.0)
    first_only = np.array([2, 0, 0, 0, 0, 0])
    more, low, high = gain(READINGS, first_only, told, 2)
    assert more == pytest.approx(1 - 2 * 2 / (2 + 3))
    assert low <= more <= high
