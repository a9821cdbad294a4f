from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from permed.graph.errors import InputError
from permed.ingest.relevance.training.fitting import read_labels
from permed.ingest.relevance.training.readings import (
    TEST_CHECKSUM,
    agreement,
    checksum,
    read_readings,
)
from tests import ROOT

GRADE = {"none": 0, "related": 1, "core": 2}


def test_the_test_part_is_the_one_that_was_set_before_training() -> None:
    assert checksum(read_readings("test")) == TEST_CHECKSUM
    assert len(read_readings("test")) == 499


def test_readings_and_labels_share_no_project() -> None:
    both = read_readings().join(read_labels(), on="projectID", how="semi")
    assert both.is_empty()


def test_weights_of_each_stratum_add_up_to_its_projects() -> None:
    sums = read_readings().group_by("stratum").agg(pl.col("weight").sum(), pl.first("stratum_size"))
    assert ((sums["weight"] - sums["stratum_size"]).abs() < 0.01).all()


@pytest.mark.parametrize("least", [1, 2])
@pytest.mark.parametrize("weighted", [True, False])
def test_agreement_is_what_a_library_counts(least: int, weighted: bool) -> None:
    table = read_readings("train")
    first, second = (
        (table[reader].replace_strict(GRADE) >= least).to_numpy()
        for reader in ("reader_1", "reader_2")
    )
    weight = table["weight"].to_numpy() if weighted else None
    told = agreement(table, least, weighted=weighted)
    assert told.kappa == pytest.approx(cohen_kappa_score(first, second, sample_weight=weight))
    assert told.f1 == pytest.approx(f1_score(first, second, sample_weight=weight))
    assert told.precision == pytest.approx(precision_score(first, second, sample_weight=weight))
    assert told.recall == pytest.approx(recall_score(first, second, sample_weight=weight))


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize(("least", "target"), [(2, "core"), (1, "core or related")])
@pytest.mark.parametrize("part", ["train", "test"])
def test_the_page_tells_the_agreement(part: str, least: int, target: str, weighted: bool) -> None:
    table = read_readings().filter(pl.col("part") == part)
    told = agreement(table, least, weighted=weighted)
    counted = "by weight" if weighted else "each once"
    line = (
        f"| {part} | {target} | {counted} | {told.kappa:.3f} | {told.f1:.3f} | "
        f"{told.precision:.3f} | {told.recall:.3f} |"
    )
    assert line in (ROOT / "docs" / "relevance.md").read_text("utf-8")


@pytest.mark.parametrize(
    "row", ["1,train,s,1,1,core,maybe", "1,dev,s,1,1,core,core", "2,test,s,1,1,core,core"]
)
def test_bad_readings_are_refused_with_the_line(tmp_path: Path, row: str) -> None:
    place = tmp_path / "readings.csv"
    head = "projectID,part,stratum,stratum_size,weight,reader_1,reader_2\n2,train,s,1,1,core,core\n"
    place.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"readings\.csv, line [23]: project .* positive weight"):
        read_readings(path=place)
