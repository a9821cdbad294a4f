"""The most connected organisations, and those that bridge."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.drawing.charts import bars, paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    number,
    told_apart,
)
from permed.api.text.names import shortened

__all__ = ["central"]

_TOP = 15


def ranked(report: ReportData) -> pl.DataFrame:
    """All organisations with their measures, those with most partners first."""
    order = pl.col("degree").rank("min", descending=True).cast(pl.Int64).alias("rank")
    table = report.measures.with_columns(order)
    return table.sort(["degree", "betweenness", "id"], descending=[True, True, False]).select(
        "rank", pl.exclude("rank")
    )


def central(report: ReportData) -> Content:
    """Partners and bridging side by side."""
    everybody = ranked(report)
    table = everybody.head(_TOP)
    finding = _central_finding(everybody)
    shown = table.select(
        name=pl.col("label").map_elements(lambda n: shortened(n, 40), return_dtype=pl.String)
        + pl.format(" ({})", pl.col("country").fill_null("?")),
        degree="degree",
        between=pl.col("betweenness").fill_null(0.0) * 1000,
    ).with_columns(name=told_apart("name"))
    left = bars(shown, "name", "degree", title="Partners", width=180)
    right = bars(
        shown, "name", "between", title="Bridging × 1,000", width=150,
        colour=LIGHT["mid"], labels=False, form=",.1f",
    )  # fmt: skip
    text = f"Two bar charts of the {table.height} organisations with most partners. {finding}"
    return Content(
        finding=finding,
        reading=(
            "Partners counts the different organisations somebody has worked with in at least one "
            "joint activity. Bridging is the share of shortest routes between all others that lead "
            "through it: high with few partners means that two circles meet there. Depth is the "
            "core number: it belongs to a group in which everybody has at least so many partners."
        ),
        data=everybody,
        call="permed.graph.network.measure(network, ['degree', 'betweenness', ...])",
        svg=paint(alt.hconcat(left, right), "who-central", "Most connected organisations", text),
        alt=text,
        table=DisplayTable.of(table, _CENTRAL),
    )


_CENTRAL = {
    "rank": DisplayColumn("Rank", number(), right=True),
    "label": DisplayColumn("Organisation"),
    "country": DisplayColumn("Country"),
    "activities": DisplayColumn("Activities", number(), right=True),
    "degree": DisplayColumn("Partners", number(), right=True),
    "strength": DisplayColumn("Joint work", number(), right=True),
    "betweenness": DisplayColumn("Bridging", number(4), right=True),
    "core": DisplayColumn("Depth", number(), right=True),
}


def _central_finding(table: pl.DataFrame) -> str:
    first = table.row(0, named=True)
    half = table["degree"].sum() / 2
    few = int((table["degree"].cum_sum() < half).sum()) + 1
    return (
        f"{first['label']} has worked with {first['degree']:,} partners; "
        f"{few:,} of {table.height:,} organisations hold half of all partnerships."
    )
