"""Training of the SRIA areas: from readings and counted words to weights.json, always alike.

    python -m permed.ingest.agenda.training.fitting                      # fit, write weights.json
    python -m permed.ingest.agenda.training.fitting --words DUMP.zip     # count the words anew

readings.csv holds what a reader said (area, second area), the funding scheme, and how many projects
a row stands for; word_counts.parquet the words of title and objective, as counts, no text.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from permed.ingest.agenda.areas import counted, weighted
from permed.ingest.logistic import ridge_logistic

__all__ = ["AREAS", "Readings", "cross_validated", "fit", "main", "trained"]

Array = NDArray[np.float64]

AREAS = ("R", "I")  # implementation and overarching are main area of five readings each: too few
RIDGE = 1 / 3
# a scheme is held back more than a word: it says nothing of what a single project does
_SCHEME_SCALE = 0.7
_LEAST, _MOST = 6, 0.4  # a word stands in six texts at least, and in two of five at most
FOLDS = 5


@dataclass(frozen=True)
class Readings:
    """Readings of projects and the words of each."""

    rows: pl.DataFrame
    counts: pl.DataFrame

    @classmethod
    def load(cls) -> Readings:
        """Read the committed tables."""
        here = files(__package__)
        text = here.joinpath("readings.csv").read_bytes()
        rows = pl.read_csv(text, infer_schema=False).with_columns(
            pl.col("second").fill_null(""), pl.col("weight").cast(pl.Float64)
        )
        return cls(rows, pl.read_parquet(here.joinpath("word_counts.parquet").read_bytes()))

    def main(self, area: str) -> Array:
        """1.0 where an area is the main one of a reading, 0.0 elsewhere."""
        return self.rows.select((pl.col("area") == area).cast(pl.Float64))["area"].to_numpy()

    def named(self, area: str) -> Array:
        """1.0 where a reading names an area, as the main or the second one."""
        said = (pl.col("area") == area) | (pl.col("second") == area)
        return self.rows.select(said.cast(pl.Float64).alias("said"))["said"].to_numpy()

    def rarity(self, places: NDArray[np.int64]) -> dict[str, float]:
        """Rarity of each word of some readings: 1 + ln((1 + texts) / (1 + texts with it))."""
        mine = self.rows["project"].gather(places)
        texts = len(places)
        found = self.counts.filter(pl.col("project").is_in(mine.implode())).group_by("word").len()
        kept = found.filter(pl.col("len").is_between(_LEAST, _MOST * texts)).sort("word")
        return {w: 1 + float(np.log((1 + texts) / (1 + n))) for w, n in kept.iter_rows()}

    def matrix(self, rarity: Mapping[str, float]) -> Array:
        """Readings x (words, then groups of schemes)."""
        values = weighted(self.counts.rename({"project": "projectID"}), rarity)
        row = {project: place for place, project in enumerate(self.rows["project"])}
        column = {word: place for place, word in enumerate(rarity)}
        groups = self.groups()
        table = np.zeros((len(row), len(column) + len(groups)))
        for project, word, value in values.iter_rows():
            table[row[project], column[word]] = value
        for place, group in enumerate(self.rows["group"]):
            table[place, len(column) + groups.index(group)] = _SCHEME_SCALE
        return table

    def groups(self) -> list[str]:
        """Groups of funding schemes, in the order of the matrix."""
        return sorted(set(self.rows["group"]))


def fit(table: Array, truth: Array) -> Array:
    """Return logistic weights, the intercept last, held back by a ridge (not the intercept)."""
    free: list[tuple[float | None, float | None]] = [(None, None)] * table.shape[1]
    found = ridge_logistic(sparse.csr_array(table), truth, np.ones(len(truth)), free, RIDGE)
    return np.append(found[1:], found[0])


def cross_validated(readings: Readings, area: str, seed: int) -> Array:
    """Chance of an area for each reading, by a fit and a vocabulary that did not see it."""
    truth = readings.main(area)
    draw = np.random.default_rng(seed)
    fold = np.zeros(len(truth), dtype=np.int64)
    for side in (0.0, 1.0):  # each fold holds its share of both
        places = np.flatnonzero(truth == side)
        fold[draw.permutation(places)] = np.arange(len(places)) % FOLDS
    chance = np.zeros(len(truth))
    for number in range(FOLDS):
        seen = np.flatnonzero(fold != number)
        table = readings.matrix(readings.rarity(seen))
        weights = fit(table[seen], truth[seen])
        chance[fold == number] = expit(table[fold == number] @ weights[:-1] + weights[-1])
    return chance


def trained(readings: Readings) -> str:
    """Return the text of weights.json."""
    rarity = readings.rarity(np.arange(readings.rows.height))
    table, groups = readings.matrix(rarity), readings.groups()
    models = {}
    for area in AREAS:
        weights = fit(table, readings.main(area))
        words, schemes = weights[: len(rarity)], weights[len(rarity) : -1] * _SCHEME_SCALE
        models[area] = {
            "intercept": round(float(weights[-1]), 3),
            "schemes": _rounded(groups, schemes),
            "words": _rounded(list(rarity), words),
        }
    schemes_ = dict(readings.rows.select("scheme", "group").unique().sort("scheme").iter_rows())
    kept = {word: round(value, 3) for word, value in rarity.items()}
    told = {"schemes": schemes_, "rarity": kept, "areas": models}
    return json.dumps(told, indent=0, ensure_ascii=False) + "\n"


def _rounded(names: Sequence[str], weights: Array) -> dict[str, float]:
    return {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}


def words_of(dump: Path, projects: Sequence[str]) -> pl.DataFrame:
    """Count the words of projects from the project table of a dump: project, word, count."""
    with zipfile.ZipFile(dump) as archive:
        table = pl.read_csv(archive.read("project.csv"), separator=";", infer_schema=False)
    mine = table.filter(pl.col("id").is_in(list(projects)))
    texts = mine.select(projectID="id", text=pl.concat_str("title", pl.lit(" "), "objective"))
    return counted(texts).rename({"projectID": "project"}).sort("project", "word")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write weights.json; with --words count the words of the readings first."""
    parser = argparse.ArgumentParser(prog="python -m permed.ingest.agenda.training.fitting")
    parser.add_argument("--words", type=Path, help="cordis-HORIZONprojects-csv.zip")
    given = parser.parse_args(arguments)
    here = Path(__file__).parent
    if given.words:
        rows = pl.read_csv(here / "readings.csv", infer_schema=False)
        words_of(given.words, rows["project"].to_list()).write_parquet(
            here / "word_counts.parquet", compression="zstd", statistics=False
        )
    (here.parent / "weights.json").write_text(trained(Readings.load()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
