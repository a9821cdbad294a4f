"""How well labels meet two readings: each project counts by its weight; bootstrap intervals.

Where precision, recall and F1 stand alone they are those of the projects both readers label alike.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = [
    "GAIN", "TARGETS", "agreed", "between_readers", "gain", "gain_lines", "grades", "intervals",
    "met", "read_once", "recall_at", "weighted_f1",
]  # fmt: skip

Array = NDArray[np.float64]
Grades = NDArray[np.int64]
# the least grade that counts for each question
TARGETS = {"core": 2, "core or related": 1}
_GRADE = {"none": 0, "related": 1, "core": 2}
_DRAWS = 1000
_CHANCES = ("chance_core", "chance_relevant")
_FINE = 0.8  # the precision at which recall is told
# heads of the columns of `gain_lines`
GAIN = ("after and before", "target", "F1 gained", "95 %", f"recall at {_FINE} before", "after")


def grades(labels: pl.Series) -> Grades:
    """Labels as 0 none, 1 related, 2 core."""
    return labels.replace_strict(_GRADE).to_numpy().astype(np.int64)


def agreed(readings: pl.DataFrame) -> NDArray[np.bool_]:
    """Which projects both readers label alike."""
    return (readings["reader_1"] == readings["reader_2"]).to_numpy()


def weighted_f1(truth: Grades, guess: Grades, weight: Array, least: int) -> tuple[float, ...]:
    """Weighted precision, recall and F1 of `guess >= least` against `truth >= least`."""
    is_true, is_guess = truth >= least, guess >= least
    both = float(weight[is_true & is_guess].sum())
    guessed, true = float(weight[is_guess].sum()), float(weight[is_true].sum())
    precision = both / guessed if guessed else 0.0
    recall = both / true if true else 0.0
    return precision, recall, 2 * both / (guessed + true) if guessed + true else 0.0


def intervals(readings: pl.DataFrame, guess: Grades, least: int) -> tuple[tuple[float, float], ...]:
    """95 % bootstrap intervals of precision, recall and F1.

    Rows are drawn anew within each stratum.
    """
    both, guessed, true = _drawn(readings, guess, least)
    return tuple(_middle(d) for d in (both / guessed, both / true, 2 * both / (guessed + true)))


def between_readers(readings: pl.DataFrame, least: int) -> tuple[float, float, float]:
    """How far two readers agree (F1, the same from either side) and its 95 % interval.

    Each project counts once: what is shown of projects that were read is shown of these.
    """
    one, two = (grades(readings[name]) >= least for name in ("reader_1", "reader_2"))
    drawn = _draws(readings["stratum"].to_numpy())
    told, taken = ((one & two).astype(np.float64), one.astype(np.float64) + two)
    return float(2 * told.sum() / taken.sum()), *_middle(2 * (drawn @ told) / (drawn @ taken))


def gain(
    readings: pl.DataFrame, before: Grades, after: Grades, least: int
) -> tuple[float, float, float]:
    """F1 of one labelling less that of another, and its 95 % interval: both by the same draws."""
    same = agreed(readings)
    truth, weight = grades(readings["reader_1"])[same], readings["weight"].to_numpy()[same]
    old, new = (weighted_f1(truth, g[same], weight, least)[2] for g in (before, after))
    then, now = (
        2 * both / (guessed + true)
        for both, guessed, true in (_drawn(readings, g, least) for g in (before, after))
    )
    return new - old, *_middle(now - then)


def recall_at(readings: pl.DataFrame, chance: Array, least: int, precision: float) -> float:
    """The greatest recall at which a threshold on `chance` keeps the precision; 0 where none."""
    same = agreed(readings)
    weight, order = readings["weight"].to_numpy()[same], np.argsort(-chance[same], kind="stable")
    hit = (weight * (grades(readings["reader_1"])[same] >= least))[order].cumsum()
    kept = hit / weight[order].cumsum() >= precision
    return float((hit[kept] / hit[-1]).max(initial=0.0))


def met(readings: pl.DataFrame, guess: Grades, least: int) -> str:
    """Precision, recall, F1 and the interval of F1, as cells of a table."""
    same = agreed(readings)
    truth, weight = grades(readings["reader_1"])[same], readings["weight"].to_numpy()[same]
    precision, recall, f1 = weighted_f1(truth, guess[same], weight, least)
    low, high = intervals(readings, guess, least)[2]
    return f"{precision:.3f} | {recall:.3f} | **{f1:.3f}** | {low:.2f}-{high:.2f}"


def gain_lines(
    name: str, readings: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame
) -> list[str]:
    """Lines of a table: what one labelling gained on another, the recall of each at a precision.

    `before` and `after`: label and chances of each reading, as `model.apply` gives them.
    """
    lines = []
    for (target, least), chance in zip(TARGETS.items(), _CHANCES, strict=True):
        old, new = (grades(labels["label"]) for labels in (before, after))
        more, low, high = gain(readings, old, new, least)
        then, now = (
            recall_at(readings, labels[chance].to_numpy(), least, _FINE)
            for labels in (before, after)
        )
        spread = f"{low:+.2f} to {high:+.2f}"
        lines.append(f"| {name} | {target} | {more:+.3f} | {spread} | {then:.3f} | {now:.3f} |")
    return lines


def read_once(labelled: pl.DataFrame) -> pl.DataFrame:
    """A table of one reader's labels as readings, the one reader standing for both."""
    return labelled.with_columns(reader_1=pl.col("label"), reader_2=pl.col("label"))


def _drawn(readings: pl.DataFrame, guess: Grades, least: int) -> tuple[Array, Array, Array]:
    """Weight of what is guessed and true, guessed, and true, in each draw."""
    same = agreed(readings)
    weight = readings["weight"].to_numpy()[same] * _draws(readings["stratum"].to_numpy()[same])
    is_true = grades(readings["reader_1"])[same] >= least
    is_guess = guess[same] >= least
    kept = (is_true & is_guess, is_guess, is_true)
    both, guessed, true = (weight[:, rows].sum(axis=1) for rows in kept)
    return both, guessed, true


def _middle(drawn: Array) -> tuple[float, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _draws(stratum: NDArray[np.str_]) -> Array:
    """How often each row is drawn: a row a draw."""
    rng = np.random.default_rng(0)
    times = np.zeros((_DRAWS, len(stratum)))
    for name in np.unique(stratum):
        rows = np.flatnonzero(stratum == name)
        times[:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=_DRAWS)
    return times
