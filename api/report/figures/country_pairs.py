"""Pairs of countries that share more ties, or fewer, than their activity explains."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim, said
from permed.api.report.drawing.charts import WIDTH, paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    RATE,
    Content,
)
from permed.graph.network.comparison.null_model import SAMPLES

__all__ = ["pairs"]

_PAIRS = 10


def pairs(report: ReportData) -> Content:
    """Pairs of countries that work together more, or less, than their activity explains."""
    known = report.pairs.filter(
        pl.col("q").is_not_null() & (pl.col("one") != pl.col("other"))
    ).with_columns(
        pair=pl.concat_str(
            pl.col("one").replace(report.country_names),
            pl.col("other").replace(report.country_names), separator=" and ",
        )
    )  # fmt: skip
    ordered = known.sort(["z", "pair"], descending=[True, False])
    claims = _pair_claims(ordered)
    told = ordered.filter(pl.col("q") <= RATE)
    if told.is_empty():
        return Content(claims, "", known, _PAIR_CALL)
    shown = pl.concat([
        told.filter(pl.col("z") > 0).head(_PAIRS), told.filter(pl.col("z") < 0).tail(_PAIRS),
    ])  # fmt: skip
    finding = said(claims)
    return Content(
        claims,
        "Bars show by how many standard deviations the ties between two countries lie above or "
        f"below those of {SAMPLES} random networks in which every organisation keeps its number of "
        "activities and every activity its size. Only pairs with 5 or more expected ties are "
        f"tested; shown are at most {_PAIRS} at either end.",
        known,
        _PAIR_CALL,
        svg=_pair_chart(shown, finding),
        alt=finding,
    )


def _many(rows: pl.DataFrame) -> str:
    return f"{rows.height:,}" if rows.height else "none"


def _pair_claims(ordered: pl.DataFrame) -> tuple[Claim, ...]:
    """How many pairs differ from chance, and the two that do most."""
    if ordered.is_empty():
        none = "No pair of countries has enough ties to be told from chance."
        return (Claim("whom-pairs.count", none),)
    tests = ordered["tests"][0]
    told = ordered.filter(pl.col("q") <= RATE)
    more, fewer = (told.filter(side) for side in (pl.col("z") > 0, pl.col("z") < 0))
    tested = f"(false discovery rate {RATE:.0%}, {tests:,} tests with those at home)."
    claims = [
        Claim(
            "whom-pairs.count",
            f"Of {ordered.height:,} pairs of countries {_many(more)} "
            f"share{'s' if more.height < 2 else ''} more and {_many(fewer)} fewer ties "
            f"than their activity explains {tested}"
            if told.height
            else f"Not one of {ordered.height:,} pairs of countries shares more or fewer ties than "
            f"its activity explains {tested}",
            {"pairs": ordered.height, "more": more.height, "fewer": fewer.height, "tests": tests},
        )
    ]
    for side, word, rows in (("more", "Most above chance", more), ("fewer", "Most below", fewer)):
        if rows.height:
            row = rows.row(0 if side == "more" else -1, named=True)
            claims.append(
                Claim(
                    f"whom-pairs.{side}",
                    f"{word}: {row['pair']} ({row['observed']:,.0f} ties, "
                    f"{row['null_mean']:,.0f} by chance).",
                    {"ties": int(row["observed"]), "pair": row["pair"]},
                    chance=row["null_mean"],
                )
            )
    return tuple(claims)


_PAIR_CALL = "permed.graph.network.comparison.against_chance.pair_scores(network, 'country')"


def _pair_chart(shown: pl.DataFrame, finding: str) -> str:
    base = alt.Chart(shown).encode(
        y=alt.Y("pair:N", sort=shown["pair"].to_list(), title=None).axis(
            labelLimit=260, ticks=False, domain=False
        ),
        x=alt.X("z:Q", title="Standard deviations from chance"),
    )
    bar = base.mark_bar(height=12).encode(
        color={"condition": {"test": "datum.z < 0", "value": LIGHT["c2"]},
               "value": LIGHT["accent"]}
    )  # fmt: skip
    chart = bar.properties(width=WIDTH - 280, height=alt.Step(19))
    return paint(chart, "whom-pairs", "Pairs of countries against chance", finding)
