"""Why a project got its label: the phrases found, by field, as one readable line."""

from __future__ import annotations

import polars as pl

from permed.ingest.relevance.lexicon import families

__all__ = ["evidence"]

_PER_FIELD = 4
_NAMES = {
    "title": "title",
    "keywords": "keywords",
    "opening": "objective",
    "rest": "objective",
    "topic_titles": "topic title",
}
_ORDER = ("title", "keywords", "objective", "topic title")
_TELLING = tuple(family.name for family in families() if family.sign == "+")
_CONCEPT = r"(?:medical and health sciences|genetics|proteomics)[^;]*"


def evidence(table: pl.DataFrame, found: pl.DataFrame, words: pl.Series) -> pl.Series:
    """One line a project of a completed table, in its order; "no phrase found" where there is none.

    Phrases come from the families that can raise a score, at most four a field, the most telling
    first; then `words` (other words that raised the score, a text a project), topic codes and
    EuroSciVoc concepts of medicine and genetics.
    """
    wide = (
        table.select("topics", "euroscivoc", words)
        .with_row_index("row")
        .join(_phrases(found), on="row", how="left", maintain_order="left")
    )
    parts = [_labelled(name, pl.col(name)) for name in _ORDER]
    concepts = (
        pl.col("euroscivoc")
        .str.extract_all(_CONCEPT)
        .list.eval(pl.element().str.split("/").list.last().str.strip_chars())
        .list.unique(maintain_order=True)
        .list.head(_PER_FIELD)
        .list.join(", ")
    )
    told = pl.concat_str(*_ORDER, "words", ignore_nulls=True)
    codes = pl.when(told != "").then(pl.col("topics"))
    line = pl.concat_str(
        *parts,
        _labelled("words", pl.col("words")),
        _labelled("topic", codes),
        _labelled("EuroSciVoc", concepts),
        separator="; ",
        ignore_nulls=True,
    )
    lines = wide.select(
        pl.when(line == "").then(pl.lit("no phrase found")).otherwise(line).alias("evidence")
    )
    return lines["evidence"]


def _phrases(found: pl.DataFrame) -> pl.DataFrame:
    """Quoted phrases a field, a row a project: columns row and _ORDER."""
    rank = {name: place for place, name in enumerate(_TELLING)}
    told = found.filter(pl.col("family").is_in(_TELLING)).select(
        "row",
        pl.col("field").replace_strict(_NAMES).alias("field"),
        pl.col("family").replace_strict(rank).alias("rank"),
        pl.col("phrase").str.replace(r"\*$", "…"),
    )
    ordered = told.unique(["row", "field", "phrase"]).sort("row", "field", "rank", "phrase")
    quoted = pl.concat_str(pl.lit('"'), pl.col("phrase"), pl.lit('"')).head(_PER_FIELD)
    lines = ordered.group_by("row", "field", maintain_order=True).agg(quoted.alias("told"))
    wide = lines.with_columns(pl.col("told").list.join(", ")).pivot(
        "field", index="row", values="told"
    )
    absent = [
        pl.lit(None, dtype=pl.String).alias(name) for name in _ORDER if name not in wide.columns
    ]
    return wide.with_columns(absent).select("row", *_ORDER)


def _labelled(name: str, value: pl.Expr) -> pl.Expr:
    return pl.when(value != "").then(pl.concat_str(pl.lit(f"{name}: "), value))
