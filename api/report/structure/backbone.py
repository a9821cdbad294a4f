"""Bonds that say more than activity and size explain."""

from __future__ import annotations

from typing import Any

import polars as pl

from permed.api.report.claims.claim import Claim, share
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    RATE,
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.api.text.one_house import names_suggest_one_house
from permed.graph.network.backbone.extraction import tie_significance

__all__ = ["FIGURE_SPECS"]

_SHOWN = 15
_CALL = "permed.graph.network.backbone.extraction.tie_significance(network)"


def backbone(report: ReportData) -> Content:
    """Ties that stand out from what both ends' activity and the activities' sizes give."""
    table = bonds(report)
    told = table.filter(pl.col("q") <= RATE)
    tests = report.network.size * (report.network.size - 1) // 2
    claims = [_kept(table, told, tests, report.whose)]
    if told.height:
        claims.append(_first(told.row(0, named=True)))
    return Content(
        tuple(claims),
        "Two organisations that are in many activities meet often by chance, and everybody meets "
        "in a large one. Expected is the number of joint activities if only the number of "
        "activities of each and the size of each activity count (stochastic degree sequence model, "
        "Neal 2014). q is the false discovery rate over all pairs, tied or not. A single joint "
        "activity can stand out where both have few others. The mark in the last column is that "
        "of the strongest bonds: by name the two may be one house.",
        table,
        _CALL,
        table=DisplayTable.of(
            told.head(_SHOWN).with_columns(
                pl.col("one_country", "other_country").map_elements(
                    report.country_name, return_dtype=pl.String, skip_nulls=False
                ),
                house=pl.Series(
                    [_one_house(row) for row in told.head(_SHOWN).iter_rows(named=True)],
                    dtype=pl.String,
                ),
            ),
            {
                "one": DisplayColumn("Organisation"),
                "one_country": DisplayColumn("Country"),
                "other": DisplayColumn("With"),
                "other_country": DisplayColumn("Country"),
                "joint": DisplayColumn("Joint activities", number(), right=True),
                "expected": DisplayColumn("Expected", number(2), right=True),
                "house": DisplayColumn("One house?"),
            },
        ),
    )


def bonds(report: ReportData) -> pl.DataFrame:
    """Return the ties of those that the report is about with p and q, the surest first."""
    nodes, own = report.network.nodes, report.own
    table = tie_significance(report.network)
    ends = {
        "one": nodes["label"].gather(table["source"]),
        "one_country": nodes["country"].gather(table["source"]),
        "other": nodes["label"].gather(table["target"]),
        "other_country": nodes["country"].gather(table["target"]),
    }
    mine = pl.Series(own[table["source"]] | own[table["target"]])
    # beyond twelve digits the order of equal p would hang on rounding
    return (
        table.select("observed", "expected", pl.col("p", "q").round(12))
        .with_columns(**ends)
        .filter(mine)
        .sort("p", pl.col("observed") / pl.col("expected"), "one", "other",
              descending=[False, True, False, False])
        .select(*ends, pl.col("observed").cast(pl.Int64).alias("joint"), "expected", "p", "q")
    )  # fmt: skip


def _kept(table: pl.DataFrame, told: pl.DataFrame, tests: int, whose: str) -> Claim:
    ties = f"{table.height:,} ties{f' of {whose}' if whose else ''}"
    part = share(told.height / max(table.height, 1))
    which = (
        f"{told.height:,} of {ties} ({part}) rest" if told.height else f"Not one of {ties} rests"
    )
    return Claim(
        "whom-backbone.kept",
        f"{which} on more joint activities than the number of activities of both ends and their "
        f"sizes explain (false discovery rate {RATE:.0%}, {tests:,} pairs).",
        {"kept": told.height, "ties": table.height, "tests": tests,
         "share": told.height / max(table.height, 1)},
    )  # fmt: skip


def _first(row: dict[str, Any]) -> Claim:
    one, other = row["one"], row["other"]
    times = f"{row['joint']:,} joint activit{'y' if row['joint'] == 1 else 'ies'}"
    return Claim(
        "whom-backbone.first",
        f"The surest of them joins {one} and {other} ({times}; {row['expected']:.2f} expected).",
        {"joint": row["joint"], "one": one, "other": other},
        chance=row["expected"],
    )


def _one_house(bond: dict[str, Any]) -> str:
    alike = names_suggest_one_house(bond["one"] or "", bond["other"] or "")
    return "by name" if alike and bond["one_country"] == bond["other_country"] else ""


FIGURE_SPECS = (FigureSpec("whom-backbone", "Bonds beyond chance", backbone),)
