"""When: starts by year, growth and turnover, and the time line of the programme family."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import polars as pl

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
from permed.api.text.names import shortened
from permed.graph.network.comparison.over_time import over_time
from permed.graph.network.projection.selection import FAMILY

__all__ = ["FIGURE_SPECS"]

_KINDS = {"other": "projects", "family": "coordination and support, partnerships, networks"}


def activities(report: ReportData) -> pl.DataFrame:
    """One row an activity of the network: id, label, kind, first and last day."""
    return (
        report.rows.group_by("activity")
        .agg(
            pl.col("activity_label").first().alias("label"),
            pl.col("activity_kind").first().alias("kind"),
            pl.col("start").min(),
            pl.col("end").max(),
            pl.col("agent").n_unique().alias("organisations"),
            pl.col("amount").sum().alias("eur"),
        )
        .sort("start", "activity", nulls_last=True)
    )


def starts(report: ReportData) -> Content:
    """Activities by the year in which they start."""
    family = pl.when(pl.col("kind").is_in(FAMILY)).then(pl.lit("family")).otherwise(pl.lit("other"))
    table = (
        activities(report)
        .filter(pl.col("start").is_not_null())
        .group_by(pl.col("start").dt.year().alias("year"), family.alias("group"))
        .agg(pl.len().alias("activities"), pl.col("eur").sum())
        .sort("year", "group")
    )
    if table.is_empty():
        return Content("No activity has a date.", "", table, _CALL)
    yearly = table.group_by("year").agg(pl.col("activities").sum()).sort("year")
    top = yearly.sort(["activities", "year"], descending=True).row(0, named=True)
    finding = (
        f"{yearly['activities'].sum():,} activities have started since {yearly['year'][0]}; "
        f"most of them in {top['year']} ({top['activities']:,})."
    )
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
        finding,
        "The newest year is not complete: grants are published with delay. Earlier years depend on "
        "which programmes the release covers (see Method).",
        table,
        _CALL,
        svg=paint(chart, "when-starts", "Activities by year of start", finding),
        alt=finding,
    )


_CALL = "permed.graph.network.Scope(...).apply(data)"


def growth(report: ReportData) -> Content:
    """Windows of three years: size, newcomers, leavers, what lasts."""
    table = over_time(report.windows)
    if table.height < 2:
        return Content(
            "Fewer than two windows of three years have dated roles: no growth to show.",
            "", table, _OVER_TIME,
        )  # fmt: skip
    first, last = table.row(0, named=True), table.row(-1, named=True)
    finding = (
        f"From {first['nodes']:,} organisations in {_span(first)} to {last['nodes']:,} in "
        f"{_span(last)}; {last['newcomers']:,} were new in the last window and "
        f"{last['leavers']:,} had left."
    )
    shown = table.with_columns(
        window=pl.format("{}–{}", pl.col("start").dt.year(), pl.col("end").dt.strftime("%y"))
    )
    return Content(
        finding,
        "Each window holds the activities running in three calendar years. Newcomers were not in "
        "the window before, leavers are no longer in it. Ties kept is the share of the earlier "
        "window's ties that are still there.",
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
            },
        ),
    )


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


def family(report: ReportData) -> Content:
    """A bar from the first to the last day of each coordinating action."""
    everything = activities(report).filter(
        pl.col("kind").is_in(FAMILY) & pl.col("start").is_not_null()
    )
    if everything.is_empty():
        return Content(
            "No coordination and support action, partnership or network with dates is in this "
            "selection.", "", everything, _CALL,
        )  # fmt: skip
    today = date.fromisoformat(report.release.receipt["built"][:10])
    shown = everything.with_columns(
        name=pl.col("label").map_elements(lambda n: shortened(n, 28), return_dtype=pl.String),
        until=pl.coalesce("end", pl.lit(today)).clip(pl.col("start")),
    ).unique("name", keep="first", maintain_order=True)
    running = int(((everything["start"] <= today) & (everything["end"] >= today)).sum())
    since = everything["start"].dt.year().sort()[0]
    finding = (
        f"{everything.height} coordinating actions, partnerships and networks since "
        f"{since}; {running} run on the day of the data."
    )
    return Content(
        finding,
        "Bars run from the first to the last day that a source states. The vertical line is the "
        "day of the release.",
        everything,
        _CALL,
        svg=_gantt(shown, today, finding),
        alt=finding,
    )


def _gantt(shown: pl.DataFrame, today: date, finding: str) -> str:
    dark = pl.col("kind") != "csa"
    frame = shown.with_columns(
        colour=pl.when(dark).then(pl.lit("partnership, network, consortium"))
        .otherwise(pl.lit("coordination and support action"))
    )  # fmt: skip
    bars = (
        alt.Chart(frame)
        .mark_bar(height=9, cornerRadius=2)
        .encode(
            y=alt.Y("name:N", sort=shown["name"].to_list(), title=None).axis(
                labelLimit=230, ticks=False, domain=False, labelFontSize=11
            ),
            x=alt.X("start:T", title=None).axis(format="%Y", tickCount="year", orient="top"),
            x2="until:T",
            color=alt.Color("colour:N", title=None)
            .scale(range=[LIGHT["mid"], LIGHT["accent"]])
            .legend(orient="top", labelLimit=300),
        )
        .properties(width=WIDTH - 230, height=alt.Step(16))
    )
    rule = alt.Chart(pl.DataFrame({"day": [today]})).mark_rule(
        color=LIGHT["warm"], strokeWidth=1.5, strokeDash=[4, 3]
    )
    return paint(bars + rule.encode(x="day:T"), "when-family", "The family through time", finding)


FIGURE_SPECS = (
    FigureSpec("when-starts", "What starts when", starts, needs="nodes"),
    FigureSpec("when-growth", "Growth and turnover", growth),
    FigureSpec("when-family", "The coordinating actions through time", family, needs="nodes"),
)
