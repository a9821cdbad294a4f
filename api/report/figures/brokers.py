"""The brokers: who brings together those that do not work together."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim, share
from permed.api.report.drawing.charts import WIDTH, paint
from permed.api.report.drawing.colours import LIGHT, RAMP
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    RATE,
    Content,
    DisplayColumn,
    DisplayTable,
    number,
    told_apart,
)
from permed.api.text.names import sentence_list, shortened
from permed.graph.network.comparison.brokers_beside_chance import TESTED

__all__ = ["brokers"]

_BROKERS = 12
_ROLES = {
    "coordinator": "within its own country",
    "in_and_out": "between its country and abroad",
    "itinerant": "inside one other country",
    "liaison": "between two other countries",
}


def brokers(report: ReportData) -> Content:
    """Gould-Fernandez roles; in a network without direction gatekeeper and representative agree."""
    own = report.network.nodes.filter(pl.Series(report.own)).select("id")
    mine = report.brokers.join(own, on="id", how="semi")
    ranked = mine.sort(["total", "id"], descending=[True, False])
    both_ways = pl.col("gatekeeper") + pl.col("representative")
    best = ranked.filter(pl.col("total") > 0).head(_BROKERS).with_columns(in_and_out=both_ways)
    text = f"How the {best.height} organisations that bring most others together do so."
    return Content(
        claims=_claims(best, ranked),
        reading=(
            "A broker brings together two organisations that do not work with each other. By the "
            "countries of the three it does so "
            + "; ".join(
                f"{how} ({role if role != 'in_and_out' else 'gatekeeper and representative'})"
                for role, how in _ROLES.items()
            )
            + ". Times activity alone compares with random networks in which everybody keeps the "
            "number of activities and every activity its size: 1 is what size explains. Tested "
            f"are the {TESTED} with most activities: chance keeps these, so that choosing by them "
            "favours nobody. "
            "Organisations without a known country are left out of this count."
        ),
        data=ranked,
        call="brokers_beside_chance.broker_scores(network, 'country')",
        svg=_broker_chart(best, text) if best.height else "",
        alt=text,
        table=DisplayTable.of(
            best.with_columns(
                group=pl.col("group").map_elements(report.country_name, return_dtype=pl.String)
            ),
            _BROKER_COLUMNS,
        ),
    )


_BROKER_COLUMNS = {
    "label": DisplayColumn("Organisation"),
    "group": DisplayColumn("Country"),
    "coordinator": DisplayColumn("Within", number(), right=True),
    "in_and_out": DisplayColumn("In and out", number(), right=True),
    "itinerant": DisplayColumn("In another", number(), right=True),
    "liaison": DisplayColumn("Between others", number(), right=True),
    "ratio": DisplayColumn("Times activity alone", number(2), right=True),
}


def _claims(best: pl.DataFrame, mine: pl.DataFrame) -> tuple[Claim, ...]:
    if best.is_empty():
        nobody = "Nobody stands between two organisations that do not work together themselves."
        return (Claim("who-brokers.most", nobody),)
    first = best.row(0, named=True)
    names = best["label"].head(3).to_list()
    abroad = first["liaison"] / first["total"]
    bring = "brings" if len(names) == 1 else "bring"
    return (
        Claim(
            "who-brokers.most",
            f"{sentence_list(names)} {bring} most others together.",
            {"names": names},
            chance=first["expected"],
        ),
        _beside_chance(mine),
        Claim(
            "who-brokers.abroad",
            f"{share(abroad).capitalize()} of what {first['label']} connects lies between two "
            "foreign countries.",
            {"share": abroad, "organisation": first["label"]},
        ),
    )


def _beside_chance(mine: pl.DataFrame) -> Claim:
    """How many of those with most activities connect more, or fewer, than these explain."""
    told = mine.filter(pl.col("q").is_not_null())
    rare = pl.col("q") <= RATE
    more = told.filter(rare & (pl.col("ratio") > 1)).height
    fewer = told.filter(rare & (pl.col("ratio") < 1)).height
    values: dict[str, int | float | str] = {"tested": told.height, "more": more, "fewer": fewer}
    if told.is_empty():
        return Claim(
            "who-brokers.chance", "Too few pairs are expected to tell them from chance.", values
        )
    low, high = float(told["ratio"].min()), float(told["ratio"].max())  # type: ignore[arg-type]
    values |= {"low": low, "high": high}
    if told.height == 1:
        name = told["label"][0]
        does = f"connects {'more' if more else 'fewer'} than"
        does = does if more or fewer else "cannot be told apart from what"
        sentence = (
            f"{name}, the only one that can be tested, {does} its activities alone explain "
            f"({low:.2f} times as many; false discovery rate {RATE:.0%})."
        )
        return Claim("who-brokers.chance", sentence, values | {"name": name}, chance=1.0)
    times = f"({low:.2f} to {high:.2f} times as many; false discovery rate {RATE:.0%})"
    sentence = (
        f"Of the {told.height} with most activities, {more or 'none'} "
        f"connect{'s' if more == 1 else ''} more and {fewer or 'none'} fewer than these alone "
        f"explain {times}."
        if more or fewer
        else f"Not one of the {told.height} with most activities can be told apart from what these "
        f"alone explain {times}."
    )
    return Claim("who-brokers.chance", sentence, values, chance=1.0)


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
