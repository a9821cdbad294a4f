from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.ingest.relevance.readings.tables import (
    TEST_CHECKSUM,
    agreement,
    checksum,
    read_readings,
    read_second_sample,
)
from permed.ingest.relevance.training.table import read_labels
from tests import ROOT

GRADE = {"none": 0, "related": 1, "core": 2}


def test_the_test_part_is_the_one_that_was_set_before_training() -> None:
    assert checksum(read_readings("test")) == TEST_CHECKSUM
    assert len(read_readings("test")) == 499


def test_no_project_is_labelled_in_two_places() -> None:
    tables = (read_readings(), read_labels(), read_second_sample())
    told = pl.concat(table.select("projectID") for table in tables)
    assert told["projectID"].is_unique().all()


@pytest.mark.parametrize("table", [read_readings(), read_second_sample()], ids=["first", "second"])
def test_weights_of_each_stratum_add_up_to_its_projects(table: pl.DataFrame) -> None:
    sums = table.group_by("stratum").agg(pl.col("weight").sum(), pl.first("stratum_size"))
    assert ((sums["weight"] - sums["stratum_size"]).abs() < 0.01).all()


def test_the_page_tells_what_both_samples_leave_and_find() -> None:
    page = " ".join((ROOT / "docs" / "relevance.md").read_text("utf-8").split())
    first, second = read_readings(), read_second_sample()
    told = []
    for least in (2, 1):
        left = [
            float(sum(first.filter(pl.col(reader).replace_strict(GRADE) >= least)["weight"] - 1))
            for reader in ("reader_1", "reader_2")
        ]
        found = [
            float(sum(second.filter(pl.col(reader).replace_strict(GRADE) >= least)["weight"]))
            for reader in ("reader_1", "reader_2")
        ]
        told += [*left, *found]
    few = [f"{number:.0f}" for number in told]
    assert f"hold {few[0]} or {few[1]} core projects by the readings" in page
    core, wide = f"{few[2]} or {few[3]} by the second sample", f"{few[4]} or {few[5]}, and {few[6]}"
    assert f"{core}; core or related {wide} or {few[7]}" in page
    twice = second.drop_nulls("label_2")
    alike = int((twice["label"] == twice["label_2"]).sum())
    assert f"agree on {alike} of {len(twice)}" in page
    cores = [int((twice[c] == "core").sum()) for c in ("label_2", "label")]
    assert f"finds more core ({cores[0]} instead of {cores[1]})" in page
    assert f"The other {len(second) - len(twice)} were read once" in page
    unsure = [int(second[c].str.ends_with("?").sum()) for c in ("reason", "reason_2")]
    assert f"holds {len(second):,} more Horizon Europe projects" in page
    assert f"in `?` ({unsure[0]} and {unsure[1]} rows)" in page
    lowest = second.filter(pl.col("stratum").str.starts_with("zero"))
    assert set(lowest["label"]) == {"none"}
    weights = sorted(lowest["weight"].to_list())
    assert f"each stands for {weights[0]:.0f} to {weights[-1]:.0f}, " in page
    assert f"within {second['stratum'].n_unique()} strata" in page


@pytest.mark.parametrize("least", [1, 2])
@pytest.mark.parametrize("weighted", [True, False])
def test_agreement_is_what_a_library_counts(least: int, weighted: bool) -> None:
    from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

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


@pytest.mark.parametrize("least", [1, 2], ids=["core or related", "core"])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_page_tells_the_agreement_on_the_second_sample(least: int, weighted: bool) -> None:
    told = agreement(read_second_sample().drop_nulls("label_2"), least, weighted=weighted)
    target, counted = (
        ["core or related", "core"][least - 1],
        "by weight" if weighted else "each once",
    )
    line = f"| second sample | {target} | {counted} | {told.kappa:.3f} | {told.f1:.3f} |"
    assert line in (ROOT / "docs" / "relevance.md").read_text("utf-8")


@pytest.mark.parametrize(
    "row", ["1,s,1,1,maybe,core,r,r", "1,s,1,1,,core,r,r", "1,s,1,1,core,maybe,r,r",
            "1,s,1,0,core,core,r,r", "2,s,1,1,core,core,r,r"]
)  # fmt: skip
def test_a_bad_second_sample_is_refused_with_the_line(tmp_path: Path, row: str) -> None:
    place = tmp_path / "second_sample.csv"
    head = (
        "projectID,stratum,stratum_size,weight,label,label_2,reason,reason_2\n"
        "2,s,1,1,core,core,r,r\n"
    )
    place.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"second_sample\.csv, line [23]: project .* positive"):
        read_second_sample(place)


@pytest.mark.parametrize(
    "row", ["1,train,s,1,1,core,maybe", "1,dev,s,1,1,core,core", "2,test,s,1,1,core,core"]
)
def test_bad_readings_are_refused_with_the_line(tmp_path: Path, row: str) -> None:
    place = tmp_path / "readings.csv"
    head = "projectID,part,stratum,stratum_size,weight,reader_1,reader_2\n2,train,s,1,1,core,core\n"
    place.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"readings\.csv, line [23]: project .* positive weight"):
        read_readings(path=place)
