"""Pairs of countries beside what their size and distance let expect."""

from __future__ import annotations

from typing import Any

import polars as pl

from permed.api.report.claims.claim import Claim, share
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.api.text.names import sentence_list
from permed.graph.errors import InputError
from permed.graph.network.comparison.gravity import Gravity, gravity
from permed.graph.network.comparison.null_model import LEAST_EXPECTED

__all__ = ["FIGURE_SPECS"]

_SHOWN = 12
_CALL = "permed.graph.network.comparison.gravity.gravity(project(data, 'country')).pairs"


def gaps(report: ReportData) -> Content:
    """The widest gaps, and what distance does."""
    if report.whose:
        chosen = (
            f"Not told here: the activities were chosen because {report.whose} takes part, so size "
            "and distance cannot explain who is in them; a report on all has this figure."
        )
        return Content((Claim("where-gravity.gap", chosen),), "", pl.DataFrame(), _CALL)
    try:
        found = gravity(report.countries)
    except InputError:
        few = "Too few countries take part to tell what distance does."
        return Content((Claim("where-gravity.gap", few),), "", pl.DataFrame(), _CALL)
    table = found.pairs.filter(pl.col("expected") >= LEAST_EXPECTED).with_columns(
        pair=pl.concat_str(
            pl.col("one").replace(report.country_names),
            pl.col("other").replace(report.country_names), separator=" and ",
        )
    )  # fmt: skip
    claims = [_distance(found)]
    if table.height:
        claims.append(_widest(table))
    left = [report.country_name(code) for code in found.left_out if code]
    without = (
        f" Without a place on the map, and so left out: {sentence_list(left)}." if left else ""
    )
    return Content(
        tuple(claims),
        "Large and near countries work together more. Expected is the number of joint activities "
        "for two countries of their number of activities, distance between the capitals, common "
        "border and language (gravity equation, Poisson pseudo maximum likelihood: Santos Silva "
        "and Tenreyro 2006). Shown are the pairs furthest below, of those with "
        f"{LEAST_EXPECTED:.0f} or more expected. An activity of many countries makes many pairs at "
        f"once: read the list as questions, not as tests.{without}",
        found.pairs,
        _CALL,
        table=DisplayTable.of(
            table.filter(pl.col("ratio") < 1).head(_SHOWN),
            {
                "pair": DisplayColumn("Countries"),
                "observed": DisplayColumn("Joint activities", number(), right=True),
                "expected": DisplayColumn("Expected", number(1), right=True),
                "ratio": DisplayColumn("Ratio", number(2), right=True),
                "distance": DisplayColumn("Distance, km", number(), right=True),
            },
        ),
    )


def _distance(found: Gravity) -> Claim:
    """What twice the distance leaves, with the interval of the robust standard error."""
    row: dict[str, Any] = found.coefficients.row(
        by_predicate=pl.col("term") == "ln distance", named=True
    )
    middle, error = row["estimate"], row["standard_error"]
    left, low, high = (2.0**b for b in (middle, middle - 1.96 * error, middle + 1.96 * error))
    return Claim(
        "where-gravity.distance",
        f"Of two pairs of countries of like size, the one twice as far apart has {share(left)} of "
        f"the joint activities of the other (95% interval {low:.0%} to {high:.0%}; size, border "
        "and language held equal).",
        {"left": left, "low": low, "high": high, "held": 95},
    )


def _widest(table: pl.DataFrame) -> Claim:
    row = table.row(0, named=True)
    return Claim(
        "where-gravity.gap",
        f"Furthest below what size and distance let expect: {row['pair']} ({row['observed']:,.0f} "
        f"joint activit{'y' if row['observed'] == 1 else 'ies'}, {row['expected']:,.1f} expected).",
        {"joint": int(row["observed"]), "pair": row["pair"]},
        chance=row["expected"],
    )


FIGURE_SPECS = (FigureSpec("where-gravity", "Gaps beside size and distance", gaps),)
