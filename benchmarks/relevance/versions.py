"""How well projects are labelled, by the method of today and those before it."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.relevance.label_quality import (
    GAIN,
    TARGETS,
    agreed,
    between_readers,
    gain_lines,
    grades,
    intervals,
    met,
    read_once,
    weighted_f1,
)
from permed.graph.errors import InputError
from permed.ingest.relevance import VERSION, score
from permed.ingest.relevance.latent import WORDS, load_word_weights
from permed.ingest.relevance.methods import GUIDE
from permed.ingest.relevance.model import KINDS, Model, apply, from_json, load_models
from permed.ingest.relevance.readings.tables import read_readings, read_second_sample
from permed.ingest.relevance.training.table import labelled_features, read_feature_rows
from permed.ingest.relevance.training.word_rows import matrix_of

Grades = NDArray[np.int64]
_PUBLICATIONS = 20
_SHOWN = """
All of this is the method alone. Of projects that two read a release shows what the readers say, and
no sample is left to measure that by: only how far they agree, each project counted once.
"""
_BEFORE = ("1", "2", "3")  # versions kept: releases that they labelled ask for their errors
_MET = ("precision", "recall", "F1", "95 %")
QUALITY = ("method", "target", "F1, reader 1", "F1, reader 2", *_MET[:2], "F1, both", _MET[3])


def models() -> dict[str, dict[str, Model]]:
    """Models by version and kind: those before, kept for comparison, and today's."""
    held = {v: from_json(_kept(f"weights-{v}.json").read_text("utf-8")) for v in _BEFORE}
    return held | {VERSION: load_models()}


def rows_of(readings: pl.DataFrame, kind: str, version: str = VERSION) -> pl.DataFrame:
    """Committed feature rows of read projects, in their order, with WORDS by a version's weights.

    Versions 1 and 2 knew no words and read none of these columns.
    """
    rows = read_feature_rows(kind)
    held = None if version == VERSION else _kept(f"words-{_BEFORE[-1]}.npz")
    told = (matrix_of(rows) @ load_word_weights(held)).astype(np.float64)
    rows = rows.hstack(pl.DataFrame(told, schema=list(WORDS)))
    return readings.select("projectID").join(
        rows, on="projectID", how="left", maintain_order="left"
    )


def judged(readings: pl.DataFrame, version: str, kind: str) -> pl.DataFrame:
    """Read projects as one version labels them from one kind of text: see `model.apply`."""
    return apply(models()[version][kind], rows_of(readings, kind, version))


def show(name: str, readings: pl.DataFrame, guess: Grades) -> None:
    """Print one method's lines: against each reader, and where both agree."""
    weight = readings["weight"].to_numpy()
    first, second = grades(readings["reader_1"]), grades(readings["reader_2"])
    for target, least in TARGETS.items():
        one, two = (weighted_f1(truth, guess, weight, least)[2] for truth in (first, second))
        told = met(readings, guess, least)
        print(f"| {name} | {target} | {one:.3f} | {two:.3f} | {told} |")


def head(*names: str) -> None:
    """Print the head of a table."""
    print(f"| {' | '.join(names)} |\n|{' --- |' * len(names)}")


def compare() -> None:
    """Print how the phrase match and every version do on the test part, and what was gained."""
    readings = read_readings("test")
    head(*QUALITY)
    rows = rows_of(readings, "full")
    named = rows.select(pl.max_horizontal("pm_head", "pm_text", "call_words") > 0).to_series()
    show("phrase match", readings, np.where(named.to_numpy(), 2, 0).astype(np.int64))
    for kind in KINDS:
        for version in models():
            guess = grades(judged(readings, version, kind)["label"])
            show(f"version {version}, {kind}", readings, guess)
    print()
    head(*GAIN)
    print("\n".join(line for kind in KINDS for line in version_gain(readings, kind)))
    print(_SHOWN)
    head("readers", "target", "projects", "F1", "95 %")
    print("\n".join(reader_lines()))


def reader_lines() -> list[str]:
    """Lines of how far two readers agree on the projects that both read, each counted once."""
    sample, lines = read_twice(), []
    for target, least in TARGETS.items():
        value, low, high = between_readers(sample, least)
        cells = (GUIDE, target, f"{len(sample):,}", f"{value:.3f}", f"{low:.3f}-{high:.3f}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def version_gain(readings: pl.DataFrame, kind: str) -> list[str]:
    """Lines of what this version gained on the one before."""
    before, after = (judged(readings, version, kind) for version in (_BEFORE[-1], VERSION))
    return gain_lines(f"version {VERSION} and {_BEFORE[-1]}, {kind}", readings, before, after)


def second_lines(kind: str) -> list[str]:
    """Lines of how the version before, not fitted to it, does on the second sample."""
    sample = read_once(read_second_sample())
    guess = grades(judged(sample, _BEFORE[-1], kind)["label"])
    name = f"version {_BEFORE[-1]}, {kind}, second sample"
    return [f"| {name} | {target} | {met(sample, guess, n)} |" for target, n in TARGETS.items()]


def second_sample() -> None:
    """Print how the version before, not fitted to it, does on the second sample."""
    head("method", "target", *_MET)
    print("\n".join(line for kind in KINDS for line in second_lines(kind)))


def read_twice() -> pl.DataFrame:
    """All projects that two readers read: projectID, stratum, reader_1, reader_2."""
    second = read_second_sample().drop_nulls("label_2")
    parts = {"first": read_readings(), "second": second}
    return pl.concat(
        table.select("projectID", pl.format("{} {}", pl.lit(name), "stratum").alias("stratum"),
                     "reader_1", "reader_2")
        for name, table in parts.items()
    )  # fmt: skip


def error_table() -> pl.DataFrame:
    """Precision and recall with intervals, by version, kind of text and target.

    Last those of what was read: how far two readers agree, by the guide in place of the version.
    """
    readings = read_readings("test")
    same, weight = agreed(readings), readings["weight"].to_numpy()
    truth, rows = grades(readings["reader_1"]), []
    for version in models():
        for kind in KINDS:
            guess = grades(judged(readings, version, kind)["label"])
            for target, least in TARGETS.items():
                values = weighted_f1(truth[same], guess[same], weight[same], least)
                spread = intervals(readings, guess, least)
                for which, measure in enumerate(("precision", "recall")):
                    rows.append((version, kind, target, measure, values[which], *spread[which]))
    for target, least in TARGETS.items():
        alike = between_readers(read_twice(), least)
        rows += [(GUIDE, "full", target, measure, *alike) for measure in ("precision", "recall")]
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
    """Compare committed feature rows with fresh ones; label and time the dump, count the unread."""
    fresh, held = labelled_features(projects), pl.read_parquet(feature_file())
    print(f"\nfeature rows of the labelled projects agree with this dump: {held.equals(fresh)}")
    views: Mapping[str, pl.DataFrame] = {
        "whole": projects,
        "title and call": projects.select("projectID", "title", "topics", "topic_titles"),
    }
    for name, view in views.items():
        begun = time.perf_counter()
        labels = score(view).select("projectID", "label")
        seconds = time.perf_counter() - begun
        counts = labels["label"].value_counts(sort=True)
        print(f"{len(projects)} projects, {name}, labelled in {seconds:.1f} s: {counts.rows()}")
        unread = labels.join(held, on="projectID", how="anti")["label"].value_counts(sort=True)
        print(f"of them no reader has labelled: {unread.rows()}")


def feature_file() -> Path:
    """The committed feature rows of labelled projects."""
    return _kept("label_features.parquet")


def _kept(name: str) -> Path:
    return Path(str(files("permed.ingest.relevance.training").joinpath(name)))
