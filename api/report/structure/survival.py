"""Ties that come again in new activities."""

from __future__ import annotations

from datetime import date

import polars as pl

from permed.api.report.claims.claim import Claim, share
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
    percent,
)
from permed.graph.network.comparison.tie_survival import Period, tie_survival

__all__ = ["FIGURE_SPECS", "strong_periods"]

_YEARS = 3
_CALL = "permed.graph.network.comparison.tie_survival.tie_survival(data, selection, periods)"


def survival(report: ReportData) -> Content:
    """Of the ties of one period, those that new activities of the next one make again."""
    periods = strong_periods(report.years, report.weak_years, report.complete_year)
    if len(periods) < 2:
        few = "No two periods of years that are well covered can be compared."
        return Content((Claim("when-survival.ties", few),), "", pl.DataFrame(), _CALL)
    table = tie_survival(report.role_data, report.selection, periods)
    return Content(
        _claims(table),
        "An activity counts in the period in which it begins, so that no long project is its own "
        "successor; a tie that survives was made again by another activity. Periods are the newest "
        f"ones of up to {_YEARS} years in a row that are over and well covered (What starts when "
        "tells how well). Those who stayed are organisations of both periods.",
        table,
        _CALL,
        table=DisplayTable.of(
            table.with_columns(pl.col("before", "after").str.replace(":", "–")),
            {
                "before": DisplayColumn("Begun in"),
                "after": DisplayColumn("Then in"),
                "ties_before": DisplayColumn("Ties", number(), right=True),
                "kept": DisplayColumn("Made again", number(), right=True),
                "survival": DisplayColumn("Share", percent(1), right=True),
                "survival_among_stayed": DisplayColumn("Among who stayed", percent(1), right=True),
                "ties_after": DisplayColumn("Ties then", number(), right=True),
                "renewal": DisplayColumn("Of them new", percent(1), right=True),
            },
        ),
    )


def strong_periods(years: pl.DataFrame, weak: list[int], last: int) -> list[Period]:
    """Return the newest two runs of up to three well covered years, the older one first.

    years: coverage by year (`coverage_by_year`); weak: years that are not; last: newest whole year.
    """
    known = sorted({year for year in years["year"] if year <= last} - set(weak), reverse=True)
    runs: list[list[int]] = []
    for year in known:
        if runs and len(runs[-1]) < _YEARS and runs[-1][0] == year + 1:
            runs[-1].insert(0, year)
        else:
            runs.append([year])
    long = [run for run in runs if len(run) > 1][:2]
    return [(date(run[0], 1, 1), date(run[-1], 12, 31)) for run in reversed(long)]


def _claims(table: pl.DataFrame) -> tuple[Claim, ...]:
    row = table.row(0, named=True)
    before, after = row["before"].replace(":", "–"), row["after"].replace(":", "–")
    if not row["ties_before"]:
        none = f"Activities that began in {before} made no tie, so none could come again."
        return (Claim("when-survival.ties", none, {"ties": 0, "before": before}),)
    claims = [
        Claim(
            "when-survival.ties",
            f"Of {row['ties_before']:,} ties made by activities that began in {before}, "
            f"{share(row['survival'], 1)} were made again by others that began in {after}.",
            {"ties": row["ties_before"], "share": row["survival"], "before": before,
             "after": after},
        )
    ]  # fmt: skip
    if row["survival_among_stayed"] is not None:
        claims.append(
            Claim(
                "when-survival.stayed",
                f"Among the {row['stayed']:,} organisations that began something in both, it was "
                f"{share(row['survival_among_stayed'], 1)} of {row['ties_among_stayed']:,}.",
                {"stayed": row["stayed"], "share": row["survival_among_stayed"],
                 "ties": row["ties_among_stayed"], "periods": f"{before} and {after}"},
            )
        )  # fmt: skip
    return tuple(claims)


FIGURE_SPECS = (FigureSpec("when-survival", "Ties that come again", survival),)
