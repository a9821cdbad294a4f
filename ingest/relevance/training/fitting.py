"""Training: from labels.csv and label_features.csv to weights.json, the same bytes every time.

After a change of labels or feature rows: `python -m permed.ingest.relevance.training.fitting`.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from permed.graph.errors import InputError, PermedError
from permed.ingest.relevance.features import FEATURES, LOWERING, features
from permed.ingest.relevance.model import KINDS, LABELS, Model, Target, to_json

__all__ = ["FLOORS", "fit", "labelled_features", "read_labels", "read_training_table", "train"]

Array = NDArray[np.float64]

RIDGE = 3.0
# A title alone says little: a label then has to be likelier than not.
FLOORS = {"full": 0.0, "short": 0.5}
_INNER_FOLDS = 5
_SHORT_KEEPS = ("projectID", "title", "topics", "topic_titles", "legal_basis")


def train() -> dict[str, Model]:
    """Fit the models of every kind from the committed tables."""
    return {kind: fit(read_training_table(kind), floor=FLOORS[kind]) for kind in KINDS}


def read_labels(path: Path | None = None) -> pl.DataFrame:
    """The labels: projectID, label, stratum, weight, source (sample or added), reason.

    Raises InputError for an unknown label, a repeated project or a weight that is not positive.
    """
    place = path or _beside("labels.csv")
    table = pl.read_csv(place, schema_overrides={"projectID": pl.String, "weight": pl.Float64})
    bad = (
        ~pl.col("label").is_in(LABELS)
        | pl.col("projectID").is_duplicated()
        | ~(pl.col("weight") > 0).fill_null(False)
    )
    wrong = table.with_row_index("line", 2).filter(bad)
    if len(wrong):
        row = wrong.row(0, named=True)
        raise InputError(
            f"{place.name}, line {row['line']}: project {row['projectID']} has label "
            f"{row['label']!r} and weight {row['weight']}; use core, related or none, "
            "a positive weight, and each project once"
        )
    return table


def read_training_table(kind: str) -> pl.DataFrame:
    """Labels joined with their committed feature rows of one kind (full or short)."""
    rows = pl.read_csv(_beside("label_features.csv"), schema_overrides={"projectID": pl.String})
    rows = rows.filter(pl.col("kind") == kind).drop("kind")
    absent = read_labels().join(rows, on="projectID", how="anti")
    if len(absent):
        raise InputError(
            f"label_features.csv: no {kind} row for project {absent['projectID'][0]}; "
            "write the rows anew with python -m benchmarks.relevance ZIP --write-features"
        )
    return read_labels().join(rows, on="projectID", maintain_order="left")


def labelled_features(projects: pl.DataFrame) -> pl.DataFrame:
    """Feature rows of labelled projects, as kept in label_features.csv: kind, projectID, FEATURES.

    `projects` has the columns that `features` reads. The short rows see title and call only.
    """
    labels = read_labels()
    known = labels.select("projectID").join(
        projects, on="projectID", how="inner", maintain_order="left"
    )
    if len(known) < len(labels):
        gone = labels.join(known, on="projectID", how="anti")["projectID"][0]
        raise InputError(f"projects: labelled project {gone} is missing; give the whole dump")
    held = {"full": known, "short": known.select(n for n in _SHORT_KEEPS if n in known.columns)}
    tables = [features(held[kind]).select(pl.lit(kind).alias("kind"), pl.all()) for kind in KINDS]
    return pl.concat(tables).with_columns(pl.col(FEATURES).round(4))


def fit(table: pl.DataFrame, *, floor: float = 0.0) -> Model:
    """Fit both targets on a training table (label, weight, source and FEATURES).

    No threshold is set under `floor`, a chance in [0, 1].
    """
    grade = table["label"].replace_strict(dict(zip(LABELS, range(3), strict=True)))
    x = table.select(FEATURES).to_numpy().astype(np.float64)
    weight = table["weight"].to_numpy().astype(np.float64)
    pull = _pull(table)
    core, relevant = (
        _fit_target(x, (grade >= least).to_numpy().astype(np.float64), weight, pull, floor)
        for least in (2, 1)
    )
    return Model(core, relevant)


def _pull(table: pl.DataFrame) -> Array:
    """Training weights: the square root tempers the heavy strata; each source pulls alike."""
    root = pl.col("weight").sqrt()
    share = root / root.sum().over("source")
    pull = table.select(share.alias("pull"))["pull"].to_numpy().astype(np.float64)
    scaled: Array = pull * len(pull) / pull.sum()
    return scaled


def _fit_target(x: Array, y: Array, weight: Array, pull: Array, floor: float) -> Target:
    raw = _logistic(x, y, pull, _bounds(), RIDGE)
    unseen = _held_out(x, y, pull)
    slope, shift = _calibrate(unseen, y, weight)
    chance = expit(slope * unseen + shift)
    coefficients = np.round(slope * raw[1:], 3)
    return Target(
        intercept=round(float(slope * raw[0] + shift), 3),
        weights={n: float(c) for n, c in zip(FEATURES, coefficients, strict=True) if c != 0},
        threshold=round(max(_best_threshold(chance, weight), floor), 3),
    )


def _bounds() -> list[tuple[float | None, float | None]]:
    """Each feature may only raise or only lower a score, so that every weight reads as meant."""
    return [(None, 0.0) if name in LOWERING else (0.0, None) for name in FEATURES]


def _logistic(
    x: Array, y: Array, w: Array, bounds: list[tuple[float | None, float | None]], ridge: float
) -> Array:
    """Weighted ridge logistic regression with sign bounds; the intercept comes first."""

    def loss(b: Array) -> tuple[float, Array]:
        z = x @ b[1:] + b[0]
        off = w * (expit(z) - y)
        value = float(np.sum(w * (np.logaddexp(0, z) - y * z)) + ridge * np.sum(b[1:] ** 2) / 2)
        return value, np.concatenate([[off.sum()], x.T @ off + ridge * b[1:]])

    options = {"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-9}
    start = np.zeros(x.shape[1] + 1)
    free: list[tuple[float | None, float | None]] = [(None, None)]
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=free + bounds, options=options)
    return np.asarray(done.x, dtype=np.float64)


def _held_out(x: Array, y: Array, w: Array) -> Array:
    """Scores of each row by a fit that did not see it; folds go round within each class."""
    rank = np.empty(len(y), dtype=np.int64)
    for value in (0.0, 1.0):
        rows = np.flatnonzero(y == value)
        rank[rows] = np.arange(len(rows))
    z = np.empty(len(y))
    for fold in range(_INNER_FOLDS):
        out = rank % _INNER_FOLDS == fold
        b = _logistic(x[~out], y[~out], w[~out], _bounds(), RIDGE)
        z[out] = x[out] @ b[1:] + b[0]
    return z


def _calibrate(z: Array, y: Array, weight: Array) -> tuple[float, float]:
    """Slope and shift that make scores true chances under the sampling weights (Platt 1999)."""
    scaled = weight * len(weight) / weight.sum()
    b = _logistic(z[:, None], y, scaled, [(0.0, None)], 0.0)
    return float(b[1]), float(b[0])


def _best_threshold(chance: Array, weight: Array) -> float:
    """Half the best expected F1, the threshold at which F1 is greatest (Lipton et al. 2014)."""
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum((weight * chance)[order])
    f1 = 2 * hits / (np.cumsum(weight[order]) + np.sum(weight * chance))
    return float(f1.max() / 2)


def _weights() -> Path:
    return Path(str(files("permed.ingest.relevance").joinpath("weights.json")))


def _beside(name: str) -> Path:
    return Path(str(files(__package__).joinpath(name)))


def main() -> None:
    """Train from the committed tables and write weights.json."""
    try:
        _weights().write_text(to_json(train()), encoding="utf-8")
    except PermedError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
