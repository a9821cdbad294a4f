"""Results of projects: publications, deliverables, report summaries, intellectual property."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.identifiers import normalised
from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.classification import attach
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.layout import metadata

__all__ = ["gather", "outputs"]

_TITLE = 300  # characters of a description that stand for a missing title
_COLUMNS = (
    "project", "id", "collection", "category", "title", "authors", "journal", "publisher",
    "year", "doi", "issn", "isbn", "url", "about", "file", "source_row",
)  # fmt: skip


def gather(
    tables: Mapping[str, pl.DataFrame], projects: pl.DataFrame, findings: Findings
) -> pl.DataFrame:
    """Put the result tables of all layouts under each other, attached to their projects."""
    made = [
        tables["results"],
        tables["publications"].with_columns(collection=pl.lit("publication")),
        _deliverables(tables["deliverables"]),
        tables["reports"].with_columns(collection=pl.lit("pubsum")),
    ]
    blank = pl.lit(None, pl.String)
    rows = pl.concat(
        frame.select(c if c in frame.columns else blank.alias(c) for c in _COLUMNS)
        for frame in made
    )
    return attach(rows, projects, findings)


def _deliverables(rows: pl.DataFrame) -> pl.DataFrame:
    """Official deliverables have no title, and in Horizon Europe no id: both are made up for."""
    return rows.with_columns(
        collection=pl.lit("deliverable"),
        title=pl.coalesce("title", pl.col("description").str.slice(0, _TITLE)),
        id=pl.coalesce("id", "rcn-" + pl.col("rcn")),
    )


def outputs(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Rows of `outputs`; an unknown category or a missing id or title rejects the row."""
    rows = findings.reject(rows, pl.col("id").is_null(), "the result has no id")
    rows = findings.reject(rows, pl.col("title").is_null(), "the result has no title", "id")
    rows = findings.reject(rows, ~pl.col("id").is_first_distinct(), "repeats the result", "id")
    rows = _kind(_parsed(rows, findings), findings)
    return rows.select(
        "kind",
        "title",
        "authors",
        "journal",
        "publisher",
        "doi",
        "url",
        "issn",
        "isbn",
        "about",
        "seen",
        "source_row",
        id="output/cordis-" + values.slug(pl.col("id")),
        published="year",
        activity="entity",
        source_url="page",
        evidence=pl.lit("registry"),
    )


def _parsed(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    rows = rows.with_columns(issn=pl.when(pl.col("issn") != "0000-0000").then("issn"))
    serial = pl.when(pl.col("issn").str.contains(r"^\d{4}-?\d{3}[\dXx]$")).then("issn")
    rows = findings.clean(rows, "doi", normalised("doi", pl.col("doi")), "no DOI: value left out")
    rows = findings.clean(rows, "issn", serial, "no ISSN: value left out")
    rows = findings.clean(rows, "year", values.year("year"), "no year: value left out")
    return findings.clean(rows, "url", values.page("url"), "no web address: left out")


def _kind(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Kind by the category where it is known, else by the collection; else rejected."""
    kinds = metadata()["outputs"]
    group, detail = (
        pl.col("category").str.extract(r"^(\w+):"),
        pl.col("category").str.extract(r"(?:^|:)([^:]+)$"),
    )
    collection = pl.coalesce(
        "collection", pl.when(group == "projectPublication").then(pl.lit("publication"))
    )
    published = pl.coalesce(detail, pl.lit("publication"))
    key = pl.when(collection == "publication").then(published).otherwise(collection)
    kind = key.replace_strict(kinds, default=None, return_dtype=pl.String)
    word = detail.replace_strict(metadata()["abouts"], default=None, return_dtype=pl.String)
    about = pl.coalesce("about", pl.when(collection != "publication").then(word))
    rows = rows.with_columns(kind=kind, about=about)
    why = "unknown kind of result: add it to source.yml"
    return findings.reject(rows, pl.col("kind").is_null(), why, "category")
