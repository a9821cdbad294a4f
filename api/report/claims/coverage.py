"""How much is known of each year: activities by source and year, and those with one participant."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.text.names import sentence_list
from permed.graph.counting import counted, stated_total
from permed.graph.network.projection.selection import COLLABORATION, Selection, release_roles
from permed.graph.releases.release import Release

__all__ = [
    "activities",
    "coverage_by_year",
    "last_whole_year",
    "thin_years",
    "weak_claim",
    "weak_years",
]

_MOSTLY_ONE = 0.5  # share of activities with one recorded participant from which a year is thin
_HOLE = 0.25  # of the middle year's number of activities; below it a year is a hole


def activities(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row an activity of the role rows: id, label, kind, first and last day, money."""
    return (
        rows.group_by("activity")
        .agg(
            pl.col("activity_label").first().alias("label"),
            pl.col("activity_kind").first().alias("kind"),
            pl.col("start").min(),
            pl.col("end").max(),
            pl.col("agent").n_unique().alias("organisations"),
            stated_total("amount").alias("eur"),
        )
        .sort("start", "activity", nulls_last=True)
    )


def coverage_by_year(rows: pl.DataFrame, told_by: pl.DataFrame) -> pl.DataFrame:
    """Return source, year, activities, with_one, share_with_one: by the year in which each starts.

    with_one: activities of which one participant is recorded. rows: role rows (`ROLE_SCHEMA`), of
    which those count that stand for nobody else; told_by: activity, source. Activities without any
    date are in no year.
    """
    each = (
        counted(rows)
        .group_by("activity")
        .agg(pl.col("start").min().dt.year().alias("year"), pl.col("agent").n_unique().alias("n"))
    )
    return (
        each.drop_nulls("year")
        .join(told_by, on="activity", how="left")
        .group_by(pl.col("source").fill_null("not stated"), pl.col("year").cast(pl.Int64))
        .agg(
            pl.len().cast(pl.Int64).alias("activities"),
            (pl.col("n") == 1).sum().cast(pl.Int64).alias("with_one"),
        )
        .with_columns(share_with_one=pl.col("with_one") / pl.col("activities"))
        .sort("source", "year")
    )


def last_whole_year(last: int, day: date) -> int:
    """Return the last year that has ended by a day: a part of one is no step down."""
    return last if date(last, 12, 31) <= day else last - 1


def weak_years(coverage: pl.DataFrame, last: int) -> list[int]:
    """Return the years up to `last` across which no trend can be told.

    Thin: half of the activities or more have one recorded participant. A hole: fewer than a quarter
    of the activities of the middle year (median) start in it.
    """
    yearly = coverage.group_by("year").agg(pl.col("activities", "with_one").sum())
    counts = {year: (n, one) for year, n, one in yearly.iter_rows()}
    if not counts:
        return []
    span = range(min(counts), last + 1)
    middle = pl.Series([counts.get(year, (0, 0))[0] for year in span]).median()
    least = _HOLE * (middle if isinstance(middle, float) else 0.0)
    return [
        year for year in span
        if (found := counts.get(year, (0, 0)))[0] < least or found[1] >= _MOSTLY_ONE * found[0]
    ]  # fmt: skip


@lru_cache(maxsize=4)
def _thin_years(release: Path) -> tuple[int, ...]:
    found = Release(release)
    data = release_roles(found)
    joint_work = Selection().among(COLLABORATION, data).scope
    unknown = pl.DataFrame(schema={"activity": pl.String, "source": pl.String})
    table = coverage_by_year(joint_work.apply(data)[0], unknown)
    return tuple(weak_years(table, int(found.receipt["built"][:4])))


def thin_years(release: Release) -> tuple[int, ...]:
    """Return the weak years of all joint work of a release, up to that in which it was built."""
    return _thin_years(release.path)


def weak_claim(coverage: pl.DataFrame, weak: list[int], key: str) -> Claim:
    """Return the sentence on the years across which no trend is told."""
    if not weak:
        return Claim(
            f"{key}.coverage",
            "In this release no year is a hole, and none has mostly one recorded participant.",
        )
    yearly = coverage.group_by("year").agg(pl.col("activities", "with_one").sum())
    counts = {year: (n, one) for year, n, one in yearly.iter_rows()}
    told = [(year, *counts.get(year, (0, 0))) for year in weak]
    words = "; ".join(
        f"{year}: {n:,} activit{'y' if n == 1 else 'ies'}, {one:,} of them with one recorded "
        "participant"
        for year, n, one in told
    )
    return Claim(
        f"{key}.coverage",
        f"No trend is told across {sentence_list([str(year) for year in weak])}, of which too "
        f"little is recorded in this release ({words}).",
        {"years": [str(year) for year in weak], "words": words},
    )
