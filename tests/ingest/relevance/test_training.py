from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from benchmarks.relevance import folds, grades, out_of_fold, weighted_f1
from permed.graph.errors import InputError
from permed.ingest.relevance.features import FEATURES, LOWERING
from permed.ingest.relevance.model import load_models, to_json
from permed.ingest.relevance.training.fitting import (
    labelled_features,
    read_labels,
    read_training_table,
    train,
)

pytestmark = pytest.mark.slow


def test_retraining_gives_the_committed_weights() -> None:
    held = files("permed.ingest.relevance").joinpath("weights.json").read_text("utf-8")
    assert to_json(train()) == held


def test_every_weight_has_the_sign_its_feature_is_meant_to_have() -> None:
    for model in load_models().values():
        for target in (model.core, model.relevant):
            assert 0 < target.threshold < 1
            assert set(target.weights) <= set(FEATURES)
            assert all((w < 0) == (name in LOWERING) for name, w in target.weights.items())


def test_labels_and_feature_rows_cover_each_other() -> None:
    labels = read_labels()
    for kind in ("full", "short"):
        table = read_training_table(kind)
        assert table["projectID"].to_list() == labels["projectID"].to_list()
        assert table.select(FEATURES).null_count().sum_horizontal().item() == 0
    assert (labels["reason"].str.len_chars() > 0).all()


def test_cross_validated_quality_stays_above_its_floor() -> None:
    table = read_training_table("full")
    sample, added = (table.filter(pl.col("source") == s) for s in ("sample", "added"))
    guess = out_of_fold(sample, added, folds(sample, 5, seed=0))
    truth, weight = grades(sample["label"]), sample["weight"].to_numpy()
    assert weighted_f1(truth, guess, weight, least=2)[2] > 0.68
    assert weighted_f1(truth, guess, weight, least=1)[2] > 0.60


def test_weighted_f1_counts_by_weight() -> None:
    table = pl.DataFrame({"t": ["core", "core", "none"], "g": ["core", "none", "core"]})
    weight = pl.Series([3.0, 1.0, 2.0]).to_numpy()
    precision, recall, f1 = weighted_f1(grades(table["t"]), grades(table["g"]), weight, least=2)
    assert (precision, recall, f1) == pytest.approx((3 / 5, 3 / 4, 2 / 3))


@pytest.mark.parametrize(
    "row", ["1,maybe,s,1.0,sample,r", "1,core,s,0,sample,r", "2,core,s,1,sample,r"]
)
def test_bad_labels_are_refused_with_the_line(tmp_path: Path, row: str) -> None:
    place = tmp_path / "labels.csv"
    head = "projectID,label,stratum,weight,source,reason\n2,core,s,1.0,sample,r\n"
    place.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.csv, line [23]: project .* positive weight"):
        read_labels(place)


def test_feature_rows_need_every_labelled_project(projects: pl.DataFrame) -> None:
    with pytest.raises(InputError, match=r"labelled project .* is missing"):
        labelled_features(projects)
