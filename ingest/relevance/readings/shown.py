"""The label that is shown of a project that was read: the middle of two readers and the method.

Where the readers agree it is theirs; where they differ, the method decides between what they say.
One reader alone decides nothing: the method does, and the evidence says what the reader said.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from permed.ingest.relevance.methods import AGREE, DIFFER, GUIDE, is_guess
from permed.ingest.relevance.model import LABELS
from permed.ingest.relevance.readings.tables import read_readings, read_second_sample

__all__ = ["shown", "votes"]

_COLUMNS = ("id", "label", "score", "evidence", "method")
_LABEL = pl.Enum(LABELS)


def shown(labels: pl.DataFrame) -> pl.DataFrame:
    """Return the labels as they are shown: id, label, score, evidence, method, in the order given.

    Only what our own method labelled can change: labels of people, and of other methods, stay.
    `score` is always the method's, also beside a label that was read.
    """
    told = labels.join(votes(), on="id", how="left", maintain_order="left")
    guessed = is_guess(pl.col("method"))
    one = guessed & pl.col("label_1").is_not_null() & pl.col("label_2").is_null()
    two = guessed & pl.col("label_2").is_not_null()
    agree = two & (pl.col("label_1") == pl.col("label_2"))
    return told.select(
        "id",
        label=pl.when(two).then(_middle("label_1", "label_2", "label")).otherwise("label"),
        score="score",
        evidence=pl.when(agree)
        .then(_both_say())
        .when(two)
        .then(_they_differ())
        .when(one)
        .then(_one_says())
        .otherwise("evidence"),
        method=pl.when(agree)
        .then(pl.lit(AGREE))
        .when(two)
        .then(pl.format("{}; {}", pl.lit(DIFFER), "method"))
        .otherwise("method"),
    ).select(_COLUMNS)


@cache
def votes() -> pl.DataFrame:
    """What each project that was read is called: id, label_1, label_2, reason_1, reason_2.

    `label_2` is null where one alone read, a reason where none is given.
    """
    second = read_second_sample().rename({"label": "label_1", "reason": "reason_1"})
    first = read_readings().rename({"reader_1": "label_1", "reader_2": "label_2"})
    names = ("label_1", "label_2", "reason_1", "reason_2")
    both = pl.concat([t.select(pl.col("projectID").alias("id"), *names) for t in (first, second)])
    return both.with_columns(
        pl.col("label_1", "label_2").cast(_LABEL),
        pl.col("reason_1", "reason_2").str.strip_chars().replace("", None),
    )


def _middle(*names: str) -> pl.Expr:
    """The label in the middle of three, by the order none, related, core."""
    ranks = [pl.col(name).cast(_LABEL).to_physical().cast(pl.Int8) for name in names]
    middle = pl.sum_horizontal(ranks) - pl.max_horizontal(ranks) - pl.min_horizontal(ranks)
    return middle.replace_strict(dict(enumerate(LABELS)), return_dtype=pl.String)


def _both_say() -> pl.Expr:
    reasons = pl.concat_list("reason_1", "reason_2").list.drop_nulls()
    quoted = reasons.list.unique(maintain_order=True).list.join('"; "')
    why = pl.when(quoted != "").then(pl.format(' ("{}")', quoted)).otherwise(pl.lit(""))
    guess = pl.format("the method alone ({}) says {}", "method", "label")
    scored = pl.format(", score {}", "score").fill_null("")
    return pl.format("{}: both say {}{}; {}{}", _read_by("two"), "label_1", why, guess, scored)


def _they_differ() -> pl.Expr:
    first, second = _with_reason("label_1", "reason_1"), _with_reason("label_2", "reason_2")
    middle = _middle("label_1", "label_2", "label")
    third = pl.format("the method says {}, so the middle is {}: {}", "label", middle, "evidence")
    return pl.format("{}: one says {}, one {}; {}", _read_by("two"), first, second, third)


def _one_says() -> pl.Expr:
    said = _with_reason("label_1", "reason_1")
    return pl.format("{}: {}; the method decides: {}", _read_by("one"), said, "evidence")


def _read_by(many: str) -> pl.Expr:
    models = "language model" if many == "one" else "language models"
    return pl.lit(f"read by {many} {models}, {GUIDE}, no domain expert")


def _with_reason(label: str, reason: str) -> pl.Expr:
    return pl.concat_str(label, pl.format(' ("{}")', reason).fill_null(""))
