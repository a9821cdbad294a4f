"""Boosted decision trees read from JSON: how likely a pair is the same, from named features."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scorer", "load_scorer"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scorer:
    """Trees in flat arrays of shape (tree, node).

    A leaf points to itself through a threshold of infinity, so that all rows walk all trees in
    step.
    """

    features: tuple[str, ...]
    baseline: float
    height: int
    feature: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Floats
    thresholds: Mapping[str, float]

    def matrix(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """Feature rows (dictionaries) as a matrix in the trained order."""
        values = [[row[name] for name in self.features] for row in rows]
        return np.array(values, dtype=np.float64).reshape(len(rows), len(self.features))

    def probabilities(self, matrix: Floats) -> Floats:
        """Probability for each row of a matrix (rows, features); blocks keep memory small."""
        blocks = [self._block(matrix[at : at + 4096]) for at in range(0, len(matrix), 4096)]
        return np.concatenate(blocks) if blocks else np.zeros(0)

    def _block(self, matrix: Floats) -> Floats:
        trees = np.arange(len(self.feature))
        rows = np.arange(len(matrix))[:, None]
        nodes = np.zeros((len(matrix), len(trees)), dtype=np.int64)
        for _ in range(self.height):
            lower = matrix[rows, self.feature[trees, nodes]] <= self.threshold[trees, nodes]
            nodes = np.where(lower, self.left[trees, nodes], self.right[trees, nodes])
        raw = self.baseline + self.value[trees, nodes].sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-raw)))


def load_scorer(name: str) -> Scorer:
    """Read shipped weights by name (``names`` or ``affiliations``)."""
    text = resources.files("ingest.linking").joinpath("weights", f"{name}.json").read_text("utf-8")
    return scorer_from(json.loads(text))


def scorer_from(weights: Mapping[str, object]) -> Scorer:
    """Build a scorer from the JSON written by benchmarks/train_matching.py."""
    trees: Sequence[Mapping[str, Sequence[float]]] = weights["trees"]  # type: ignore[assignment]
    widest = max(len(tree["value"]) for tree in trees)
    shape = (len(trees), widest)
    feature, left, right = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    threshold, value = np.full(shape, np.inf), np.zeros(shape)
    for number, tree in enumerate(trees):
        size = len(tree["value"])
        feature[number, :size] = tree["feature"]
        leaf = np.array(tree["left"]) < 0
        own = np.arange(size)
        left[number, :size] = np.where(leaf, own, tree["left"])
        right[number, :size] = np.where(leaf, own, tree["right"])
        threshold[number, :size] = np.where(leaf, np.inf, tree["threshold"])
        value[number, :size] = np.where(leaf, tree["value"], 0.0)
    return Scorer(
        features=tuple(weights["features"]),  # type: ignore[arg-type]
        baseline=float(weights["baseline"]),  # type: ignore[arg-type]
        height=int(weights["height"]),  # type: ignore[call-overload]
        feature=feature,
        threshold=threshold,
        left=left,
        right=right,
        value=value,
        thresholds=weights["thresholds"],  # type: ignore[arg-type]
    )
