"""Phrases found in the texts of projects: one pass of a multi-pattern search over each field."""

from __future__ import annotations

import polars as pl

from permed.graph.errors import InputError
from permed.ingest.relevance.lexicon import normalise, patterns

__all__ = ["COLUMNS", "FIELDS", "OPENING", "complete", "find_phrases", "sentences"]

COLUMNS = (
    "projectID",
    "title",
    "keywords",
    "objective",
    "topics",
    "topic_titles",
    "euroscivoc",
    "legal_basis",
    "outputs",
)
FIELDS = ("title", "keywords", "opening", "rest", "topic_titles")

# Aims stand in the opening of an objective, wider hopes after it; the labels were given by reading
# this many characters.
OPENING = 1300


def complete(projects: pl.DataFrame) -> pl.DataFrame:
    """The columns the method reads, as text, an empty string for each missing column or value.

    Raises InputError when there is no projectID, or an id is missing or repeated.
    """
    if "projectID" not in projects.columns:
        raise InputError("projects: no column projectID; give one row a project with its id")
    present = [
        pl.col(name).cast(pl.String).fill_null("") if name in projects.columns else _empty(name)
        for name in COLUMNS
    ]
    table = projects.select(present)
    ids = table["projectID"]
    bad = (ids == "") | ids.is_duplicated()
    if bad.any():
        row = bad.arg_true()[0]
        raise InputError(
            f"projects, row {row + 1}: projectID {ids[row]!r} is empty or repeated; "
            "keep one row a project"
        )
    return table


def sentences(table: pl.DataFrame) -> pl.DataFrame:
    """Texts of a `complete` table cut up for searching: row (position), field, sentence, text.

    Title, keywords and topic titles count as one sentence each. Titles of outputs stand in for the
    rest of an objective that is missing.
    """
    told = pl.col("objective")
    rows = table.with_row_index("row").with_columns(
        told.str.slice(0, OPENING).alias("opening"),
        pl.when(told != "").then(told.str.slice(OPENING)).otherwise("outputs").alias("rest"),
    )
    whole = [_whole(rows, field) for field in FIELDS if field not in _OBJECTIVE]
    return pl.concat(whole + [_cut(rows, field) for field in _OBJECTIVE])


def find_phrases(texts: pl.DataFrame, *, cues: bool = False) -> pl.DataFrame:
    """Phrases of the lexicon in `sentences`: row, field, sentence, family, phrase, n (finds)."""
    known = patterns(cues)
    searched = known["pattern"].unique(maintain_order=True).to_list()
    hits = pl.col("text").str.extract_many(searched, leftmost=True).alias("pattern")
    found = texts.select(*_PLACE, hits).explode("pattern", empty_as_null=True)
    joined = found.drop_nulls("pattern").join(known, on="pattern", how="inner")
    return joined.group_by(*_PLACE, "family", "phrase").len("n").sort(*_PLACE, "family", "phrase")


_PLACE = ("row", "field", "sentence")
_OBJECTIVE = ("opening", "rest")
_STOP = "\x1f"


def _whole(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    text = normalise(pl.col(field)).alias("text")
    named = pl.lit(field).alias("field"), pl.lit(0, pl.UInt32).alias("sentence")
    return rows.filter(pl.col(field) != "").select("row", *named, text)


def _cut(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    marked = pl.col(field).str.replace_all(r"[.!?;]\s+|[\n\r]+", _STOP)
    pieces = (
        rows.filter(pl.col(field) != "")
        .select("row", marked.str.split(_STOP).alias("text"))
        .explode("text", empty_as_null=True)
        .drop_nulls("text")
    )
    number = pl.int_range(pl.len(), dtype=pl.UInt32).over("row").alias("sentence")
    return pieces.select(
        "row", pl.lit(field).alias("field"), number, normalise(pl.col("text")).alias("text")
    )


def _empty(name: str) -> pl.Expr:
    return pl.lit("").alias(name)
