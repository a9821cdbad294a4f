"""Projects labelled by two readers each, how far the two agree, and the part kept for testing.

1,500 Horizon Europe projects, drawn by score and programme, in readings.csv. A third of each
stratum is the test part: no fit, choice or phrase may look at it. second_sample.csv holds 1,160
more, drawn from those left, 871 of them read twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from permed.graph.errors import InputError
from permed.ingest.relevance.model import LABELS

__all__ = [
    "TEST_CHECKSUM", "Agreement", "Part", "agreement", "checksum", "first_wrong", "read_readings",
    "read_second_sample",
]  # fmt: skip

Part = Literal["train", "test"]
# SHA-256 of the sorted ids of the test part, one a line: set before any fit on the train part.
TEST_CHECKSUM = "8cc3e42e81dd72f1b5694eac89b651a1a2179ae3491ffe25fa99d60d8686c9b8"
_READERS = ("reader_1", "reader_2")


@dataclass(frozen=True)
class Agreement:
    """How far two readings agree, each project counted by its weight (or once).

    kappa: chance-corrected agreement in [-1, 1] (Cohen 1960). precision: the share of what the
    second reader takes that the first takes too; recall: the other way round; f1: their harmonic
    mean, the same from either side.
    """

    kappa: float
    precision: float
    recall: float
    f1: float


def read_readings(part: Part | None = None, path: Path | None = None) -> pl.DataFrame:
    """The readings of one part, or of both.

    Columns: projectID, part, stratum, stratum_size (projects), weight (projects of the dump that
    the row stands for), reader_1, reader_2 (labels), confidence_1, confidence_2, reason_1, reason_2
    (own words of the reader; empty where they came too near to the text).
    Raises InputError for an unknown label or part, a repeated project, a weight not positive.
    """
    place = path or Path(str(files(__package__).joinpath("readings.csv")))
    table = pl.read_csv(place, schema_overrides={"projectID": pl.String, "weight": pl.Float64})
    bad = ~pl.all_horizontal(pl.col(_READERS).is_in(LABELS)) | ~pl.col("part").is_in(
        ["train", "test"]
    )
    if row := first_wrong(table, bad):
        raise InputError(
            f"{place.name}, line {row['line']}: project {row['projectID']} is labelled "
            f"{row['reader_1']!r} and {row['reader_2']!r}, part {row['part']!r}, weight "
            f"{row['weight']}; use core, related or none, train or test, a positive weight, and "
            "each project once"
        )
    return table if part is None else table.filter(pl.col("part") == part)


def read_second_sample(path: Path | None = None) -> pl.DataFrame:
    """Projects drawn from those without a label, each labelled by two readers.

    Columns: projectID, stratum, stratum_size (projects), weight (projects of the dump, less those
    labelled before, that the row stands for), label and label_2 (of the first and the second
    reader; null where one alone read), reader_1 and reader_2 (the same, the first reader standing
    in for a second), reason and reason_2 (own words; ? where unsure).
    Raises InputError for an unknown label, a repeated project, a weight that is not positive.
    """
    place = path or Path(str(files(__package__).joinpath("second_sample.csv")))
    table = pl.read_csv(place, schema_overrides={"projectID": pl.String, "weight": pl.Float64})
    known = pl.col("label").is_in(LABELS) & pl.col("label_2").is_in(LABELS).fill_null(True)
    if row := first_wrong(table, ~known.fill_null(False)):
        raise InputError(
            f"{place.name}, line {row['line']}: project {row['projectID']} has labels "
            f"{row['label']!r} and {row['label_2']!r} and weight {row['weight']}; use core, "
            "related or none, a positive weight, and each project once"
        )
    return table.with_columns(
        reader_1=pl.col("label"), reader_2=pl.col("label_2").fill_null(pl.col("label"))
    )


def first_wrong(table: pl.DataFrame, bad: pl.Expr) -> dict[str, Any] | None:
    """The first bad row of a labelled table, with its line; None where all are right.

    Bad in every such table: a repeated project, a weight that is not positive.
    """
    bad |= pl.col("projectID").is_duplicated() | ~(pl.col("weight") > 0).fill_null(False)
    wrong = table.with_row_index("line", 2).filter(bad)
    return wrong.row(0, named=True) if len(wrong) else None


def checksum(readings: pl.DataFrame) -> str:
    """SHA-256 of the sorted project ids, joined by line feeds."""
    return hashlib.sha256("\n".join(sorted(readings["projectID"])).encode()).hexdigest()


def agreement(readings: pl.DataFrame, least: int, *, weighted: bool = True) -> Agreement:
    """Agreement of both readers on "at least this label" (1 related, 2 core)."""
    wanted = LABELS[least:]
    first, second = (readings[reader].is_in(wanted).to_numpy() for reader in _READERS)
    weight = readings["weight"].to_numpy() if weighted else np.ones(len(readings))
    share = weight / weight.sum()
    both = float(share[first & second].sum())
    one, two = float(share[first].sum()), float(share[second].sum())
    observed = float(share[first == second].sum())
    expected = one * two + (1 - one) * (1 - two)
    return Agreement(
        kappa=(observed - expected) / (1 - expected),
        precision=both / two,
        recall=both / one,
        f1=2 * both / (one + two),
    )
