"""When: starts by year, growth and turnover, and the time line of the programme family."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim, said
from permed.api.report.claims.coverage import activities, weak_claim
from permed.api.report.drawing.charts import WIDTH, paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
    percent,
)
from permed.graph.counting import stated_total
from permed.graph.network.comparison.over_time import over_time
from permed.graph.network.projection.selection import FAMILY

__all__ = ["FIGURE_SPECS"]

_KINDS = {"other": "projects", "family": "coordination and support, partnerships, networks"}


def starts(report: ReportData) -> Content:
    """Activities by the year in which they start."""
    family = pl.when(pl.col("kind").is_in(FAMILY)).then(pl.lit("family")).otherwise(pl.lit("other"))
    table = (
        activities(report.rows)
        .filter(pl.col("start").is_not_null())
        .group_by(pl.col("start").dt.year().alias("year"), family.alias("group"))
        .agg(pl.len().alias("activities"), stated_total("eur"))
        .sort("year", "group")
    )
    if table.is_empty():
        undated = Claim("when-starts.total", "No activity has a date.", coverage=0.0)
        return Content((undated,), "", table, _CALL)
    claims = (_starts(report, table), weak_claim(report.years, report.weak_years, "when-starts"))
    finding = claims[0].sentence
    shown = table.with_columns(what=pl.col("group").replace_strict(_KINDS))
    chart = (
        alt.Chart(shown)
        .mark_bar(stroke=LIGHT["paper"], strokeWidth=1)
        .encode(
            x=alt.X("year:O", title=None).axis(labelAngle=0, ticks=False),
            y=alt.Y("activities:Q", title="Activities that start").axis(tickCount=5),
            color=alt.Color("what:N", title=None, sort=list(_KINDS.values()))
            .scale(domain=list(_KINDS.values()), range=[LIGHT["mid"], LIGHT["accent"]])
            .legend(orient="top", labelLimit=340),
            order="group:N",
        )
        .properties(width=WIDTH - 80, height=210)
    )
    return Content(
        claims,
        f"Years after {report.complete_year} are not complete: grants are published late. The "
        "table tells how much is known of each year, of all joint work of the release: where one "
        "participant only is recorded, nobody can be seen to work together.",
        table,
        _CALL,
        svg=paint(chart, "when-starts", "Activities by year of start", finding),
        alt=finding,
        table=DisplayTable.of(
            report.years.with_columns(pl.col("source").replace(_titles(report))), _COVERAGE
        ),
        cut=False,
    )


def _titles(report: ReportData) -> dict[str, str]:
    """Sources by the first words of their titles: people do not know our names for them."""
    known = report.release.receipt["sources"]
    return {name: source["title"].partition(",")[0] for name, source in known.items()}


_COVERAGE = {
    "year": DisplayColumn("Year"),
    "source": DisplayColumn("Source"),
    "activities": DisplayColumn("Activities that start", number(), right=True),
    "with_one": DisplayColumn("With one recorded participant", number(), right=True),
    "share_with_one": DisplayColumn("Share", percent(), right=True),
}


def _starts(report: ReportData, table: pl.DataFrame) -> Claim:
    yearly = table.group_by("year").agg(pl.col("activities").sum()).sort("year")
    total, years = int(yearly["activities"].sum()), yearly["year"].to_list()
    top = yearly.sort(["activities", "year"], descending=True).row(0, named=True)
    values = {
        "activities": total, "first": years[0], "last": years[-1],
        "top": top["year"], "most": top["activities"],
    }  # fmt: skip
    return Claim(
        "when-starts.total",
        f"{total:,} activities start in the years {years[0]} to {years[-1]}, most of them in "
        f"{top['year']} ({top['activities']:,}).",
        values,
        coverage=total / report.rows["activity"].n_unique(),
    )


_CALL = "permed.graph.network.Scope(...).apply(data)"


def growth(report: ReportData) -> Content:
    """Windows of three years: size, newcomers, leavers, what lasts."""
    table = over_time(report.windows)
    if table.height < 2:
        few = "Fewer than two windows of three years have dated roles: no growth to show."
        return Content((Claim("when-growth.size", few),), "", table, _OVER_TIME)
    claims = (*_growth(report, table), weak_claim(report.years, report.weak_years, "when-growth"))
    finding = said(claims[:-1])
    shown = table.with_columns(
        one=pl.Series([_with_one(report, *span) for span in table.select("start", "end").rows()]),
        window=pl.format("{}–{}", pl.col("start").dt.year(), pl.col("end").dt.strftime("%y")),
    )
    return Content(
        claims,
        "Each window holds the activities running in three calendar years. Newcomers were not in "
        "the window before, leavers are no longer in it. Ties kept is the share of the earlier "
        f"window's ties that are still there. A window that ends after {report.complete_year} is "
        "not over. One participant is the share of the activities that "
        "start in the window of which one participant only is recorded.",
        table,
        _OVER_TIME,
        svg=_growth_chart(shown, finding),
        alt=finding,
        table=DisplayTable.of(
            shown,
            {
                "window": DisplayColumn("Window"),
                "nodes": DisplayColumn("Organisations", number(), right=True),
                "links": DisplayColumn("Ties", number(), right=True),
                "newcomers": DisplayColumn("Newcomers", number(), right=True),
                "leavers": DisplayColumn("Leavers", number(), right=True),
                "kept_links": DisplayColumn("Ties kept", percent(), right=True),
                "density": DisplayColumn("Density", percent(1), right=True),
                "one": DisplayColumn("One participant", percent(), right=True),
            },
        ),
    )


def _with_one(report: ReportData, start: date, end: date) -> float | None:
    """Share of the activities that start in a period of which one participant is recorded."""
    inside = report.years.filter(pl.col("year").is_between(start.year, end.year))
    total = int(inside["activities"].sum())
    return int(inside["with_one"].sum()) / total if total else None


def _growth(report: ReportData, table: pl.DataFrame) -> tuple[Claim, ...]:
    """Growth over the newest windows in a row that hold no weak year and no unfinished one."""
    run: list[dict[str, Any]] = []
    for row in table.iter_rows(named=True):
        years = range(row["start"].year, row["end"].year + 1)
        if row["end"].year > report.complete_year:
            break
        run = [] if set(years) & set(report.weak_years) else [*run, row]
    if len(run) < 2:
        even = "No two windows in a row are covered well enough to tell growth."
        return (Claim("when-growth.size", even),)
    first, last = run[0], run[-1]
    return (
        Claim(
            "when-growth.size",
            f"From {first['nodes']:,} organisations in {_span(first)} to {last['nodes']:,} in "
            f"{_span(last)}.",
            {"before": first["nodes"], "after": last["nodes"], "first": _span(first),
             "last": _span(last)},
        ),
        Claim(
            "when-growth.turnover",
            f"In {_span(last)} {last['newcomers']:,} were new and {last['leavers']:,} had left.",
            {"newcomers": last["newcomers"], "leavers": last["leavers"], "last": _span(last)},
        ),
    )  # fmt: skip


_OVER_TIME = "permed.graph.network.comparison.over_time.over_time(windows(data, years=3))"


def _span(row: dict[str, Any]) -> str:
    return f"{row['start'].year}–{row['end'].year}"


def _growth_chart(shown: pl.DataFrame, finding: str) -> str:
    x = alt.X("window:O", title=None).axis(labelAngle=0, ticks=False)
    turn = shown.select(
        "window",
        newcomers=pl.col("newcomers").fill_null(0),
        leavers=-pl.col("leavers").fill_null(0),
    ).unpivot(["newcomers", "leavers"], index="window", variable_name="who", value_name="n")
    line = alt.Chart(shown).encode(x=x, y=alt.Y("nodes:Q", title="Organisations").axis(tickCount=4))
    upper = (
        line.mark_line(strokeWidth=2.5, color=LIGHT["accent"])
        + line.mark_point(filled=True, size=45, color=LIGHT["accent"], opacity=1)
        + line.mark_text(dy=-12, fontSize=11, color=LIGHT["ink"]).encode(
            text=alt.Text("nodes:Q", format=",")
        )
    ).properties(width=WIDTH - 90, height=170)
    lower = (
        alt.Chart(turn)
        .mark_bar(size=22)
        .encode(
            x=x,
            y=alt.Y("n:Q", title="New and gone").axis(tickCount=4),
            color=alt.Color("who:N", title=None)
            .scale(domain=["newcomers", "leavers"], range=[LIGHT["accent"], LIGHT["mid"]])
            .legend(orient="top"),
        )
        .properties(width=WIDTH - 90, height=120)
    )
    return paint(alt.vconcat(upper, lower), "when-growth", "Growth and turnover", finding)


FIGURE_SPECS = (
    FigureSpec("when-starts", "What starts when", starts, needs="nodes"),
    FigureSpec("when-growth", "Growth and turnover", growth),
)
