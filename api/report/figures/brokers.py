"""The brokers: who brings together those that do not work together."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.drawing.charts import WIDTH, paint
from permed.api.report.drawing.colours import LIGHT, RAMP
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    number,
    told_apart,
)
from permed.api.text.names import sentence_list, shortened

__all__ = ["brokers"]

_BROKERS = 12
_ROLES = {
    "coordinator": "within its own country",
    "gatekeeper": "between its country and abroad",
    "itinerant": "inside one other country",
    "liaison": "between two other countries",
}


def brokers(report: ReportData) -> Content:
    """Gould-Fernandez roles; in a network without direction gatekeeper and representative agree."""
    table = report.brokers.sort(["total", "id"], descending=[True, False])
    merged = table.with_columns(
        gatekeeper=pl.col("gatekeeper") + pl.col("representative"),
        gatekeeper_expected=pl.col("gatekeeper_expected") + pl.col("representative_expected"),
    ).drop("representative", "representative_expected")
    best = merged.filter(pl.col("total") > 0).head(_BROKERS)
    finding = _broker_finding(best)
    return Content(
        finding=finding,
        reading=(
            "A broker brings together two organisations that do not work with each other. By the "
            "countries of the three it does so "
            + "; ".join(
                f"{how} ({role if role != 'gatekeeper' else 'gatekeeper and representative'})"
                for role, how in _ROLES.items()
            )
            + ". Times expected compares with a random network of the same size, density and "
            "countries. Organisations without a known country are left out of this count."
        ),
        data=merged,
        call="permed.graph.network.measures.brokerage.brokerage(network, 'country')",
        svg=_broker_chart(best, finding) if best.height else "",
        alt=finding,
        table=DisplayTable.of(_with_ratios(best), _BROKER_COLUMNS),
    )


_BROKER_COLUMNS = {
    "label": DisplayColumn("Organisation"),
    "group": DisplayColumn("Country"),
    "coordinator": DisplayColumn("Within", number(), right=True),
    "gatekeeper": DisplayColumn("In and out", number(), right=True),
    "itinerant": DisplayColumn("In another", number(), right=True),
    "liaison": DisplayColumn("Between others", number(), right=True),
    "ratio": DisplayColumn("Times expected", number(), right=True),
}


def _with_ratios(best: pl.DataFrame) -> pl.DataFrame:
    hoped = pl.sum_horizontal(f"{role}_expected" for role in _ROLES)
    return best.with_columns(ratio=pl.when(hoped > 0).then(pl.col("total") / hoped))


def _broker_finding(best: pl.DataFrame) -> str:
    if best.is_empty():
        return "Nobody stands between two organisations that do not work together themselves."
    first = best.row(0, named=True)
    names = sentence_list(best["label"].head(3).to_list())
    share = first["liaison"] / first["total"]
    return (
        f"{names} bring most others together; {share:.0%} of what {first['label']} connects lies "
        "between two foreign countries."
    )


def _broker_chart(best: pl.DataFrame, finding: str) -> str:
    names = best.with_columns(name=pl.col("label").map_elements(shortened, return_dtype=pl.String))
    long = (
        names.with_columns(name=told_apart("name"))
        .unpivot(list(_ROLES), index=["name", "total"], variable_name="role", value_name="pairs")
        .with_columns(
            share=pl.col("pairs") / pl.col("total"),
            how=pl.col("role").replace_strict(_ROLES),
            order=pl.col("role").replace_strict({r: i for i, r in enumerate(_ROLES)}),
        )
    )
    order = long.filter(pl.col("role") == "liaison")["name"].to_list()
    colours = [RAMP[5], RAMP[3], LIGHT["c2"], RAMP[1]]
    chart = (
        alt.Chart(long)
        .mark_bar(height=15, stroke=LIGHT["paper"], strokeWidth=1.5)
        .encode(
            y=alt.Y("name:N", sort=order, title=None).axis(
                labelLimit=300, ticks=False, domain=False
            ),
            x=alt.X("share:Q", title="Share of the pairs it connects").axis(
                format="%", tickCount=5
            ).scale(domain=[0, 1]),
            color=alt.Color("how:N", sort=list(_ROLES.values()), title=None)
            .scale(domain=list(_ROLES.values()), range=colours)
            .legend(orient="top", columns=2, labelLimit=260),
            order="order:Q",
        )
        .properties(width=WIDTH - 330, height=alt.Step(24))
    )  # fmt: skip
    return paint(chart, "who-brokers", "How brokers connect", finding)
