"""Are the suggestions any good? Hide the newest year and see who did meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.link_prediction.best_pairs import PairScore, best_pairs
from permed.graph.network.link_prediction.learnt_score import (
    ENOUGH,
    Experience,
    Weights,
    chances,
    experience,
    fit,
    lesson,
    linked,
    newest,
)
from permed.graph.network.link_prediction.suggestions import Score, score_pairs, scorer
from permed.graph.network.link_prediction.traits import traits
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.options import Target
from permed.graph.network.projection.roles import RoleData

__all__ = ["ScoreChoice", "Validation", "auc", "average_precision", "choose", "validate"]

_NAMED = ("both", "partners", "topics")
_ALIKE = 10  # look-alikes for each pair that met
_NEAR = 50  # ranks by number of partners within which a look-alike is drawn
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Validation:
    """year: the hidden one. pairs: new pairs of known nodes in it. table: one row a score with auc
    and precision at k; null where nothing could be hidden."""

    year: int | None
    pairs: int
    table: pl.DataFrame
    note: str | None = None


def validate(
    data: RoleData,
    to: Target = "organisation",
    scope: Scope | None = None,
    *,
    year: int | None = None,
    k: int = 100,
    seed: int = 1,
) -> Validation:
    """Suggest from the activities before `year` and check against those that start in it.

    year: by default the newest in which an activity starts. Columns: auc, chance that a pair that
    met scores higher than an unlinked pair that did not (ties half; 200,000 of the latter drawn at
    most); average_precision, mean over the pairs that met of the share of right ones among all that
    score as high; precision, share of the best k suggestions that met; chance, share of all
    unlinked pairs that met; hard_precision, share of right ones among the best k where each pair
    that met stands beside 10 in which one end is replaced by a node of about as many partners.
    Scores: `learnt` (fitted to the year before), both, partners, topics, and the product of the
    degrees as a simple rival. InputError for k below 1.
    """
    if k < 1:
        raise InputError(f"k {k} must be 1 or more")
    hidden = year if year is not None else newest(data, scope)
    if hidden is None:
        return Validation(None, 0, _table([]), "no activity has a date: nothing can be hidden")
    now = experience(data, to, scope, hidden, seed)
    if not len(now.met):
        note = f"no two known nodes met for the first time in {hidden}"
        return Validation(hidden, 0, _table([]), note)
    weights = fit(experience(data, to, scope, hidden - 1, seed))
    trial = _Trial(now, weights, _lookalikes(now, seed), k)
    names = (*(("learnt",) if weights else ()), *_NAMED, "degree")
    return Validation(hidden, len(now.met), _table([trial.row(name) for name in names]))


@dataclass(frozen=True)
class ScoreChoice:
    """weights: of the learnt score, None where `both` is to be used. reason: why, in a sentence."""

    weights: Weights | None
    reason: str


def choose(data: RoleData, to: Target = "organisation", scope: Scope | None = None) -> ScoreChoice:
    """Choose between the scores `learnt` and `both` by what would have been right before.

    The newest year in which 100 pairs met is foreseen by both, `learnt` fitted to the year before
    it; the higher average precision wins. Without 100 pairs in each of the two years nothing can
    be learnt, and it is `both`.
    """
    past = lesson(data, to, scope)
    before = None if past is None else experience(data, to, scope, past.year - 1)
    if past is None or before is None or min(len(past.met), len(before.met)) < ENOUGH:
        return ScoreChoice(
            None, f"score both: no two years with {ENOUGH} new pairs each to learn from"
        )
    learnt, both = _foresight(past, fit(before))
    told = f"average precision {max(learnt, both):.3f} in foreseeing {past.year}"
    if learnt <= both:
        return ScoreChoice(None, f"score both: {told}, learnt {learnt:.3f}")
    return ScoreChoice(fit(past), f"score learnt: {told}, both {both:.3f}")


def _foresight(past: Experience, weights: Weights | None) -> tuple[float, float]:
    """Average precision of `learnt` and `both`."""
    met, strangers, _ = _Trial(past, weights, past.met[:0], 1).scored
    found = (
        average_precision(met[name], strangers[name], past.share) for name in ("learnt", "both")
    )
    learnt, both = (value or 0.0 for value in found)
    return learnt, both


@dataclass(frozen=True)
class _Trial:
    """Scores of pairs that met, of strangers and of pairs that look alike, by every score."""

    now: Experience
    weights: Weights | None
    alike: Places
    k: int

    @cached_property
    def scored(self) -> list[dict[str, Floats]]:
        """Scores of the three kinds of pairs."""
        return [self._scores(ends) for ends in (self.now.met, self.now.strangers, self.alike)]

    def _scores(self, ends: Places) -> dict[str, Floats]:
        one, other = ends[:, 0], ends[:, 1]
        known = self.now.known
        degree = known.network.degree.astype(np.float64)
        found = score_pairs(known, one, other) | {"degree": degree[one] * degree[other]}
        if self.weights is not None:
            found["learnt"] = self.weights.chance(traits(known, one, other))
        return found

    def row(self, name: str) -> dict[str, object]:
        """Return the figures of one score."""
        met, strangers, alike = (scores[name] for scores in self.scored)
        return {
            "score": name,
            "auc": auc(met, strangers),
            "average_precision": average_precision(met, strangers, self.now.share),
            **self._best(name),
            "chance": self._chance(),
            "hard_precision": _right(met, alike, self.k),
        }

    def _best(self, name: str) -> dict[str, object]:
        """Share of right ones among the best k of all unlinked pairs."""
        best = best_pairs(self.now.known.network, self._scorer(name), self.k)
        met = set(map(tuple, self.now.met.tolist()))
        ends = np.stack([best.one, best.other], axis=1)
        right = sum(tuple(pair) in met for pair in ends.tolist())
        return {"k": len(ends), "precision": right / len(ends) if len(ends) else None}

    def _scorer(self, name: str) -> PairScore:
        known = self.now.known
        if name == "learnt" and self.weights is not None:
            return chances(known, self.weights)
        if name == "degree":
            return _products(known.network.degree.astype(np.float64))
        return scorer(known, cast(Score, name))

    def _chance(self) -> float:
        n, links = self.now.known.network.size, self.now.known.network.proper.height
        return len(self.now.met) / (n * (n - 1) / 2 - links)


def _products(degree: Floats) -> PairScore:
    def block(rows: Places, columns: Places) -> Floats:
        return np.multiply.outer(degree[rows], degree[columns])

    return PairScore(block, degree * degree.max(initial=0), np.zeros(len(degree)))


def _lookalikes(now: Experience, seed: int) -> Places:
    """Unlinked pairs that did not meet, one end as in a pair that did, the other alike in size."""
    generator = np.random.default_rng(seed)
    degree = now.known.network.degree
    order = np.argsort(degree, kind="stable")
    rank = np.argsort(order, kind="stable")
    kept, swapped = np.repeat(now.met, _ALIKE, axis=0).T
    turn = generator.random(len(kept)) < 0.5
    kept, swapped = np.where(turn, swapped, kept), np.where(turn, kept, swapped)
    near = rank[swapped] + generator.integers(-_NEAR, _NEAR + 1, len(swapped))
    ends = np.sort(np.stack([kept, order[near.clip(0, len(order) - 1)]], axis=1), axis=1)
    n = len(order)
    met = np.isin(ends[:, 0] * n + ends[:, 1], now.met[:, 0] * n + now.met[:, 1])
    wanted: Places = ends[(ends[:, 0] != ends[:, 1]) & ~linked(now.known, ends) & ~met]
    return wanted


def _right(met: Floats, others: Floats, k: int) -> float | None:
    """Share of pairs that met among the k highest; among equals they come last."""
    if not len(others):
        return None
    values = np.concatenate([others, met])
    best = np.argsort(-values, kind="stable")[:k]
    return float((best >= len(others)).mean())


def average_precision(positive: Floats, negative: Floats, share: float) -> float | None:
    """Return average precision; each negative counts 1/share times, as so many were not drawn.

    Among equals negatives come first (the careful reading). None if one kind is empty.
    """
    if len(positive) == 0 or len(negative) == 0:
        return None
    ordered = np.sort(negative)
    above = len(ordered) - np.searchsorted(ordered, positive, side="left")
    rank = np.empty(len(positive))
    rank[np.argsort(-positive, kind="stable")] = np.arange(1, len(positive) + 1)
    return float((rank / (rank + above / share)).mean())


def auc(positive: Floats, negative: Floats) -> float | None:
    """Return the area under the ROC curve, ties half (Mann and Whitney); None if one is empty."""
    if len(positive) == 0 or len(negative) == 0:
        return None
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    return float((below + upto).sum() / 2 / (len(positive) * len(negative)))


def _table(rows: list[dict[str, object]]) -> pl.DataFrame:
    figures = ("auc", "average_precision", "k", "precision", "chance", "hard_precision")
    kinds = [pl.Int64 if name == "k" else pl.Float64 for name in figures]
    return pl.DataFrame(rows, schema=[("score", pl.String), *zip(figures, kinds, strict=True)])
