"""Who: the most connected organisations, the brokers, the types, and a network without hubs."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.drawing.charts import WIDTH, bars, paint
from permed.api.report.drawing.colours import LIGHT, RAMP
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.api.text.names import sentence_list, shortened
from permed.graph.network.comparison.robustness import Order, attack, departures

__all__ = ["FIGURE_SPECS"]

_TOP = 15
_BROKERS = 12
_ROLES = {
    "coordinator": "within its own country",
    "gatekeeper": "between its country and abroad",
    "itinerant": "inside one other country",
    "liaison": "between two other countries",
}


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
    ).with_columns(name=_apart("name"))
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


def _apart(column: str) -> pl.Expr:
    """Names made different from each other, so that a chart does not stack them."""
    repeat = pl.int_range(pl.len()).over(column)
    return pl.when(repeat == 0).then(column).otherwise(pl.format("{} #{}", column, repeat + 1))


def _central_finding(table: pl.DataFrame) -> str:
    first = table.row(0, named=True)
    half = table["degree"].sum() / 2
    few = int((table["degree"].cum_sum() < half).sum()) + 1
    return (
        f"{first['label']} has worked with {first['degree']:,} partners; "
        f"{few:,} of {table.height:,} organisations hold half of all partnerships."
    )


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
        names.with_columns(name=_apart("name"))
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


def types(report: ReportData) -> Content:
    """Organisations and participations by type."""
    nodes = report.network.nodes
    counted = (
        nodes.group_by(pl.col("type").fill_null("not stated"))
        .agg(
            pl.len().alias("organisations"),
            pl.col("activities").sum().alias("participations"),
            pl.col("amount").sum().alias("eur"),
        )
        .sort(["organisations", "type"], descending=[True, False])
    )
    shown = counted.with_columns(name=pl.col("type").str.replace_all("-", " ")).head(12)
    first = shown.row(0, named=True)
    share = first["organisations"] / nodes.height
    finding = f"{share:.0%} of the {nodes.height:,} organisations are of the type {first['name']}."
    left = bars(shown, "name", "organisations", title="Organisations", width=230, names_wide=180)
    right = bars(
        shown, "name", "participations", title="Participations", width=200, labels=False,
        colour=LIGHT["mid"],
    )  # fmt: skip
    return Content(
        finding=finding,
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


_ORDERS: tuple[tuple[Order, str], ...] = (
    ("degree", "most connected first"),
    ("random", "at random"),
)


def hubs(report: ReportData) -> Content:
    """The network without its hubs."""
    network = report.network
    curves = pl.concat(
        attack(network, order, steps=12, runs=3).select(
            pl.lit(name).alias("order"), "removed", "giant"
        )
        for order, name in _ORDERS
    )
    left = departures(network, count=8)
    finding = _hub_finding(curves, left)
    return Content(
        finding=finding,
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
    )


def _hub_finding(curves: pl.DataFrame, left: pl.DataFrame) -> str:
    fifth = curves.filter(pl.col("removed") <= 0.2 + 1e-9).group_by("order", maintain_order=True)
    last = dict(fifth.agg(pl.col("giant").last()).iter_rows())
    worst = left.sort("lost_pairs", descending=True).row(0, named=True)
    held = last.get("most connected first", 0.0)
    if worst["lost_pairs"]:
        single = f"losing {worst['label']} alone would cut {worst['lost_pairs']:,} pairs"
    else:
        single = "no single hub holds the network together"
    return (
        f"Without the best connected fifth, {held:.0%} of all organisations would still form one "
        f"whole; {single}."
    )


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
    FigureSpec("who-central", "Who works with most, and who bridges", central),
    FigureSpec("who-brokers", "Brokers and their roles", brokers),
    FigureSpec("who-types", "Kinds of organisation", types, needs="nodes"),
    FigureSpec("who-hubs", "If the hubs left", hubs),
)
