"""Training: from labels, readings and their feature rows to weights.json, the same every time.

After a change of labels or feature rows: `python -m permed.ingest.relevance.training.fitting`.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from permed.graph.errors import InputError, PermedError
from permed.ingest.relevance.features import FEATURES, LOWERING, features
from permed.ingest.relevance.latent import LATENT, latent
from permed.ingest.relevance.matching import complete
from permed.ingest.relevance.model import KINDS, LABELS, Model, Target, to_json
from permed.ingest.relevance.training.readings import first_wrong, read_readings

__all__ = [
    "fit",
    "labelled_features",
    "read_feature_rows",
    "read_labels",
    "read_training_table",
    "train",
]

Array = NDArray[np.float64]
Folds = NDArray[np.int64]

RIDGE = 1.0
# A hundred latent dimensions share out what fifty features say in words: each is held back more.
_LATENT_SCALE = 0.1
_INNER_FOLDS = 5
# What each kind of model sees of a labelled project; None: everything.
_SHORT_SEES = ("projectID", "title", "topics", "topic_titles", "legal_basis")
_SEES = {
    "full": None,
    "rich": (*_SHORT_SEES, "keywords", "euroscivoc", "outputs"),
    "short": _SHORT_SEES,
}


def train() -> dict[str, Model]:
    """Fit the models of every kind from the committed tables."""
    return {kind: fit(read_training_table(kind), needs_phrase=kind == "full") for kind in KINDS}


def read_labels(path: Path | None = None) -> pl.DataFrame:
    """Labels of one reader: projectID, label, stratum, weight, source (sample or added), reason.

    Raises InputError for an unknown label, a repeated project or a weight that is not positive.
    """
    place = path or _beside("labels.csv")
    table = pl.read_csv(place, schema_overrides={"projectID": pl.String, "weight": pl.Float64})
    if row := first_wrong(table, ~pl.col("label").is_in(LABELS)):
        raise InputError(
            f"{place.name}, line {row['line']}: project {row['projectID']} has label "
            f"{row['label']!r} and weight {row['weight']}; use core, related or none, "
            "a positive weight, and each project once"
        )
    return table


def read_feature_rows(kind: str) -> pl.DataFrame:
    """Committed feature rows of labelled projects, as one kind of model sees them.

    Columns: projectID, FEATURES, LATENT.
    """
    rows = pl.read_parquet(_beside("label_features.parquet"))
    return rows.filter(pl.col("kind") == kind).drop("kind")


def read_training_table(kind: str) -> pl.DataFrame:
    """What a model of one kind is fitted to: projectID, label, weight, source, pull, features.

    A reading is a row, so that a project on which the readers differ pulls both ways. `weight`: the
    projects of the dump that a row stands for (0 in the older labels, which help in fitting only);
    `pull`: its part in the fit. The test part of the readings is left out.
    """
    train = read_readings("train")
    told = [
        train.select(
            "projectID",
            pl.col(reader).alias("label"),
            pl.col("weight") / 2,
            pl.lit("readings").alias("source"),
            (pl.col("weight").sqrt() / 2).alias("pull"),
        )
        for reader in ("reader_1", "reader_2")
    ]
    older = read_labels().select(
        "projectID",
        "label",
        pl.lit(0.0).alias("weight"),
        "source",
        pl.col("weight").sqrt().alias("pull"),
    )
    labels = pl.concat([*told, older])
    table = labels.join(read_feature_rows(kind), on="projectID", maintain_order="left")
    if len(table) < len(labels):
        raise InputError(
            "label_features.parquet: labelled projects are missing; "
            "write the rows anew with python -m benchmarks.relevance ZIP --write-features"
        )
    return table


def labelled_features(projects: pl.DataFrame) -> pl.DataFrame:
    """Feature rows of all labelled projects as committed: kind, projectID, FEATURES, LATENT.

    `projects` has the columns that `features` reads.
    """
    labels = pl.concat([read_labels().select("projectID"), read_readings().select("projectID")])
    known = labels.join(projects, on="projectID", how="inner", maintain_order="left")
    if len(known) < len(labels):
        gone = labels.join(known, on="projectID", how="anti")["projectID"][0]
        raise InputError(f"projects: labelled project {gone} is missing; give the whole dump")
    seen = {
        kind: known if names is None else known.select(n for n in names if n in known.columns)
        for kind, names in _SEES.items()
    }
    tables = [
        pl.concat([features(rows), latent(complete(rows))], how="horizontal").select(
            pl.lit(kind).alias("kind"), pl.all()
        )
        for kind, rows in seen.items()
    ]
    return pl.concat(tables).with_columns(
        pl.col(FEATURES).round(4).cast(pl.Float32), pl.col(LATENT).round(3).cast(pl.Float32)
    )


def fit(table: pl.DataFrame, *, needs_phrase: bool) -> Model:
    """Fit both targets on a training table (see read_training_table)."""
    grade = table["label"].replace_strict(dict(zip(LABELS, range(3), strict=True)))
    scale = np.array([1.0] * len(FEATURES) + [_LATENT_SCALE] * len(LATENT))
    x = table.select(*FEATURES, *LATENT).to_numpy().astype(np.float64) * scale
    weight = table["weight"].to_numpy().astype(np.float64)
    fold = table["projectID"].rank("dense").to_numpy().astype(np.int64) % _INNER_FOLDS
    core, relevant = (
        _fit_target(x, (grade >= least).to_numpy().astype(np.float64), weight, _pull(table), fold)
        for least in (2, 1)
    )
    return Model(core, relevant, needs_phrase)


def _pull(table: pl.DataFrame) -> Array:
    """Pull of each row: the square root of its weight, so that heavy strata do not drown the rest.

    A project pulls alike, on average, in each source.
    """
    projects = pl.col("projectID").n_unique().over("source")
    pull = table.select(
        (pl.col("pull") * projects / pl.col("pull").sum().over("source")).alias("p")
    )
    return pull["p"].to_numpy().astype(np.float64)


def _fit_target(x: Array, y: Array, weight: Array, pull: Array, fold: Folds) -> Target:
    raw = _logistic(x, y, pull, _bounds(), RIDGE)
    unseen = _held_out(x, y, pull, fold)
    counted = weight > 0
    slope, shift = _calibrate(unseen[counted], y[counted], weight[counted])
    chance = expit(slope * unseen[counted] + shift)
    scale = np.array([1.0] * len(FEATURES) + [_LATENT_SCALE] * len(LATENT))
    coefficients = np.round(slope * raw[1:] * scale, 3)
    return Target(
        intercept=round(float(slope * raw[0] + shift), 3),
        weights={
            n: float(c) for n, c in zip((*FEATURES, *LATENT), coefficients, strict=True) if c != 0
        },
        threshold=round(_best_threshold(chance, weight[counted]), 3),
    )


def _bounds() -> list[tuple[float | None, float | None]]:
    """A family may only raise or only lower a score, so that its weight reads as it is meant."""
    told: list[tuple[float | None, float | None]] = [
        (None, 0.0) if name in LOWERING else (0.0, None) for name in FEATURES
    ]
    return told + [(None, None)] * len(LATENT)


def _logistic(
    x: Array, y: Array, w: Array, bounds: list[tuple[float | None, float | None]], ridge: float
) -> Array:
    """Weighted ridge logistic regression with sign bounds; the intercept comes first."""

    # sparse products run on one thread: dense ones of this size cost more in waking threads
    rows = sparse.csr_array(x)
    columns = sparse.csr_array(x.T)

    def loss(b: Array) -> tuple[float, Array]:
        z = rows @ b[1:] + b[0]
        off = w * (expit(z) - y)
        value = float(np.sum(w * (np.logaddexp(0, z) - y * z)) + ridge * np.sum(b[1:] ** 2) / 2)
        return value, np.concatenate([[off.sum()], columns @ off + ridge * b[1:]])

    options = {"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-9}
    start = np.zeros(x.shape[1] + 1)
    free: list[tuple[float | None, float | None]] = [(None, None)]
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=free + bounds, options=options)
    return np.asarray(done.x, dtype=np.float64)


def _held_out(x: Array, y: Array, w: Array, fold: Folds) -> Array:
    """Scores of each row by a fit that did not see its project."""
    z = np.empty(len(y))
    for number in range(_INNER_FOLDS):
        out = fold == number
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
