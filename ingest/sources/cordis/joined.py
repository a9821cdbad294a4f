"""Participants of the older single-file layout, where they stand joined in the project row.

The file names the coordinator and lists the others by `;`, without PIC. Their countries are listed
too, at times one a participant, at times each country once; only the first says who is where.
"""

from __future__ import annotations

import polars as pl

from permed.ingest.sources.cordis.findings import Findings

__all__ = ["participants"]


def participants(projects: pl.DataFrame, table: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Rows in the shape of the organisation table for projects that this table does not know."""
    named = pl.col("coordinator").is_not_null() | pl.col("participants").is_not_null()
    rows = projects.filter(named).join(table, left_on="id", right_on="project", how="anti")
    leads = rows.filter(pl.col("coordinator").is_not_null()).select(
        "file",
        "source_row",
        "written",
        project="id",
        name="coordinator",
        country="coordinator_country",
        role=pl.lit("coordinator"),
        order=pl.lit("1"),
    )
    made = pl.concat([leads, _others(rows, findings)])
    blank = [c for c in table.columns if c not in made.columns]
    return made.with_columns(pl.lit(None, pl.String).alias(c) for c in blank).select(table.columns)


def _others(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    listed = rows.filter(pl.col("participants").is_not_null()).with_columns(
        name=pl.col("participants").str.split(";"),
        lands=pl.col("participant_countries").str.split(";"),
    )
    fits = (pl.col("name").list.len() == pl.col("lands").list.len()).fill_null(False)
    why = "its countries are not one for each participant: participants stay without country"
    findings.add(listed.filter(~fits), why, "warning", "participant_countries")
    none = pl.col("name").list.eval(pl.lit(None, pl.String))
    paired = listed.with_columns(country=pl.when(fits).then("lands").otherwise(none))
    place = pl.int_ranges(2, pl.col("name").list.len() + 2)
    opened = paired.with_columns(order=place).explode("name", "country", "order")
    return opened.select(
        "file",
        "source_row",
        "written",
        project="id",
        name=pl.col("name").str.strip_chars(),
        country=pl.col("country").str.strip_chars(),
        role=pl.lit("participant"),
        order=pl.col("order").cast(pl.String),
    ).filter(pl.col("name") != "")
