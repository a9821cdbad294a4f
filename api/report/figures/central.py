"""The most connected organisations, and those that bridge."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim
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
from permed.graph.network.comparison.rank_intervals import DRAWS

__all__ = ["central", "ranked"]

_TOP = 15
_FIRST, _OFTEN = 10, 0.95


def ranked(report: ReportData) -> pl.DataFrame:
    """Return the organisations that the report is about with their measures, best connected first.

    partners_expected: mean over random networks with the same activities. Of the whole network
    also rank_low, rank_high: where 95 % of the ranks lie when the activities are drawn again, and
    stable_top: how often it is among the ten first.
    """
    order = pl.col("degree").rank("min", descending=True).cast(pl.Int64).alias("rank")
    table = report.measures.with_columns(
        partners_expected=pl.Series(report.draws["degree"].mean).round(6)
    )
    mine = table.filter(pl.Series(report.own)).with_columns(order)
    if not report.whose:
        told = report.rank_intervals.select("id", "rank_low", "rank_high", "stable_top")
        mine = mine.join(told, on="id", how="left", maintain_order="left")
    return mine.sort(["degree", "betweenness", "id"], descending=[True, True, False]).select(
        "rank", pl.exclude("rank")
    )


def central(report: ReportData) -> Content:
    """Partners and bridging side by side."""
    everybody = ranked(report)
    table = everybody.head(_TOP)
    claims = (_most(report, everybody), *_surely(report, everybody), _half(everybody))
    shown = table.select(
        name=pl.col("label").map_elements(lambda n: shortened(n, 40), return_dtype=pl.String)
        + pl.format(" ({})", _country(report)),
        degree="degree",
        between=pl.col("betweenness").fill_null(0.0) * 1000,
    ).with_columns(name=told_apart("name"))
    left = bars(shown, "name", "degree", title="Partners", width=180)
    right = bars(
        shown, "name", "between", title="Bridging × 1,000", width=150,
        colour=LIGHT["mid"], labels=False, form=",.1f",
    )  # fmt: skip
    text = f"Two bar charts of the {table.height} organisations with most partners."
    return Content(
        claims=claims,
        reading=(
            "Partners counts the different organisations somebody has worked with in at least one "
            "joint activity. By activity alone is what it would have on average in random networks "
            "in which everybody keeps the number of activities and every activity its size. "
            f"{_redraws(everybody)}Bridging is the share of shortest routes between all others "
            "that lead through it: "
            "high with few partners means that two communities meet there."
        ),
        data=everybody,
        call="permed.graph.network.measure(network, ['degree', 'betweenness', ...])",
        svg=paint(alt.hconcat(left, right), "who-central", "Most connected organisations", text),
        alt=text,
        table=DisplayTable.of(
            table.with_columns(
                _between(table),
                country=_country(report),
            ),
            {key: how for key, how in _CENTRAL.items() if key in everybody.columns},
        ),
    )


_CENTRAL = {
    "rank": DisplayColumn("Rank", number(), right=True),
    "stable_top": DisplayColumn("95% of redraws", right=True),
    "label": DisplayColumn("Organisation"),
    "country": DisplayColumn("Country"),
    "activities": DisplayColumn("Activities", number(), right=True),
    "degree": DisplayColumn("Partners", number(), right=True),
    "partners_expected": DisplayColumn("By activity alone", number(), right=True),
    "strength": DisplayColumn("Joint work", number(), right=True),
    "betweenness": DisplayColumn("Bridging", number(4), right=True),
}


def _country(report: ReportData) -> pl.Expr:
    return pl.col("country").map_elements(
        report.country_name, return_dtype=pl.String, skip_nulls=False
    )


def _between(table: pl.DataFrame) -> list[pl.Expr]:
    """The interval of a rank as a reader has it, in the place of `stable_top`."""
    if "rank_low" not in table.columns:
        return []
    return [pl.format("{}–{}", "rank_low", "rank_high").alias("stable_top")]


def _redraws(everybody: pl.DataFrame) -> str:
    if "stable_top" not in everybody.columns:
        return ""
    return (
        "95% of redraws tells between which ranks it lies when as many activities are drawn with "
        "replacement. "
    )


def _surely(report: ReportData, table: pl.DataFrame) -> tuple[Claim, ...]:
    """How sure the first rank and the first ten are when the activities are drawn again."""
    if report.whose or table.height <= _FIRST:
        return ()
    first = table.row(0, named=True)
    sure = int((table.head(_FIRST)["stable_top"] >= _OFTEN).sum())
    these = f"{sure or 'none'} of the first {_FIRST}"
    return (
        Claim(
            "who-central.ranks",
            f"When the activities are drawn again ({DRAWS} times), its rank lies between "
            f"{first['rank_low']:,} and {first['rank_high']:,} in 95% of draws; {these} "
            f"are among the first {_FIRST} in at least 95% of them.",
            {"rank": first["rank"], "sure": sure, "first": _FIRST, "draws": DRAWS},
            interval=(float(first["rank_low"]), float(first["rank_high"])),
        ),
    )


def _most(report: ReportData, table: pl.DataFrame) -> Claim:
    if table.is_empty():
        return Claim("who-central.partners", f"Nobody of {report.whose} is in this network.")
    first = table.row(0, named=True)
    place = int((report.network.nodes["id"] == first["id"]).arg_true()[0])
    chance = first["partners_expected"]
    among = f"Of {report.whose}, " if report.whose else ""
    return Claim(
        "who-central.partners",
        f"{among}{first['label']} has worked with {first['degree']:,} partners, the most of all "
        f"(its activities alone would give {chance:,.0f}).",
        {"partners": first["degree"], "organisation": first["label"], "of": report.whose},
        chance=chance,
        interval=report.draws["degree"].interval(place),
    )


def _half(table: pl.DataFrame) -> Claim:
    half = table["degree"].sum() / 2
    few = int((table["degree"].cum_sum() < half).sum()) + 1 if table.height else 0
    return Claim(
        "who-central.half",
        f"{few:,} of {table.height:,} organisations hold half of all partnerships.",
        {"few": few, "organisations": table.height},
    )
