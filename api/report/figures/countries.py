"""Where: the map of Europe, the table of countries, and the matrix of country by country."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim, said, share
from permed.api.report.drawing.charts import paint
from permed.api.report.drawing.colours import LIGHT, RAMP, binned, steps
from permed.api.report.figures.country_matrix import matrix
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.api.report.figures.partners_abroad import partners_abroad
from permed.api.text.country_tiles import TILES
from permed.api.text.names import sentence_list
from permed.graph.counting import EU
from permed.graph.network import measure

__all__ = ["FIGURE_SPECS"]

_MATRIX = 20


def country_table(report: ReportData) -> pl.DataFrame:
    """One row a country: organisations, activities, coordinated, partners, bridging, euro."""
    nodes = measure(report.countries, ["degree", "strength", "betweenness"]).rename(
        {"degree": "partner_countries"}
    )
    homes = report.network.nodes.group_by("country").agg(pl.len().alias("organisations"))
    led = (
        report.rows.filter(pl.col("role") == "coordinator")
        .group_by(pl.col("agent_country").alias("country"))
        .agg(pl.col("activity").n_unique().alias("coordinated"))
    )
    return (
        nodes.join(homes, on="country", how="left")
        .join(led, on="country", how="left")
        .with_columns(pl.col("organisations", "coordinated").fill_null(0))
        .with_columns(
            label=pl.col("country").replace_strict(report.country_names, default=pl.col("label"))
        )
        .sort(["activities", "country"], descending=[True, False])
        .select(
            "country", "label", "activities", "organisations", "coordinated", "partner_countries",
            "betweenness", pl.col("amount").alias("eur"),
        )
    )  # fmt: skip


def tile_map(report: ReportData) -> Content:
    """Every country a tile of the same size, about where it lies."""
    table = country_table(report)
    places = pl.DataFrame(
        [(code, x, y) for code, (x, y) in TILES.items()],
        schema={"country": pl.String, "x": pl.Int64, "y": pl.Int64}, orient="row",
    )  # fmt: skip
    shown = places.join(table, on="country", how="left").with_columns(
        pl.col("activities").fill_null(0)
    )
    others = table.join(places, on="country", how="anti")
    claims = _map_claims(report, table, shown)
    finding = said(claims)
    return Content(
        claims,
        "Each country is one square, so that small ones are seen as well as large ones. The number "
        "and the shade tell in how many activities at least one organisation of the country takes "
        "part." + _elsewhere(others),
        table,
        "permed.graph.network.project(data, 'country').nodes",
        svg=_tiles(shown, finding),
        alt=f"Tile map of Europe by number of activities. {finding}",
    )


def _map_claims(report: ReportData, table: pl.DataFrame, shown: pl.DataFrame) -> tuple[Claim, ...]:
    if table.is_empty():
        nowhere = "No country is known for any organisation in this selection."
        return (Claim("where-map.most", nowhere, coverage=0.0),)
    states = table.filter(pl.col("country") != EU)  # its institutions stand for no country
    three = states["label"].head(3).to_list()
    known = int(report.rows["agent_country"].is_not_null().sum()) / report.rows.height
    take = "takes" if len(three) == 1 else "take"
    claims = [
        Claim(
            "where-map.most",
            f"{sentence_list(three)} {take} part in most activities; {states.height} countries "
            "take part in all.",
            {"countries": states.height, "names": three},
            coverage=known,
        )
    ]
    empty = shown.filter(pl.col("activities") == 0)["country"].to_list()
    names = sorted(report.country_name(code) for code in empty)
    if names:
        one = len(names) == 1
        claims.append(
            Claim(
                "where-map.none",
                f"{len(names)} countr{'y' if one else 'ies'} on the map take{'s' if one else ''} "
                f"part in none: {sentence_list(names)}.",
                {"none": len(names), "names": names},
                coverage=known,
            )
        )
    return tuple(claims)


def _elsewhere(others: pl.DataFrame) -> str:
    if others.is_empty():
        return ""
    named = [
        f"{row['label']} ({row['activities']:,})" for row in others.head(6).iter_rows(named=True)
    ]
    more = f" and {others.height - 6} more in the data file" if others.height > 6 else ""
    return f" Beyond the map: {', '.join(named)}{more}."


def _tiles(shown: pl.DataFrame, finding: str) -> str:
    bounds = steps(shown["activities"])
    base = alt.Chart(shown).encode(
        x=alt.X("x:O", axis=None).scale(paddingInner=0.06), y=alt.Y("y:O", axis=None)
    )
    tile = base.mark_rect(cornerRadius=4, stroke=LIGHT["line"], strokeWidth=0.6).encode(
        color={"condition": binned("activities", bounds), "value": RAMP[0]}
    )
    ink = {"condition": binned("activities", bounds, inverse=True), "value": LIGHT["ink"]}
    code = base.mark_text(dy=-7, fontSize=13, fontWeight="bold").encode(text="country:N", color=ink)
    count = base.mark_text(dy=9, fontSize=11).encode(
        text=alt.Text("activities:Q", format=","), color=ink
    )
    chart = (tile + code + count).properties(width=540, height=430)
    return paint(chart, "where-map", "Map of Europe", finding)


def countries(report: ReportData) -> Content:
    """The table of countries, in euro where amounts are known."""
    table = country_table(report)
    return Content(
        _country_claims(report, table),
        "Partner countries are those with which at least one organisation of the country shares an "
        "activity. EU contribution is what the roles state; roles without an amount, and "
        "participants to whom the source gives no name, count nothing.",
        table,
        "permed.graph.network.measure(project(data, 'country'))",
        table=DisplayTable.of(
            table.head(25),
            {
                "label": DisplayColumn("Country"),
                "activities": DisplayColumn("Activities", number(), right=True),
                "coordinated": DisplayColumn("Coordinated", number(), right=True),
                "organisations": DisplayColumn("Organisations", number(), right=True),
                "partner_countries": DisplayColumn("Partner countries", number(), right=True),
                "betweenness": DisplayColumn("Bridging", number(3), right=True),
                "eur": DisplayColumn("EU contribution, M€", _millions, right=True),
            },
        ),
    )


def _country_claims(report: ReportData, table: pl.DataFrame) -> tuple[Claim, ...]:
    ordered = table.sort(["coordinated", "country"], descending=[True, False])
    first = ordered.row(0, named=True)
    key, led = "where-countries.coordinates", first["coordinated"]
    most = f"{first['label']} coordinates most activities ({led:,})."
    claims = [
        Claim(key, most, {"coordinated": led, "country": first["label"]})
        if led else Claim(key, "Of no activity a coordinator is known.", {"coordinated": 0})
    ]  # fmt: skip
    total = float(table["eur"].sum())
    five = float(table["eur"].sort(descending=True, nulls_last=True).head(5).sum())
    if total and table.height > 5:
        claims.append(
            Claim(
                "where-countries.five",
                f"Five countries receive {share(five / total)} of the EU contribution that is "
                "known.",
                {"share": five / total},
                coverage=int(report.rows["amount"].is_not_null().sum()) / report.rows.height,
            )
        )
    return tuple(claims)


def _millions(value: object) -> str:
    return f"{value / 1e6:,.1f}" if isinstance(value, float) and value else "–"


FIGURE_SPECS = (
    FigureSpec("where-of", "Partners elsewhere", partners_abroad, needs="of"),
    FigureSpec("where-map", "The map of Europe", tile_map, needs="nodes"),
    FigureSpec("where-countries", "The countries in figures", countries, needs="countries"),
    FigureSpec("where-matrix", "Country by country", matrix, beside_chance=True),
)
