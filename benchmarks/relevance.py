"""How well projects are labelled, by the method of today and the one before it.

python -m benchmarks.relevance [ZIP] [--cross-validate] [--write-features] [--write-space]
                               [--write-error]

Without options: both versions on the test part of the readings, which nothing was fitted to. ZIP
is a CORDIS projects archive in the official CSV layout, or a folder that holds
cordis/cordis-HORIZONprojects-csv.zip (PERMED_DATA is looked at when none is given); with it, the
committed feature rows are compared with fresh ones and the whole dump is labelled and timed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from permed.graph.errors import InputError, PermedError
from permed.ingest.relevance import VERSION, score
from permed.ingest.relevance.latent import WORDS, load_word_weights
from permed.ingest.relevance.model import KINDS, Model, apply, from_json, load_models
from permed.ingest.relevance.training.fitting import (
    fit,
    labelled_features,
    read_feature_rows,
    read_training_table,
)
from permed.ingest.relevance.training.readings import read_readings
from permed.ingest.relevance.training.space import write_space
from permed.ingest.relevance.training.word_rows import matrix_of

Array = NDArray[np.float64]
Grades = NDArray[np.int64]
_GRADE = {"none": 0, "related": 1, "core": 2}
_TARGETS = {"core": 2, "core or related": 1}
_DRAWS = 1000
_FOLDS = 5
_PUBLICATIONS = 20


def weighted_f1(truth: Grades, guess: Grades, weight: Array, least: int) -> tuple[float, ...]:
    """Weighted precision, recall and F1 of `guess >= least` against `truth >= least`."""
    is_true, is_guess = truth >= least, guess >= least
    both = float(weight[is_true & is_guess].sum())
    guessed, true = float(weight[is_guess].sum()), float(weight[is_true].sum())
    precision = both / guessed if guessed else 0.0
    recall = both / true if true else 0.0
    return precision, recall, 2 * both / (guessed + true) if guessed + true else 0.0


def grades(labels: pl.Series) -> Grades:
    """Labels as 0 none, 1 related, 2 core."""
    return labels.replace_strict(_GRADE).to_numpy().astype(np.int64)


def models() -> dict[str, dict[str, Model]]:
    """Models by version and kind: those before, kept for comparison, and today's."""
    place = files("permed.ingest.relevance.training")
    held = {v: from_json(place.joinpath(f"weights-{v}.json").read_text("utf-8")) for v in "12"}
    return held | {VERSION: load_models()}


def rows_of(readings: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Committed feature rows of read projects, in their order, with the shipped WORDS."""
    rows = read_feature_rows(kind)
    told = (matrix_of(rows) @ load_word_weights()).astype(np.float64)
    rows = rows.hstack(pl.DataFrame(told, schema=list(WORDS)))
    return readings.select("projectID").join(
        rows, on="projectID", how="left", maintain_order="left"
    )


def agreed(readings: pl.DataFrame) -> NDArray[np.bool_]:
    """Which projects both readers label alike."""
    return (readings["reader_1"] == readings["reader_2"]).to_numpy()


def intervals(readings: pl.DataFrame, guess: Grades, least: int) -> tuple[tuple[float, float], ...]:
    """95 % bootstrap intervals of precision, recall and F1 where the readers agree.

    Rows are drawn anew within each stratum.
    """
    same = agreed(readings)
    weight = readings["weight"].to_numpy()[same] * _draws(readings["stratum"].to_numpy()[same])
    is_true = grades(readings["reader_1"])[same] >= least
    is_guess = guess[same] >= least
    both = weight[:, is_true & is_guess].sum(axis=1)
    true, guessed = weight[:, is_true].sum(axis=1), weight[:, is_guess].sum(axis=1)
    drawn = (both / guessed, both / true, 2 * both / (guessed + true))
    return tuple(
        (float(low), float(high)) for low, high in (np.quantile(d, [0.025, 0.975]) for d in drawn)
    )


def _draws(stratum: NDArray[np.str_]) -> Array:
    """How often each row is drawn: a row a draw."""
    rng = np.random.default_rng(0)
    times = np.zeros((_DRAWS, len(stratum)))
    for name in np.unique(stratum):
        rows = np.flatnonzero(stratum == name)
        times[:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=_DRAWS)
    return times


def show(name: str, readings: pl.DataFrame, guess: Grades) -> None:
    """Print one method's lines: against each reader, and where both agree."""
    weight, same = readings["weight"].to_numpy(), agreed(readings)
    first, second = grades(readings["reader_1"]), grades(readings["reader_2"])
    for target, least in _TARGETS.items():
        one, two = (weighted_f1(truth, guess, weight, least)[2] for truth in (first, second))
        precision, recall, both = weighted_f1(first[same], guess[same], weight[same], least)
        low, high = intervals(readings, guess, least)[2]
        print(
            f"| {name} | {target} | {one:.3f} | {two:.3f} | {precision:.3f} | {recall:.3f} "
            f"| **{both:.3f}** | {low:.2f}-{high:.2f} |"
        )


def head() -> None:
    """Print the head of the table."""
    print(
        "| method | target | F1, reader 1 | F1, reader 2 | precision | recall | F1, both | 95 % |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")


def compare() -> None:
    """Print how the phrase match and both versions do on the test part."""
    readings = read_readings("test")
    head()
    rows = rows_of(readings, "full")
    named = rows.select(pl.max_horizontal("pm_head", "pm_text", "call_words") > 0).to_series()
    show("phrase match", readings, np.where(named.to_numpy(), 2, 0).astype(np.int64))
    for kind in KINDS:
        for version, held in models().items():
            guess = grades(apply(held[kind], rows_of(readings, kind))["label"])
            show(f"version {version}, {kind}", readings, guess)


def out_of_fold(readings: pl.DataFrame, kind: str) -> Grades:
    """Grades of each read project of the train part by a fit, thresholds too, without its fold."""
    table, rows = read_training_table(kind), rows_of(readings, kind)
    order = np.argsort((readings["stratum"] + readings["reader_1"]).to_numpy(), kind="stable")
    fold = np.empty(len(readings), dtype=np.int64)
    fold[order] = np.arange(len(readings)) % _FOLDS
    guess = np.zeros(len(readings), dtype=np.int64)
    for number in range(_FOLDS):
        held = pl.Series(fold == number)
        left = table.join(readings.filter(held), on="projectID", how="anti", maintain_order="left")
        fitted = fit(left, kind)
        unseen = fitted.with_words(rows.filter(held), kind)
        guess[fold == number] = grades(apply(fitted.model, unseen)["label"])
    return guess


def cross_validate() -> None:
    """Print five-fold cross-validation over the train part, beside version 1."""
    readings = read_readings("train")
    head()
    for kind in KINDS:
        first = models()["1"][kind]
        show(f"version 1, {kind}", readings, grades(apply(first, rows_of(readings, kind))["label"]))
        show(f"version {VERSION}, {kind}", readings, out_of_fold(readings, kind))


def error_table() -> pl.DataFrame:
    """Precision and recall with intervals, by version, kind of text and target."""
    readings = read_readings("test")
    same, weight = agreed(readings), readings["weight"].to_numpy()
    truth, rows = grades(readings["reader_1"]), []
    for version, held in models().items():
        for kind in KINDS:
            guess = grades(apply(held[kind], rows_of(readings, kind))["label"])
            for target, least in _TARGETS.items():
                values = weighted_f1(truth[same], guess[same], weight[same], least)
                spread = intervals(readings, guess, least)
                for which, measure in enumerate(("precision", "recall")):
                    rows.append((version, kind, target, measure, values[which], *spread[which]))
    schema = ["version", "text", "target", "measure", "value", "low", "high"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def read_projects(archive: Path) -> pl.DataFrame:
    """Projects of a CORDIS archive with the columns that scoring reads.

    Titles of publications come from the results archive of that name beside it, if there is one.
    """
    with zipfile.ZipFile(archive) as held:
        titles = _joined(_table(held, "topics.csv"), "title", "topic_titles", "; ")
        paths = _joined(_table(held, "euroSciVoc.csv"), "euroSciVocPath", "euroscivoc", "; ")
        projects = _table(held, "project.csv")
    joined = projects.rename({"id": "projectID", "legalBasis": "legal_basis"})
    sides = [titles, paths]
    results = archive.with_name(archive.name.replace("projects-csv", "projects-results-csv"))
    if results != archive and results.exists():
        with zipfile.ZipFile(results) as held:
            papers = _table(held, "result.csv").filter(pl.col("collection") == "publication")
        few = papers.drop_nulls("title").group_by("projectID", maintain_order=True)
        sides.append(_joined(few.head(_PUBLICATIONS), "title", "outputs", "\n"))
    for side in sides:
        joined = joined.join(side, on="projectID", how="left", maintain_order="left")
    return joined


def _table(archive: zipfile.ZipFile, name: str) -> pl.DataFrame:
    return pl.read_csv(archive.read(name), separator=";", infer_schema_length=0)


def _joined(rows: pl.DataFrame, column: str, name: str, mark: str) -> pl.DataFrame:
    once = rows.unique(["projectID", column], maintain_order=True)
    return once.group_by("projectID", maintain_order=True).agg(
        pl.col(column).str.join(mark).alias(name)
    )


def find_archive(given: str | None) -> Path | None:
    """The archive named, or the one under a data folder, or None when none is named."""
    place = given or os.environ.get("PERMED_DATA")
    if not place:
        return None
    path = Path(place)
    path = path / "cordis" / "cordis-HORIZONprojects-csv.zip" if path.is_dir() else path
    if not path.exists():
        raise InputError(f"{path}: no such archive; give the path of a CORDIS projects zip")
    return path


def check_dump(projects: pl.DataFrame) -> None:
    """Compare the committed feature rows with fresh ones, then label and time the dump."""
    fresh, held = labelled_features(projects), pl.read_parquet(_feature_file())
    print(f"\nfeature rows of the labelled projects agree with this dump: {held.equals(fresh)}")
    views: Mapping[str, pl.DataFrame] = {
        "whole": projects,
        "title and call": projects.select("projectID", "title", "topics", "topic_titles"),
    }
    for name, view in views.items():
        begun = time.perf_counter()
        counts = score(view)["label"].value_counts(sort=True)
        seconds = time.perf_counter() - begun
        print(f"{len(projects)} projects, {name}, labelled in {seconds:.1f} s: {counts.rows()}")


def _feature_file() -> Path:
    return Path(str(files("permed.ingest.relevance.training").joinpath("label_features.parquet")))


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description="How well PM relevance labels are met.")
    parser.add_argument("archive", nargs="?")
    for option in ("cross-validate", "write-features", "write-space", "write-error"):
        parser.add_argument(f"--{option}", action="store_true")
    given = parser.parse_args()
    archive = find_archive(given.archive)
    if (given.write_features or given.write_space) and archive is None:
        raise InputError("writing needs the archive; give its path or set PERMED_DATA")
    if given.write_error:
        place = Path(str(files("permed.ingest.relevance").joinpath("error.csv")))
        error_table().write_csv(place, float_precision=3)
        return
    projects = read_projects(archive) if archive is not None else None
    if projects is not None and (given.write_features or given.write_space):
        if given.write_space:
            write_space(projects)
        labelled_features(projects).write_parquet(_feature_file(), compression_level=15)
        return
    if given.cross_validate:
        cross_validate()
    else:
        compare()
    if projects is not None:
        check_dump(projects)


if __name__ == "__main__":
    try:
        main()
    except PermedError as problem:
        sys.exit(str(problem))
