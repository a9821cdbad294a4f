"""How often the labels err: precision and recall with intervals, from the weighted sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import polars as pl

__all__ = ["Estimate", "Measure", "TextKind", "label_error"]

TextKind = Literal["full", "short"]  # with an objective, or title and call alone
Measure = Literal["precision", "recall"]
_TARGET = {"core": "core", "related": "core or related"}


@dataclass(frozen=True)
class Estimate:
    """A share between 0 and 1 and its 95 % interval (bootstrap over the labelled projects)."""

    value: float
    low: float
    high: float


def label_error(label: Literal["core", "related"], text: TextKind, measure: Measure) -> Estimate:
    """Return how right a label is: as projects of the Horizon Europe dump of 2025-12-06 weigh.

    For `related` the figures are those of core and related together. Made by
    `python -m benchmarks.relevance --write-error`: five-fold cross-validation, five repeats.
    """
    row = _table().row(
        by_predicate=(pl.col("target") == _TARGET[label])
        & (pl.col("text") == text)
        & (pl.col("measure") == measure),
        named=True,
    )
    return Estimate(row["value"], row["low"], row["high"])


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(Path(str(files(__package__).joinpath("error.csv"))))
