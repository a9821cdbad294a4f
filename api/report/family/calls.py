"""The joint calls of the family: who took part in which."""

from __future__ import annotations

import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.family.recorded import activity_counts, calls_of
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)

__all__ = ["FIGURE_SPECS"]

_CALL = "activities of kind call, and tables/counting/activity_counts.parquet of the release"


def calls(report: ReportData) -> Content:
    """Every call of the release with the countries and funders recorded; not of the selection."""
    table = (
        calls_of(report)
        .join(activity_counts(report), on="activity", how="left")
        .select("activity", "label", "start", pl.col("countries", "funders").fill_null(0))
        .sort("start", "activity", nulls_last=True)
    )
    if table.is_empty():
        none = "The release holds no call."
        return Content((Claim("family-calls.total", none),), "", table, _CALL)
    known = table.filter(pl.col("countries") > 0)
    claims = [
        Claim(
            "family-calls.total",
            f"The release holds {table.height:,} calls; for {known.height:,} of them participating "
            "countries are recorded.",
            {"calls": table.height, "known": known.height},
            coverage=known.height / table.height,
        )
    ]
    if known.height:
        most = known.sort(["countries", "activity"], descending=[True, False]).row(0, named=True)
        claims.append(
            Claim(
                "family-calls.most",
                f"Most countries ({most['countries']}) took part in “{most['label']}”.",
                {"countries": most["countries"], "call": most["label"]},
            )
        )
    return Content(
        tuple(claims),
        "All calls of the release, whatever the selection of this report. A call without countries "
        "is one of which no source lists them, or one that is planned; no trend can be read from "
        "these numbers. Projects of a call are known only where a source says of which call they "
        "are.",
        table,
        _CALL,
        table=DisplayTable.of(
            table,
            {
                "label": DisplayColumn("Call"),
                "start": DisplayColumn("Opened"),
                "countries": DisplayColumn("Countries", _recorded, right=True),
                "funders": DisplayColumn("Funders recorded", _recorded, right=True),
            },
        ),
    )


def _recorded(value: object) -> str:
    return number()(value) if value else "–"


FIGURE_SPECS = (
    FigureSpec("family-calls", "The joint calls", calls, needs="roles", of_release=True),
)
