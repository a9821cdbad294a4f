"""How often the labels err: precision and recall with intervals.

Of the method on projects never fitted to, of what was read by how far the readers agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import polars as pl

from permed.graph.errors import InputError
from permed.ingest.relevance.methods import GUIDE
from permed.ingest.relevance.scoring import VERSION

__all__ = ["Estimate", "Measure", "TextKind", "label_error"]

# with an objective; with keywords, fields or outputs in its place; title and call alone
TextKind = Literal["full", "rich", "short"]
Measure = Literal["precision", "recall"]
_TARGET = {"core": "core", "related": "core or related"}


@dataclass(frozen=True)
class Estimate:
    """A share between 0 and 1 and its 95 % interval (bootstrap over the labelled projects)."""

    value: float
    low: float
    high: float


def label_error(
    label: Literal["core", "related"], text: TextKind, measure: Measure, version: str = VERSION
) -> Estimate:
    """Return how right a label of this version, or by this guide of readers, is.

    For `related` the figures are those of core and related together. Those of a version are made by
    `python -m benchmarks.relevance --write-error` from the test part of the readings, where both
    readers agree, as projects of Horizon Europe weigh. Those of a guide are how far its two readers
    agree on the projects that both read, each counted once; they read the whole of every text,
    so `text` changes nothing. Raises InputError for a version of which no error is known.
    """
    text = "full" if version == GUIDE else text
    if version not in _table()["version"]:
        known = ", ".join(_table()["version"].unique().sort())
        raise InputError(f"error.csv: no error of version {version!r} is known; known: {known}")
    row = _table().row(
        by_predicate=(pl.col("version") == version)
        & (pl.col("target") == _TARGET[label])
        & (pl.col("text") == text)
        & (pl.col("measure") == measure),
        named=True,
    )
    return Estimate(row["value"], row["low"], row["high"])


@cache
def _table() -> pl.DataFrame:
    place = Path(str(files(__package__).joinpath("error.csv")))
    return pl.read_csv(place, schema_overrides={"version": pl.String})
