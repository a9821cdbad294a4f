"""Boosted decision trees read from JSON: how likely a pair is the same, from named features."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoostedTrees", "boosted_trees_from", "load_weights"]

Floats = NDArray[np.float64]
Bits = NDArray[np.uint32]

MOST_LEAVES = 32
_ROWS, _TREES = 512, 8
_ALL = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class BoostedTrees:
    """Trees of at most 32 leaves as bit masks, so that numpy asks all questions at once.

    ``feature``, ``threshold`` and ``mask`` have shape (trees, questions); a question answered with
    "greater" clears the bits of the leaves on its left, and the lowest bit that is left over after
    all questions of a tree is its leaf (the QuickScorer method of Lucchese et al., SIGIR 2015).
    ``value`` has shape (trees, 32).
    """

    features: tuple[str, ...]
    baseline: float
    feature: NDArray[np.intp]
    threshold: NDArray[np.float32]
    mask: Bits
    value: Floats
    thresholds: Mapping[str, float]

    def matrix(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """Feature rows (dictionaries) as a matrix in the trained order."""
        values = [[row[name] for name in self.features] for row in rows]
        return np.array(values, dtype=np.float64).reshape(len(rows), len(self.features))

    def probabilities(self, matrix: Floats) -> Floats:
        """Probability for each row of a matrix (rows, features); blocks keep memory small."""
        blocks = [self._block(matrix[at : at + _ROWS]) for at in range(0, len(matrix), _ROWS)]
        return np.concatenate(blocks) if blocks else np.zeros(0)

    def _block(self, matrix: Floats) -> Floats:
        columns = np.ascontiguousarray(matrix.T, dtype=np.float32)
        raw = np.full(len(matrix), self.baseline)
        for at in range(0, len(self.feature), _TREES):
            part = slice(at, at + _TREES)
            greater = columns[self.feature[part]] > self.threshold[part][:, :, None]
            left = np.where(greater, self.mask[part][:, :, None], _ALL)
            leaves = np.bitwise_and.reduce(left, axis=1)
            lowest = np.frexp((leaves & (~leaves + np.uint32(1))).astype(np.float64))[1] - 1
            raw += np.take_along_axis(self.value[part], lowest.astype(np.intp), axis=1).sum(axis=0)
        return np.asarray(1.0 / (1.0 + np.exp(-raw)))


def load_weights(name: str) -> dict[str, Any]:
    """Shipped weights by name (``names`` or ``affiliations``), as written by the training."""
    text = (
        resources.files("permed.ingest.linking.scoring")
        .joinpath("weights", f"{name}.json")
        .read_text("utf-8")
    )
    weights: dict[str, Any] = json.loads(text)
    return weights


def boosted_trees_from(weights: Mapping[str, Any]) -> BoostedTrees:
    """Build a scorer from the JSON written by benchmarks/train_matching.py."""
    trees: Sequence[Mapping[str, Sequence[float]]] = weights["trees"]
    widest = max(1, *(len(tree["value"]) // 2 for tree in trees))
    feature = np.zeros((len(trees), widest), dtype=np.intp)
    threshold = np.full((len(trees), widest), np.inf, dtype=np.float32)
    mask = np.full((len(trees), widest), _ALL, dtype=np.uint32)
    value = np.zeros((len(trees), MOST_LEAVES))
    for number, tree in enumerate(trees):
        leaves, cleared = _laid_out(tree)
        asked = sorted(cleared)
        feature[number, : len(asked)] = [int(tree["feature"][node]) for node in asked]
        threshold[number, : len(asked)] = [tree["threshold"][node] for node in asked]
        mask[number, : len(asked)] = [int(_ALL) & ~cleared[node] for node in asked]
        value[number, : len(leaves)] = [tree["value"][node] for node in leaves]
    return BoostedTrees(
        tuple(weights["features"]), float(weights["baseline"]), feature, threshold, mask, value,
        weights["thresholds"],
    )  # fmt: skip


def _laid_out(tree: Mapping[str, Sequence[float]]) -> tuple[list[int], dict[int, int]]:
    """Leaves from left to right, and for each question the bits of the leaves on its left."""
    leaves: list[int] = []
    cleared: dict[int, int] = {}

    def walk(node: int) -> int:
        left, right = int(tree["left"][node]), int(tree["right"][node])
        if left < 0:
            leaves.append(node)
            return 1 << (len(leaves) - 1)
        cleared[node] = walk(left)
        return cleared[node] | walk(right)

    walk(0)
    return leaves, cleared
