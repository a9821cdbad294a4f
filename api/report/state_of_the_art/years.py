"""Which years the graph covers, and the last day of one."""

from __future__ import annotations

from datetime import date

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.graph.errors import NotFoundError

__all__ = ["covered_years", "existing_year", "in_year", "last_day"]


def covered_years(evidence: AskedRelease) -> range:
    """Return the years that a report can be made of: from the first action of the Family on.

    The last is the year in which the release was built: what lies ahead is planned, not done.
    """
    starts = evidence.rows("family-actions")["start"].cast(pl.String).drop_nulls()
    found = [int(start[:4]) for start in starts]
    first = min(found, default=evidence.built.year)
    return range(first, evidence.built.year + 1)


def existing_year(evidence: AskedRelease, year: int) -> int:
    """Return the year; NotFoundError names those that there are."""
    years = covered_years(evidence)
    if year not in years:
        raise NotFoundError(
            f"no State-of-the-Art report of {year}: the graph covers {years[0]} to {years[-1]}"
        )
    return year


def last_day(year: int) -> date:
    """Return 31 December of a year."""
    return date(year, 12, 31)


def in_year(frame: pl.DataFrame, column: str, year: int) -> pl.DataFrame:
    """Return the rows whose day, month or year lies in a year."""
    return frame.filter(pl.col(column).cast(pl.String).str.slice(0, 4) == str(year))
