"""What the release records of the activities of the family, whatever the selection."""

from __future__ import annotations

import polars as pl

from permed.api.report.figures.data import ReportData

__all__ = ["actions_in_words", "activity_counts", "calls_of"]

_COUNTS = pl.Schema(
    {
        "activity": pl.String(),
        "partners": pl.Int64(),
        "countries": pl.Int64(),
        "funders": pl.Int64(),
        "ec_contribution": pl.String(),
    }
)


def actions_in_words(many: int) -> str:
    """Return what actions of the family are, one or many of them."""
    one = "coordinating action, partnership or network"
    return one if many == 1 else "coordinating actions, partnerships and networks"


def activity_counts(report: ReportData) -> pl.DataFrame:
    """Return partners, countries, funders and EUR of every activity by the counting rule."""
    table = report.release.tables("counting").get("activity_counts")
    return pl.DataFrame(schema=_COUNTS) if table is None else table.select(*_COUNTS)


def calls_of(report: ReportData) -> pl.DataFrame:
    """Return activity, label and start (as written) of every call."""
    known = pl.DataFrame(
        schema=dict.fromkeys(("id", "kind", "acronym", "title", "start"), pl.String)
    )
    table = report.release.all_tables().get("activities", known)
    return table.filter(pl.col("kind") == "call").select(
        "start", activity="id", label=pl.coalesce("acronym", "title", "id")
    )
