"""Where: the map of Europe, the table of countries, and the matrix of country by country."""

from __future__ import annotations

import altair as alt
import numpy as np
import polars as pl

from permed.api.report.drawing.charts import paint
from permed.api.report.drawing.colours import LIGHT, RAMP
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.api.text.names import sentence_list
from permed.graph.network import measure

__all__ = ["FIGURE_SPECS", "TILES", "binned", "steps"]

_ROWS = (
    "IS .. .. .. NO SE FI .. .. ..",
    ".. FO .. .. .. .. EE .. .. ..",
    "IE GB .. .. DK .. LV .. .. ..",
    ".. .. BE NL DE PL LT .. .. ..",
    ".. .. FR LU CZ SK UA .. .. ..",
    ".. .. CH LI AT HU RO MD .. GE",
    "PT ES .. IT SI HR RS BG .. AM",
    ".. .. .. .. BA ME XK MK TR ..",
    ".. .. TN MT .. .. AL GR CY IL",
)
TILES = {
    code: (x, y)
    for y, row in enumerate(_ROWS)
    for x, code in enumerate(row.split())
    if code != ".."
}
_MATRIX = 20
_STRIKING = 3.0  # |z| beyond which a pair is marked


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
        .sort(["activities", "country"], descending=[True, False])
        .select(
            "country", "label", "activities", "organisations", "coordinated", "partner_countries",
            "betweenness", pl.col("amount").alias("eur"),
        )
    )  # fmt: skip


def steps(values: pl.Series) -> list[float]:
    """Return up to five rising bounds that part the positive values evenly; 0 is its own class."""
    positive = values.filter(values > 0).to_numpy()
    if len(positive) == 0:
        return [1.0]
    bounds = np.unique(np.round(np.quantile(positive, [0, 0.2, 0.4, 0.6, 0.8])))
    return [float(b) for b in np.unique(np.maximum(bounds, 1))]


def binned(column: str, bounds: list[float], inverse: bool = False) -> list[dict[str, object]]:
    """Return conditions that give a colour by class: of the tile, or (`inverse`) of text on it."""
    colours = [LIGHT["ink"]] * 3 + [LIGHT["paper"]] * 3 if inverse else RAMP
    picked = _spread(len(bounds))
    return [
        {"test": f"datum.{column} >= {bound}", "value": colours[picked[i + 1]]}
        for i, bound in reversed(list(enumerate(bounds)))
    ]


def _spread(classes: int) -> list[int]:
    """Places on the ramp of nought and so many classes."""
    return [round(i * 5 / classes) for i in range(classes + 1)]


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
    finding = _map_finding(table, shown)
    return Content(
        finding,
        "Each country is one square, so that small ones are seen as well as large ones. The number "
        "and the shade tell in how many activities at least one organisation of the country takes "
        "part." + _elsewhere(others),
        table,
        "permed.graph.network.project(data, 'country').nodes",
        svg=_tiles(shown, finding),
        alt=f"Tile map of Europe by number of activities. {finding}",
    )


def _map_finding(table: pl.DataFrame, shown: pl.DataFrame) -> str:
    if table.is_empty():
        return "No country is known for any organisation in this selection."
    three = sentence_list(table["label"].head(3).to_list())
    empty = shown.filter(pl.col("activities") == 0)["country"].to_list()
    tail = f" {len(empty)} countries on the map take part in none: {', '.join(empty)}."
    return f"{three} take part in most activities; {table.height} countries take part in all." + (
        tail if empty else ""
    )


def _elsewhere(others: pl.DataFrame) -> str:
    if others.is_empty():
        return ""
    named = [
        f"{row['label']} ({row['activities']})" for row in others.head(6).iter_rows(named=True)
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
    total = float(table["eur"].sum())
    first = table.sort("coordinated", descending=True).row(0, named=True)
    five = float(table["eur"].sort(descending=True, nulls_last=True).head(5).sum())
    money = (
        f" Five countries receive {five / total:.0%} of the EU contribution that is known."
        if total else ""
    )  # fmt: skip
    return Content(
        f"{first['label']} coordinates most activities ({first['coordinated']:,}).{money}",
        "Partner countries are those with which at least one organisation of the country shares an "
        "activity. EU contribution is what the roles state; roles without an amount count nothing.",
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


def _millions(value: object) -> str:
    return f"{value / 1e6:,.1f}" if isinstance(value, float) and value else "–"


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
    shown = both.filter(pl.col("one").is_in(order) & pl.col("other").is_in(order))
    finding = _matrix_finding(report, pairs)
    return Content(
        finding,
        f"The {len(order)} countries with most ties; each cell counts the pairs of organisations "
        "of the two countries that share an activity, the diagonal those at home. ▲ marks "
        "more ties and ▽ fewer than the countries' activity alone would give (|z| above 3 against "
        "random networks in which everybody keeps the number of activities).",
        pairs,
        "permed.graph.network.comparison.null_model.pair_scores(network, 'country', samples=20)",
        svg=_cells(shown, order, finding) if order else "",
        alt=finding,
    )


def _matrix_finding(report: ReportData, pairs: pl.DataFrame) -> str:
    abroad = pairs.filter(pl.col("one") != pl.col("other"))
    known, total = float(abroad["observed"].sum()), float(pairs["observed"].sum())
    if not known:
        return "No tie joins organisations of two different countries."
    first = abroad.sort(["observed", "one"], descending=[True, False]).row(0, named=True)
    name = report.country_names
    one, other = (name.get(first[end], first[end]) for end in ("one", "other"))
    return (
        f"{known / total:.0%} of all ties cross a border; most join {one} and {other} "
        f"({first['observed']:,.0f})."
    )


def _cells(shown: pl.DataFrame, order: list[str], finding: str) -> str:
    bounds = steps(shown["observed"])
    mark = (
        pl.when(pl.col("z") > _STRIKING).then(pl.lit("▲"))
        .when(pl.col("z") < -_STRIKING).then(pl.lit("▽")).otherwise(pl.lit(""))
    )  # fmt: skip
    frame = shown.select("one", "other", "observed", mark=mark)
    side = alt.Axis(labelFontSize=11, labelFontWeight="bold", ticks=False, domain=False,
                    labelAngle=0, orient="top")  # fmt: skip
    base = alt.Chart(frame).encode(
        x=alt.X("other:N", sort=order, title=None, axis=side),
        y=alt.Y("one:N", sort=order, title=None).axis(
            labelFontSize=11, labelFontWeight="bold", ticks=False, domain=False
        ),
    )
    ink = {"condition": binned("observed", bounds, inverse=True), "value": LIGHT["ink"]}
    cell = base.mark_rect(stroke=LIGHT["paper"], strokeWidth=1.2).encode(
        color={"condition": binned("observed", bounds), "value": RAMP[0]}
    )
    value = base.mark_text(fontSize=9.5, dy=-4).encode(
        text=alt.Text("observed:Q", format=",.0f"), color=ink
    )
    sign = base.mark_text(fontSize=8, dy=7).encode(text="mark:N", color=ink)
    size = 32 * len(order)
    chart = (cell + value + sign).properties(width=size, height=size)
    return paint(chart, "where-matrix", "Country by country", finding)


FIGURE_SPECS = (
    FigureSpec("where-map", "The map of Europe", tile_map, needs="nodes"),
    FigureSpec("where-countries", "The countries in figures", countries, needs="countries"),
    FigureSpec("where-matrix", "Country by country", matrix),
)
