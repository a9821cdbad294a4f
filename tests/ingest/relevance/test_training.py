from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.relevance.cross_validation import by_programme, out_of_fold, read_for_fitting
from benchmarks.relevance.label_quality import TARGETS as QUESTIONS
from benchmarks.relevance.label_quality import agreed, grades, met, weighted_f1
from benchmarks.relevance.versions import (
    error_table,
    judged,
    models,
    second_lines,
    version_gain,
)
from permed.graph.errors import InputError
from permed.ingest.relevance import VERSION
from permed.ingest.relevance.features import FEATURES, LOWERING
from permed.ingest.relevance.latent import LATENT, WORDS, latent, load_word_weights, words_column
from permed.ingest.relevance.matching import complete
from permed.ingest.relevance.model import KINDS, TARGETS, from_json, load_models, to_json
from permed.ingest.relevance.readings.tables import read_readings, read_second_sample
from permed.ingest.relevance.training.fitting import Fitted, fit, train
from permed.ingest.relevance.training.table import (
    labelled_features,
    read_feature_rows,
    read_labels,
    read_training_table,
)
from permed.ingest.relevance.training.word_rows import latent_of, matrix_of, word_rows
from tests import ROOT


@pytest.mark.slow
def test_retraining_gives_the_committed_weights() -> None:
    assert_committed("short", fit(read_training_table("short"), "short"))


@pytest.mark.full
def test_retraining_every_kind_gives_the_committed_weights() -> None:
    fitted = train()
    for kind in KINDS:
        assert_committed(kind, fitted[kind])


def assert_committed(kind: str, fitted: Fitted) -> None:
    assert fitted.model == load_models()[kind]
    held = load_word_weights()[:, [WORDS.index(words_column(kind, name)) for name in TARGETS]]
    assert np.allclose(held, fitted.words, atol=1e-6)


def test_every_weight_has_the_sign_its_feature_is_meant_to_have() -> None:
    for model in load_models().values():
        for target in (model.core, model.relevant):
            assert 0 < target.threshold < 1
            assert set(target.weights) <= {*FEATURES, *LATENT, *WORDS}
            told = {n: w for n, w in target.weights.items() if n in FEATURES}
            assert all((w < 0) == (name in LOWERING) for name, w in told.items())


def test_models_come_back_from_their_text() -> None:
    assert from_json(to_json(load_models())) == load_models()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fit_sees_every_label_but_the_test_part(kind: str) -> None:
    table = read_training_table(kind)
    seen, kept_back = set(table["projectID"]), set(read_readings("test")["projectID"])
    told = (read_labels(), read_readings("train"), read_second_sample())
    assert seen == set(pl.concat(table["projectID"] for table in told))
    assert not seen & kept_back
    assert kept_back <= set(read_feature_rows(kind)["projectID"])
    assert table.select(*FEATURES, *LATENT).null_count().sum_horizontal().item() == 0
    assert (read_labels()["reason"].str.len_chars() > 0).all()


def test_readers_who_differ_pull_both_ways() -> None:
    table = read_training_table("full")
    train_part = read_readings("train")
    differs = train_part.filter(~pl.Series(agreed(train_part)))["projectID"][0]
    rows = table.filter(pl.col("projectID") == differs)
    assert rows["label"].n_unique() == len(rows) == 2
    pulls = rows["pull"].to_list()
    assert pulls[0] == pulls[1] > 0


def test_the_two_samples_stand_for_the_whole_dump_once() -> None:
    table = read_training_table("full").group_by("source").agg(pl.col("weight").sum())
    told = dict(table.iter_rows())
    assert told.pop("readings") == pytest.approx(len(read_readings()))
    sizes = read_second_sample().group_by("stratum").agg(pl.col("stratum_size").first())
    assert told.pop("second") == pytest.approx(sizes["stratum_size"].sum(), rel=1e-4)
    assert set(told.values()) == {0.0}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_tells_how_well_the_test_part_is_met(kind: str) -> None:
    page = (ROOT / "docs" / "relevance.md").read_text("utf-8")
    readings = read_readings("test")
    same, weight = agreed(readings), readings["weight"].to_numpy()
    truth = grades(readings["reader_1"])[same]
    for version in models():
        guess = grades(judged(readings, version, kind)["label"])[same]
        for target, least in (("core", 2), ("core or related", 1)):
            precision, recall, f1 = weighted_f1(truth, guess, weight[same], least)
            line = rf"\| version {version}, {kind} \| {target} \| [\d.]+ \| [\d.]+ "
            line += rf"\| {precision:.3f} \| {recall:.3f} \| \*\*{f1:.3f}\*\* \|"
            assert re.search(line, page), (version, kind, target, precision, recall, f1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_tells_what_was_gained_and_the_second_sample(kind: str) -> None:
    page = (ROOT / "docs" / "relevance.md").read_text("utf-8")
    for line in (*version_gain(read_readings("test"), kind), *second_lines(kind)):
        assert line in page


def test_each_question_reads_its_own_word_weights() -> None:
    for kind, model in load_models().items():
        for name, target in (("core", model.core), ("relevant", model.relevant)):
            told = {n: w for n, w in target.weights.items() if n in WORDS}
            assert told == {words_column(kind, name): 1.0}


def test_rows_say_what_scoring_says_of_the_same_texts(projects: pl.DataFrame) -> None:
    table = complete(projects)
    kept = matrix_of(word_rows(table))
    fresh = latent(table)
    assert np.allclose(latent_of(kept).to_numpy(), fresh.select(LATENT).to_numpy(), atol=1e-5)
    told = Fitted(
        load_models()[KINDS[0]], load_word_weights()[:, :2].astype(np.float64)
    ).with_words(word_rows(table), KINDS[0])
    assert np.allclose(told[WORDS[0]].to_numpy(), fresh[WORDS[0]].to_numpy(), atol=1e-5)


def test_this_version_beats_version_1_with_and_without_objectives() -> None:
    readings = read_readings("test")
    same, weight = agreed(readings), readings["weight"].to_numpy()
    truth = grades(readings["reader_1"])[same]
    for kind in KINDS:
        one, two = (
            [
                weighted_f1(truth, guess[same], weight[same], least)[2]
                for least in (1, 2)
                for guess in [grades(judged(readings, version, kind)["label"])]
            ]
            for version in ("1", VERSION)
        )
        assert all(now > before for before, now in zip(one, two, strict=True)), kind


@pytest.mark.slow
def test_the_error_table_is_that_of_the_test_part() -> None:
    place = ROOT / "ingest" / "relevance" / "error.csv"
    held = pl.read_csv(place, schema_overrides={"version": pl.String})
    made = error_table()
    assert held.select(pl.col(pl.String)).equals(made.select(pl.col(pl.String)))
    for name in ("value", "low", "high"):
        assert np.allclose(held[name], made[name], atol=0.0006)


@pytest.mark.full
def test_the_page_tells_what_cross_validation_shows_and_where_it_errs() -> None:
    page = (ROOT / "docs" / "relevance.md").read_text("utf-8")
    readings, labels = read_readings("train"), out_of_fold("full")
    guess = grades(labels["label"])[: len(readings)]
    for target, least in QUESTIONS.items():
        told = met(readings, guess, least)
        line = rf"\| version {VERSION}, full \| {target} \| [\d.]+ \| [\d.]+ \| " + re.escape(told)
        assert re.search(line, page), told
    for line in by_programme(labels):
        assert line in page


def test_errors_by_programme_are_those_of_a_plain_count() -> None:
    sample = read_for_fitting()
    assert sample["projectID"].is_unique().all()
    assert not set(sample["projectID"]) & set(read_readings("test")["projectID"])
    # all called related: nothing of core is found, of core or related all is
    told = by_programme(sample.select("projectID", label=pl.lit("related")))[-1].split(" | ")
    counted = read_training_table("full").group_by("projectID").agg(pl.col("weight").sum())
    same = (
        sample.filter(pl.col("reader_1") == pl.col("reader_2"))
        .drop("weight")
        .join(counted, on="projectID")
    )
    none = float((same["weight"] * (same["reader_1"] == "none")).to_numpy().sum())
    none /= float(same["weight"].to_numpy().sum())
    assert told[:4] == ["| all", "0.00", f"{none:.2f}", "1.00"]


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
