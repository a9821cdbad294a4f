"""The coordinating actions, partnerships and networks through time."""

from __future__ import annotations

from datetime import date

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.claims.coverage import activities, weak_claim
from permed.api.report.drawing.charts import WIDTH, paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.family.recorded import actions_in_words
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import Content, FigureSpec, told_apart
from permed.api.text.names import shortened
from permed.graph.network.projection.selection import FAMILY

__all__ = ["FIGURE_SPECS"]

_BARS = 40  # in the picture: more are neither read nor drawn
_CALL = "permed.graph.network.Scope(...).apply(data)"


def family(report: ReportData) -> Content:
    """A bar from the first to the last day of each coordinating action."""
    everything = activities(report.rows).filter(
        pl.col("kind").is_in(FAMILY) & pl.col("start").is_not_null()
    )
    if everything.is_empty():
        none = (
            "No coordination and support action, partnership or network with dates is in this "
            "selection."
        )
        return Content(
            (Claim("when-family.total", none),),
            "",
            everything,
            _CALL,
        )
    today = report.day
    bars = everything.sort(["organisations", "activity"], descending=[True, False]).head(_BARS)
    shown = (
        bars.sort("start", "activity")
        .with_columns(
            name=pl.col("label").map_elements(lambda n: shortened(n, 28), return_dtype=pl.String),
            until=pl.coalesce("end", pl.lit(today)).clip(pl.col("start")),
        )
        .with_columns(name=told_apart("name"))
    )
    running = int(((everything["start"] <= today) & (everything["end"] >= today)).sum())
    since = everything["start"].dt.year().sort()[0]
    claims = (
        Claim(
            "when-family.total",
            f"{everything.height:,} {actions_in_words(everything.height)} since {since}; "
            f"{running:,} run{'s' if running == 1 else ''} on the day of the data ({today}).",
            {"total": everything.height, "since": since, "running": running, "day": str(today)},
        ),
        weak_claim(report.years, report.weak_years, "when-family"),
    )
    finding = claims[0].sentence
    return Content(
        claims,
        "Bars run from the first to the last day that a source states. The vertical line is the "
        "day of the data: that of the newest record of the source that tells most activities."
        f"{_left_out(everything.height)}",
        everything,
        _CALL,
        svg=_gantt(shown, today, finding),
        alt=finding,
    )


def _left_out(many: int) -> str:
    """Say which bars are not drawn."""
    if many <= _BARS:
        return ""
    return f" Shown are the {_BARS} with most participants of {many:,}; all stand in the data file."


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
    FigureSpec(
        "when-family",
        "The coordinating actions through time",
        family,
        needs="nodes",
        of_release=True,
    ),
)
