"""Country by country: ties, and which of them chance does not make."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim, said, share
from permed.api.report.drawing.charts import paint
from permed.api.report.drawing.colours import LIGHT, RAMP, binned, steps
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    RATE,
    Content,
)

__all__ = ["matrix"]

_MATRIX = 20


def matrix(report: ReportData) -> Content:
    """Ties between organisations of two countries, with those marked that chance does not make."""
    pairs = report.pairs
    both = pl.concat([
        pairs,
        pairs.filter(pl.col("one") != pl.col("other")).rename({"one": "other", "other": "one"})
        .select(pairs.columns),
    ])  # fmt: skip
    totals = (
        both.group_by("one")
        .agg(pl.col("observed").sum())
        .sort(["observed", "one"], descending=[True, False])
    )
    order = totals["one"].head(_MATRIX).to_list()
    shown = both.filter(pl.col("one").is_in(order) & pl.col("other").is_in(order)).with_columns(
        pl.col(end).map_elements(report.country_name, return_dtype=pl.String)
        for end in ("one", "other")
    )
    order = [report.country_name(code) for code in order]
    claims = _matrix_claims(report, pairs)
    finding = said(claims)
    return Content(
        claims,
        f"The {len(order)} countries with most ties; each cell counts the pairs of organisations "
        "of the two countries that share an activity, the diagonal those at home. ▲ marks "
        "more ties and ▽ fewer than the countries' activity alone would give: random networks in "
        "which everybody keeps the number of activities, false discovery rate 5% over all pairs "
        "with 5 or more expected ties.",
        pairs,
        "permed.graph.network.comparison.against_chance.pair_scores(network, 'country')",
        svg=_cells(shown, order, finding) if order else "",
        alt=finding,
    )


def _matrix_claims(report: ReportData, pairs: pl.DataFrame) -> tuple[Claim, ...]:
    found = report.draws["abroad"]
    across_share = float(found.observed[0])
    across = pairs.filter((pl.col("one") != pl.col("other")) & (pl.col("observed") > 0))
    if not across_share > 0 or across.is_empty():
        none = "No tie joins organisations of two different countries."
        return (Claim("where-matrix.abroad", none, {"share": 0}),)
    low, high = found.interval(0)
    whose = f"ties of {report.whose}" if report.whose else "ties"
    claims = [
        Claim(
            "where-matrix.abroad",
            f"{share(across_share, 1).capitalize()} of all {whose} cross a border; activity alone "
            f"would give {share(float(found.mean[0]), 1)} ({low:.1%} to {high:.1%}).",
            {"share": across_share, "of": report.whose},
            chance=float(found.mean[0]),
            interval=(low, high),
            coverage=1 - report.network.nodes["country"].null_count() / report.network.size,
        )
    ]
    if not report.whose:
        claims.append(_largest_pair(report, across))
    return tuple(claims)


def _largest_pair(report: ReportData, across: pl.DataFrame) -> Claim:
    order = ["observed", "one", "other"]
    first = across.sort(order, descending=[True, False, False]).row(0, named=True)
    one, other = (report.country_name(first[end]) for end in ("one", "other"))
    return Claim(
        "where-matrix.most",
        f"Most ties join {one} and {other} ({first['observed']:,.0f}; {first['null_mean']:,.0f} by "
        "activity alone).",
        {"ties": int(first["observed"]), "one": one, "other": other},
        chance=first["null_mean"],
    )


def _cells(shown: pl.DataFrame, order: list[str], finding: str) -> str:
    bounds = steps(shown["observed"])
    mark = (
        pl.when((pl.col("q") <= RATE) & (pl.col("z") > 0)).then(pl.lit("▲"))
        .when((pl.col("q") <= RATE) & (pl.col("z") < 0)).then(pl.lit("▽")).otherwise(pl.lit(""))
    )  # fmt: skip
    frame = shown.select("one", "other", "observed", mark=mark)
    side = alt.Axis(labelFontSize=11.5, ticks=False, domain=False, labelAngle=-90, orient="top",
                    labelLimit=150)  # fmt: skip
    base = alt.Chart(frame).encode(
        x=alt.X("other:N", sort=order, title=None, axis=side),
        y=alt.Y("one:N", sort=order, title=None).axis(
            labelFontSize=11.5, ticks=False, domain=False, labelLimit=150
        ),
    )
    ink = {"condition": binned("observed", bounds, inverse=True), "value": LIGHT["ink"]}
    cell = base.mark_rect(stroke=LIGHT["paper"], strokeWidth=1.2).encode(
        color={"condition": binned("observed", bounds), "value": RAMP[0]}
    )
    widest = max(len(f"{ties:,.0f}") for ties in shown["observed"].to_list())
    value = base.mark_text(fontSize=10.5 if widest < 6 else 9, dy=-4).encode(
        text=alt.Text("observed:Q", format=",.0f"), color=ink
    )
    sign = base.mark_text(fontSize=9, dy=8).encode(text="mark:N", color=ink)
    size = 33 * len(order)
    chart = (cell + value + sign).properties(width=size, height=size)
    return paint(chart, "where-matrix", "Country by country", finding)
