"""How well projects are labelled: weighted cross-validation over the labelled sample.

python -m benchmarks.relevance [ZIP] [--repeats 5] [--write-features] [--write-error]

ZIP is a CORDIS projects archive in the official CSV layout, or a folder that holds
cordis/cordis-HORIZONprojects-csv.zip (PERMED_DATA is looked at when none is given); with it, the
committed feature rows are compared with fresh ones and the whole dump is labelled and timed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from permed.graph.errors import InputError, PermedError
from permed.ingest.relevance import score
from permed.ingest.relevance.model import apply
from permed.ingest.relevance.training.fitting import (
    FLOORS,
    fit,
    labelled_features,
    read_training_table,
)

Array = NDArray[np.float64]
Grades = NDArray[np.int64]
_GRADE = {"none": 0, "related": 1, "core": 2}
_TARGETS = {"core": 2, "core or related": 1}
_DRAWS = 1000


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


def folds(sample: pl.DataFrame, k: int, seed: int) -> Grades:
    """A fold number a row, balanced within each stratum and label."""
    rng = np.random.default_rng(seed)
    key = (sample["stratum"] + sample["label"]).to_numpy()
    fold = np.zeros(len(sample), dtype=np.int64)
    for value in np.unique(key):
        rows = rng.permutation(np.flatnonzero(key == value))
        fold[rows] = (np.arange(len(rows)) + rng.integers(k)) % k
    return fold


def out_of_fold(
    sample: pl.DataFrame, always: pl.DataFrame, fold: Grades, *, floor: float = 0.0
) -> Grades:
    """Grades of each sample row by a model fitted, thresholds included, without its fold."""
    guess = np.zeros(len(sample), dtype=np.int64)
    for number in np.unique(fold):
        model = fit(pl.concat([sample.filter(pl.Series(fold != number)), always]), floor=floor)
        held = sample.filter(pl.Series(fold == number))
        guess[fold == number] = grades(apply(model, held)["label"])
    return guess


def interval(
    sample: pl.DataFrame, guesses: list[Grades], least: int, which: int = 2
) -> tuple[float, float]:
    """95 % bootstrap interval of F1, drawing rows anew within each stratum.

    which: 0 for precision, 1 for recall.
    """
    rng = np.random.default_rng(0)
    truth, weight = grades(sample["label"]), sample["weight"].to_numpy()
    strata = [
        np.flatnonzero(sample["stratum"].to_numpy() == s) for s in sample["stratum"].unique().sort()
    ]
    drawn = []
    for number in range(_DRAWS):
        rows = np.concatenate([rng.choice(s, len(s)) for s in strata])
        guess = guesses[number % len(guesses)]
        drawn.append(weighted_f1(truth[rows], guess[rows], weight[rows], least)[which])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def show(name: str, sample: pl.DataFrame, guesses: list[Grades]) -> None:
    """Print one method's lines of the table, one a target."""
    truth, weight = grades(sample["label"]), sample["weight"].to_numpy()
    for target, least in _TARGETS.items():
        values = np.array([weighted_f1(truth, guess, weight, least) for guess in guesses])
        precision, recall, f1 = values.mean(axis=0)
        low, high = interval(sample, guesses, least)
        print(
            f"{name:38} {target:16} {precision:9.3f} {recall:7.3f} {f1:6.3f} "
            f"{values[:, 2].std():7.3f}   {low:.2f}-{high:.2f}"
        )


def compare(repeats: int) -> None:
    """Print the table: phrase match, ours, and ours with less to go on."""
    print(
        f"{'method':38} {'target':16} {'precision':>9} {'recall':>7} {'F1':>6} {'spread':>7}   95 %"
    )
    full = read_training_table("full")
    sample, added = (full.filter(pl.col("source") == s) for s in ("sample", "added"))
    named = (sample["stratum"] == "narrow").to_numpy()
    show("phrase match (the narrow stratum)", sample, [np.where(named, 2, 0).astype(np.int64)])
    cases: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
        "ours": ("full", lambda extra: extra),
        "ours, without the added labels": ("full", lambda extra: extra.clear()),
        "ours, title and call only": ("short", lambda extra: extra),
    }
    for name, (kind, keep) in cases.items():
        table = read_training_table(kind)
        part, extra = (table.filter(pl.col("source") == s) for s in ("sample", "added"))
        guesses = [
            out_of_fold(part, keep(extra), folds(part, 5, seed), floor=FLOORS[kind])
            for seed in range(repeats)
        ]
        show(name, part, guesses)
    show(
        "sample only, tried on the added labels",
        added,
        [grades(apply(fit(sample), added)["label"])],
    )


def write_error(repeats: int) -> None:
    """Write the error of the labels that totals carry: ingest/relevance/error.csv."""
    rows = []
    for kind in FLOORS:
        table = read_training_table(kind)
        part, extra = (table.filter(pl.col("source") == s) for s in ("sample", "added"))
        guesses = [
            out_of_fold(part, extra, folds(part, 5, seed), floor=FLOORS[kind])
            for seed in range(repeats)
        ]
        truth, weight = grades(part["label"]), part["weight"].to_numpy()
        for target, least in _TARGETS.items():
            mean = np.mean([weighted_f1(truth, g, weight, least) for g in guesses], axis=0)
            for which, measure in enumerate(("precision", "recall")):
                low, high = interval(part, guesses, least, which)
                rows.append((kind, target, measure, float(mean[which]), low, high))
    schema = ["text", "target", "measure", "value", "low", "high"]
    place = Path(str(files("permed.ingest.relevance").joinpath("error.csv")))
    pl.DataFrame(rows, schema=schema, orient="row").write_csv(place, float_precision=3)


def read_projects(archive: Path) -> pl.DataFrame:
    """Projects of a CORDIS archive with the columns that scoring reads."""
    with zipfile.ZipFile(archive) as held:

        def table(name: str) -> pl.DataFrame:
            return pl.read_csv(held.read(name), separator=";", infer_schema_length=0)

        titles = (
            table("topics.csv")
            .group_by("projectID")
            .agg(pl.col("title").unique(maintain_order=True).str.join("; ").alias("topic_titles"))
        )
        paths = (
            table("euroSciVoc.csv")
            .group_by("projectID")
            .agg(pl.col("euroSciVocPath").str.join("; ").alias("euroscivoc"))
        )
        projects = table("project.csv").rename({"id": "projectID", "legalBasis": "legal_basis"})
    joined = projects.join(titles, on="projectID", how="left", maintain_order="left")
    return joined.join(paths, on="projectID", how="left", maintain_order="left")


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


def check_dump(archive: Path, write: bool) -> None:
    """Compare or write the feature rows of the labelled projects, then label and time the dump."""
    projects = read_projects(archive)
    fresh = labelled_features(projects)
    place = Path(str(files("permed.ingest.relevance.training").joinpath("label_features.csv")))
    if write:
        fresh.write_csv(place)
    held = pl.read_csv(place, schema_overrides={"projectID": pl.String})
    same = held.equals(fresh.cast(held.schema))
    print(f"\nfeature rows of the labelled projects agree with this dump: {same}")
    begun = time.perf_counter()
    counts = score(projects)["label"].value_counts(sort=True)
    print(
        f"{len(projects)} projects labelled in {time.perf_counter() - begun:.1f} s: {counts.rows()}"
    )


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(
        description="Weighted cross-validation of PM relevance labels."
    )
    parser.add_argument("archive", nargs="?")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write-features", action="store_true")
    parser.add_argument("--write-error", action="store_true")
    given = parser.parse_args()
    if given.write_error:
        write_error(given.repeats)
        return
    archive = find_archive(given.archive)
    if given.write_features:
        if archive is None:
            raise InputError("--write-features needs the archive; give its path or set PERMED_DATA")
        check_dump(archive, write=True)
        return
    compare(given.repeats)
    if archive is not None:
        check_dump(archive, write=False)


if __name__ == "__main__":
    try:
        main()
    except PermedError as problem:
        sys.exit(str(problem))
