"""Scoring: a project table in, labels with score, evidence and confidence out."""

from __future__ import annotations

import polars as pl

from permed.ingest.relevance.evidence import evidence
from permed.ingest.relevance.features import table_of
from permed.ingest.relevance.matching import complete, find_phrases, sentences
from permed.ingest.relevance.model import apply, load_models

__all__ = ["METHOD", "VERSION", "score"]

METHOD = "phrase families and logistic weights"
VERSION = "1"

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
    short = (table["objective"].str.strip_chars() == "").alias("short")
    models = load_models()
    judged = pl.concat(
        [
            apply(models[kind], rows.filter(mask)).with_columns(short=pl.lit(kind == "short"))
            for kind, mask in (("full", ~short), ("short", short))
        ]
    )
    told = table.select("projectID").with_columns(evidence(table, found))
    placed = told.join(judged, on="projectID", how="left", maintain_order="left")
    return placed.select(
        "projectID",
        "label",
        pl.col("score").round(3),
        "evidence",
        _confidence().alias("confidence"),
    )


def _confidence() -> pl.Expr:
    clear = (pl.col("margin") >= _CLEAR) & ~pl.col("short")
    return (
        pl.when(clear)
        .then(pl.lit("high"))
        .when(pl.col("margin") >= _CLOSE)
        .then(pl.lit("medium"))
        .otherwise(pl.lit("low"))
    )
