"""Scoring: a project table in, labels with score, evidence and confidence out."""

from __future__ import annotations

import polars as pl

from permed.ingest.relevance.evidence import evidence
from permed.ingest.relevance.features import SPOKEN, table_of
from permed.ingest.relevance.latent import LATENT, WORDS, latent, telling_words
from permed.ingest.relevance.matching import complete, find_phrases, sentences
from permed.ingest.relevance.model import apply, load_models

__all__ = ["METHOD", "VERSION", "score"]

METHOD = "phrase families and logistic weights"
VERSION = "4"

# A chance this far from its threshold is a clear case; nearer than the second, a toss-up.
_CLEAR, _CLOSE = 0.2, 0.08


def score(projects: pl.DataFrame) -> pl.DataFrame:
    """Label projects core, related or none, in the order given.

    Reads the columns that `features` reads. Columns out: projectID, label, score in [0, 1] (mean of
    the chance of core and the chance of core-or-related), evidence (one readable line), confidence
    (high, medium or low; at most medium without an objective). Raises InputError on bad ids.
    """
    table = complete(projects)
    texts = sentences(table)
    found = find_phrases(texts)
    rows = table_of(table, texts, found)
    kind = table.select(_kind())["kind"]
    needed = kind.replace_strict({n: not m.needs_phrase for n, m in load_models().items()})
    rows = rows.join(
        _places(table, rows, needed), on="projectID", how="left", maintain_order="left"
    )
    judged = pl.concat(
        [
            apply(model, rows.filter(kind == name)).with_columns(kind=pl.lit(name))
            for name, model in load_models().items()
        ]
    )
    placed = table.select("projectID").join(
        judged, on="projectID", how="left", maintain_order="left"
    )
    told = evidence(table, found, _words(table, placed))
    return placed.select(
        "projectID",
        "label",
        pl.col("score").round(3),
        told,
        _confidence().alias("confidence"),
    )


def _places(table: pl.DataFrame, rows: pl.DataFrame, needed: pl.Series) -> pl.DataFrame:
    """projectID, LATENT, WORDS; 0 where a missing phrase decides already, which spares time."""
    read = rows.select(pl.max_horizontal(SPOKEN) > 0).to_series() | needed
    mine, rest = table.filter(read), table.filter(~read)
    zeros = rest.select("projectID", *(pl.lit(0.0).alias(name) for name in (*LATENT, *WORDS)))
    return pl.concat([mine.select("projectID").hstack(latent(mine)), zeros])


def _kind() -> pl.Expr:
    """Which model serves a project of a completed table: by what is known of it."""
    more = pl.concat_str("keywords", "euroscivoc", "outputs").str.strip_chars() != ""
    return (
        pl.when(pl.col("objective").str.strip_chars() != "")
        .then(pl.lit("full"))
        .when(more)
        .then(pl.lit("rich"))
        .otherwise(pl.lit("short"))
        .alias("kind")
    )


def _words(table: pl.DataFrame, judged: pl.DataFrame) -> pl.Series:
    """Words outside the lexicon that raised the score of projects labelled core or related."""
    parts = []
    for name, model in load_models().items():
        mine = (judged["kind"] == name) & (judged["label"] != "none")
        chosen = table.filter(mine)
        words = telling_words(chosen, model.relevant.weights)
        parts.append(chosen.select("projectID", words))
    told = table.select("projectID").join(
        pl.concat(parts), on="projectID", how="left", maintain_order="left"
    )
    return told["words"].fill_null("")


def _confidence() -> pl.Expr:
    clear = (pl.col("margin") >= _CLEAR) & (pl.col("kind") == "full")
    return (
        pl.when(clear)
        .then(pl.lit("high"))
        .when(pl.col("margin") >= _CLOSE)
        .then(pl.lit("medium"))
        .otherwise(pl.lit("low"))
    )
