"""Training: from labels, readings and feature rows to weights.json and words.npz, always alike.

After a change of labels or feature rows: `python -m permed.ingest.relevance.training.fitting`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from permed.graph.errors import PermedError
from permed.ingest.logistic import ridge_logistic
from permed.ingest.relevance.features import FEATURES, LOWERING
from permed.ingest.relevance.latent import LATENT, load_space, words_column
from permed.ingest.relevance.model import KINDS, LABELS, TARGETS, Model, Target, to_json
from permed.ingest.relevance.training.table import read_training_table
from permed.ingest.relevance.training.word_rows import matrix_of

__all__ = ["Fitted", "fit", "train"]

Array = NDArray[np.float64]
Folds = NDArray[np.int64]

RIDGE = 1.0
# A hundred latent dimensions share out what fifty features say in words: each is held back more.
_LATENT_SCALE = 0.2
# Single words by cross-validation: each of the few words of a title weighs much already, for a text
# has length 1 however short it is.
_WORD_SCALE = {"full": 4.0, "rich": 1.0, "short": 1.0}
_WORD_STEP = 0.001  # word weights are kept as whole numbers of this
_INNER_FOLDS = 5
_LEAST = {"core": 2, "relevant": 1}


@dataclass(frozen=True)
class Fitted:
    """A model and the weights of single words it goes with: words of the space x TARGETS."""

    model: Model
    words: Array

    def with_words(self, rows: pl.DataFrame, kind: str) -> pl.DataFrame:
        """Feature rows with what their words say for this kind of model: columns of WORDS."""
        told = matrix_of(rows) @ self.words
        return rows.with_columns(
            pl.Series(words_column(kind, target), told[:, place])
            for place, target in enumerate(TARGETS)
        )


def train() -> dict[str, Fitted]:
    """Fit the models of every kind from the committed tables."""
    return {kind: fit(read_training_table(kind), kind) for kind in KINDS}


def fit(table: pl.DataFrame, kind: str) -> Fitted:
    """Fit both questions of one kind of model on a training table (see read_training_table)."""
    grade = pl.col("label").replace_strict(dict(zip(LABELS, range(3), strict=True)))
    told = table.with_columns(_pull(), grade=grade).group_by("projectID", maintain_order=True)
    # Readings of one project have the same features: one row, and between them where they differ.
    once = told.agg(
        *((pl.col("grade") >= least).mean().alias(n) for n, least in _LEAST.items()),
        pl.col("weight", "pull").sum(),
        pl.col(*FEATURES, *LATENT, "words", "counts").first(),
    )
    dense = sparse.csr_array(once.select(*FEATURES, *LATENT).to_numpy().astype(np.float64))
    x = sparse.csr_array(sparse.hstack([dense, matrix_of(once)]) @ sparse.diags_array(_scale(kind)))
    weight, pull = (once[name].to_numpy().astype(np.float64) for name in ("weight", "pull"))
    fold = once["projectID"].rank("dense").to_numpy().astype(np.int64) % _INNER_FOLDS
    pairs = [
        _fit_target(x, once[n].to_numpy().astype(np.float64), weight, pull, fold, kind, n)
        for n in TARGETS
    ]
    (core, core_words), (relevant, relevant_words) = pairs
    model = Model(core, relevant, needs_phrase=kind == "full")
    return Fitted(model, np.column_stack([core_words, relevant_words]))


def _scale(kind: str) -> Array:
    words = len(load_space().words)
    return np.repeat([1.0, _LATENT_SCALE, _WORD_SCALE[kind]], [len(FEATURES), len(LATENT), words])


def _pull() -> pl.Expr:
    """Pull of each row, so that a project pulls alike, on average, in each source."""
    projects = pl.col("projectID").n_unique().over("source")
    return (pl.col("pull") * projects / pl.col("pull").sum().over("source")).alias("pull")


def _fit_target(
    x: sparse.csr_array, y: Array, weight: Array, pull: Array, fold: Folds, kind: str, name: str
) -> tuple[Target, Array]:
    raw = ridge_logistic(x, y, pull, _bounds(), RIDGE)
    unseen = _held_out(x, y, pull, fold)
    counted = weight > 0
    slope, shift = _calibrate(unseen[counted], y[counted], weight[counted])
    chance = expit(slope * unseen[counted] + shift)
    named = len(FEATURES) + len(LATENT)
    scaled = slope * raw[1:] * _scale(kind)
    told = zip((*FEATURES, *LATENT), np.round(scaled[:named], 3), strict=True)
    target = Target(
        intercept=round(float(slope * raw[0] + shift), 3),
        weights={n: float(c) for n, c in told if c != 0} | {words_column(kind, name): 1.0},
        threshold=round(_best_threshold(chance, weight[counted]), 3),
    )
    return target, np.round(scaled[named:] / _WORD_STEP) * _WORD_STEP


def _bounds() -> list[tuple[float | None, float | None]]:
    """A family may only raise or only lower a score, so that its weight reads as it is meant."""
    told: list[tuple[float | None, float | None]] = [
        (None, 0.0) if name in LOWERING else (0.0, None) for name in FEATURES
    ]
    return told + [(None, None)] * (len(LATENT) + len(load_space().words))


def _held_out(x: sparse.csr_array, y: Array, w: Array, fold: Folds) -> Array:
    """Scores of each row by a fit that did not see its project."""
    z = np.empty(len(y))
    for number in range(_INNER_FOLDS):
        out = fold == number
        b = ridge_logistic(x[~out], y[~out], w[~out], _bounds(), RIDGE)
        z[out] = x[out] @ b[1:] + b[0]
    return z


def _calibrate(z: Array, y: Array, weight: Array) -> tuple[float, float]:
    """Slope and shift that make scores true chances under the sampling weights (Platt 1999)."""
    scaled = weight * len(weight) / weight.sum()
    b = ridge_logistic(sparse.csr_array(z[:, None]), y, scaled, [(0.0, None)], 0.0)
    return float(b[1]), float(b[0])


def _best_threshold(chance: Array, weight: Array) -> float:
    """Half the best expected F1, the threshold at which F1 is greatest (Lipton et al. 2014)."""
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum((weight * chance)[order])
    f1 = 2 * hits / (np.cumsum(weight[order]) + np.sum(weight * chance))
    return float(f1.max() / 2)


def _shipped(name: str) -> Path:
    return Path(str(files("permed.ingest.relevance").joinpath(name)))


def main() -> None:
    """Train from the committed tables and write weights.json and words.npz."""
    try:
        fitted = train()
        models = {kind: held.model for kind, held in fitted.items()}
        _shipped("weights.json").write_text(to_json(models), encoding="utf-8")
        words = np.hstack([held.words for held in fitted.values()])
        whole = np.round(words / _WORD_STEP).astype(np.int16)
        np.savez_compressed(_shipped("words.npz"), weights=whole, step=np.float32(_WORD_STEP))
    except PermedError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
