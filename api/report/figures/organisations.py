"""The organisations: kinds of them, and a network without hubs."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim, said, share
from permed.api.report.drawing.charts import WIDTH, bars, paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.figures.brokers import brokers
from permed.api.report.figures.central import central
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.graph.counting import stated_total
from permed.graph.network.comparison.robustness import Order, attack, departures, giant_without

__all__ = ["FIGURE_SPECS"]


def types(report: ReportData) -> Content:
    """Organisations and participations by type."""
    nodes = report.network.nodes.filter(pl.Series(report.own))
    counted = (
        nodes.group_by(pl.col("type").fill_null("not stated"))
        .agg(
            pl.len().alias("organisations"),
            pl.col("activities").sum().alias("participations"),
            stated_total("amount").alias("eur"),
        )
        .sort(["organisations", "type"], descending=[True, False])
    )
    shown = counted.with_columns(name=pl.col("type").str.replace_all("-", " "))
    claims = _type_claims(shown)
    finding = said(claims)
    left = bars(shown, "name", "organisations", title="Organisations", width=230, names_wide=180)
    right = bars(
        shown, "name", "participations", title="Participations", width=200, labels=False,
        colour=LIGHT["mid"],
    )  # fmt: skip
    return Content(
        claims=claims,
        reading=(
            "The type is the one that a source states. Registers know few types (university, "
            "research organisation, company, public body, other); hospitals often count as "
            "universities or public bodies there."
        ),
        data=counted,
        call="permed.graph.network.project(data, 'organisation').nodes",
        svg=paint(alt.hconcat(left, right), "who-types", "Types of organisation", finding),
        alt=finding,
    )


def _type_claims(shown: pl.DataFrame) -> tuple[Claim, ...]:
    known = shown.filter(pl.col("type") != "not stated")
    total, stated = int(shown["organisations"].sum()), int(known["organisations"].sum())
    if known.is_empty():
        none = f"Of none of the {total:,} organisations a type is stated."
        return (Claim("who-types.most", none, {"organisations": total}, coverage=0.0),)
    first = known.row(0, named=True)
    part = first["organisations"] / stated
    return (
        Claim(
            "who-types.most",
            f"{share(part).capitalize()} of the {stated:,} organisations whose type is stated are "
            f"of the type {first['name']}.",
            {"share": part, "stated": stated, "type": first["name"]},
            coverage=stated / total,
        ),
    )


_SHARE = 0.2
_ORDERS: tuple[tuple[Order, str], ...] = (
    ("degree", "most connected first"),
    ("random", "at random"),
)


def hubs(report: ReportData) -> Content:
    """The network without its hubs."""
    network = report.network
    curves = pl.concat(
        attack(network, order, steps=10, efficiency=False).select(
            pl.lit(name).alias("order"), "removed", "giant"
        )
        for order, name in _ORDERS
    )
    left = departures(network, count=8)
    claims = _hub_claims(report, left)
    finding = said(claims)
    return Content(
        claims=claims,
        reading=(
            "The curve removes organisations step by step and shows how many of all remain in one "
            "connected whole. The table lets one hub leave at a time: pairs lost are pairs of "
            "others that nothing connects any more, stranded are those who keep no partner, and "
            "the last column is the loss of nearness (mean of 1/distance) among the others."
        ),
        data=pl.concat([curves, left], how="diagonal"),
        call="comparison.robustness.attack(network), departures(network, count=8)",
        svg=_hub_chart(curves, finding),
        alt=finding,
        table=DisplayTable.of(
            left.with_columns(loss=1 - pl.col("efficiency_after") / pl.col("efficiency_before")),
            {
                "label": DisplayColumn("If it left"),
                "partners": DisplayColumn("Partners", number(), right=True),
                "lost_pairs": DisplayColumn("Pairs lost", number(), right=True),
                "stranded": DisplayColumn("Stranded", number(), right=True),
                "loss": DisplayColumn(
                    "Nearness lost",
                    lambda v: f"{100 * v:.2f}%" if isinstance(v, float) else "–",
                    right=True,
                ),
            },
        ),
        cut=False,
    )


def _hub_claims(report: ReportData, left: pl.DataFrame) -> tuple[Claim, ...]:
    network = report.network
    gone = int(_SHARE * network.size + 1e-9)
    held = giant_without(network, _SHARE)
    chance = giant_without(network, _SHARE, "random")
    worst = left.sort("lost_pairs", descending=True).row(0, named=True)
    lost = worst["lost_pairs"]
    single = (
        f"Losing {worst['label']} alone would cut {lost:,} pairs of others."
        if lost else "No single one of the best connected holds the network together."
    )  # fmt: skip
    return (
        Claim(
            "who-hubs.fifth",
            f"Without the best connected fifth ({gone:,} of {network.size:,}), {share(held)} of "
            f"all organisations would still form one whole; without a fifth at random "
            f"{share(chance)}.",
            {"held": held, "gone": gone, "organisations": network.size, "random": chance},
            chance=chance,
        ),
        Claim(
            "who-hubs.single", single,
            {"lost": lost} | ({"organisation": worst["label"]} if lost else {}),
        ),
    )  # fmt: skip


def _hub_chart(curves: pl.DataFrame, finding: str) -> str:
    base = alt.Chart(curves).encode(
        x=alt.X("removed:Q", title="Organisations removed").axis(format="%", grid=False),
        y=alt.Y("giant:Q", title="Still in one whole").axis(format="%", tickCount=5)
        .scale(domain=[0, 1]),
    )  # fmt: skip
    line = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("order:N", legend=None).scale(range=[[4, 3], [1, 0]]),
        color=alt.Color("order:N", legend=None).scale(range=[LIGHT["soft"], LIGHT["accent"]]),
    )
    ends = curves.group_by("order", maintain_order=True).last()
    name = (
        alt.Chart(ends)
        .mark_text(align="left", dx=6, fontSize=12, color=LIGHT["ink"])
        .encode(x="removed:Q", y="giant:Q", text="order:N")
    )
    chart = (line + name).properties(width=WIDTH - 210, height=210)
    return paint(chart, "who-hubs", "The network without its hubs", finding)


FIGURE_SPECS = (
    FigureSpec("who-central", "Who works with most, and who bridges", central, beside_chance=True),
    FigureSpec("who-brokers", "Brokers and their roles", brokers, beside_chance=True),
    FigureSpec("who-types", "Kinds of organisation", types, needs="nodes"),
    FigureSpec("who-hubs", "If the hubs left", hubs),
)
