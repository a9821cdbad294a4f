"""What is missing: topics, memberships, and pairs that should meet."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.drawing.charts import paint
from permed.api.report.drawing.colours import LIGHT, binned, steps
from permed.api.report.figures.collaboration import topical
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
)
from permed.api.report.figures.suggestions import suggestions
from permed.api.text.country_tiles import TILES
from permed.api.text.names import sentence_list
from permed.graph.counting import counted

__all__ = ["FIGURE_SPECS"]

_TOPICS, _COUNTRIES = 14, 34
_EVERY = "all roles of the release"
_FIGURES = {"entity": pl.String, "indicator": pl.String, "value": pl.String}
_KINDS = {
    "project": "Projects",
    "csa": "Coordination actions",
    "funding-network": "Funding networks",
    "partnership": "Partnerships",
    "call": "Joint calls",
    "consortium": "Consortium",
    "infrastructure": "Infra­structures",
}


def topics(report: ReportData) -> Content:
    """Countries by topics: who works on what, and who does not."""
    about = topical(report, 3)
    cells = (
        report.rows.join(about, on="activity")
        .filter(pl.col("agent_country").is_not_null())
        .group_by(country="agent_country", topic="topic_label")
        .agg(pl.col("activity").n_unique().alias("activities"))
    )
    if cells.is_empty():
        none = "No activity of this selection has both a topic and a country."
        return Content((Claim("gaps-topics.empty", none, coverage=0.0),), "", cells, _CELLS)
    grid = _grid(cells, about)
    claim = _topic_claim(report, grid, about)
    finding = claim.sentence
    return Content(
        (claim,),
        "Rows are the topics with most activities, columns the countries of Europe with most "
        "activities. A ring marks a topic on which no organisation of the country works in this "
        "selection. Few activities overall make empty cells likely: read a row of rings, not one.",
        cells.sort("country", "topic"),
        _CELLS,
        svg=_topic_chart(_named(report, grid), finding),
        alt=f"Heat map of topics by countries. {finding}",
    )


_CELLS = "permed.graph.network.Scope(...).apply(data), joined with data.topics"


def _grid(cells: pl.DataFrame, about: pl.DataFrame) -> pl.DataFrame:
    """All cells of the shown topics and countries, 0 where nothing is."""
    named = (
        about.group_by(topic="topic_label").agg(pl.col("activity").n_unique().alias("n"))
        .sort(["n", "topic"], descending=[True, False]).head(_TOPICS)
        .with_row_index("topic_rank").drop("n")
    )  # fmt: skip
    europe = (
        cells.filter(pl.col("country").is_in(list(TILES)))
        .group_by("country").agg(pl.col("activities").sum().alias("n"))
        .sort(["n", "country"], descending=[True, False]).head(_COUNTRIES)
        .with_row_index("country_rank").drop("n")
    )  # fmt: skip
    whole = named.join(europe, how="cross").join(cells, on=["topic", "country"], how="left")
    return whole.with_columns(pl.col("activities").fill_null(0)).sort("topic_rank", "country_rank")


def _named(report: ReportData, grid: pl.DataFrame) -> pl.DataFrame:
    """Return the grid with the names of its countries."""
    names = pl.col("country").map_elements(report.country_name, return_dtype=pl.String)
    return grid.with_columns(name=names)


def _topic_claim(report: ReportData, grid: pl.DataFrame, about: pl.DataFrame) -> Claim:
    empty = grid.filter(pl.col("activities") == 0)
    coverage = about["activity"].n_unique() / report.rows["activity"].n_unique()
    countries, topics_ = grid["country"].n_unique(), grid["topic"].n_unique()
    values = {"empty": empty.height, "pairs": grid.height}
    shown = f"{topics_} topics and {countries} countries shown"
    if empty.is_empty():
        every = f"Of the {shown}, every country works on every topic."
        return Claim("gaps-topics.empty", every, values, coverage=coverage)
    thin = empty.group_by("topic").len("n").sort(["n", "topic"], descending=[True, False]).row(0)
    reached = countries - thin[1]
    return Claim(
        "gaps-topics.empty",
        f"Of the {shown}, nobody takes part for {empty.height:,} of {grid.height:,} pairs; "
        f"“{thin[0].capitalize()}” reaches only {reached} of {countries} countries.",
        values | {"topic": thin[0].capitalize(), "reached": reached, "countries": countries,
                  "topics": topics_},
        coverage=coverage,
    )  # fmt: skip


def _topic_chart(grid: pl.DataFrame, finding: str) -> str:
    columns = grid.sort("country_rank")["name"].unique(maintain_order=True).to_list()
    lines = grid.sort("topic_rank")["topic"].unique(maintain_order=True).to_list()
    bounds = steps(grid["activities"])
    base = alt.Chart(grid).encode(
        x=alt.X("name:N", sort=columns, title=None).axis(
            orient="top", labelAngle=-90, labelFontSize=11, ticks=False, domain=False,
            labelPadding=3, labelLimit=150,
        ),
        y=alt.Y("topic:N", sort=lines, title=None).axis(labelLimit=190, ticks=False, domain=False),
    )  # fmt: skip
    cell = base.mark_rect(stroke=LIGHT["paper"], strokeWidth=1).encode(
        color={"condition": binned("activities", bounds), "value": LIGHT["paper"]}
    )
    ink = {"condition": binned("activities", bounds, inverse=True), "value": LIGHT["ink"]}
    text = (
        base.transform_filter("datum.activities > 0")
        .mark_text(fontSize=8.5)
        .encode(text="activities:Q", color=ink)
    )
    ring = base.transform_filter("datum.activities == 0").mark_point(
        size=28, stroke=LIGHT["warm"], strokeWidth=1.2, fill=None
    )
    chart = (cell + text + ring).properties(width=16 * len(columns), height=24 * len(lines))
    return paint(chart, "gaps-topics", "Topics by country", finding)


def membership(report: ReportData) -> Content:
    """Member states and associated countries by the kinds of activity that they are in."""
    status = report.release.all_tables()["countries"].select(
        country=pl.col("id").str.strip_prefix("country/"), label="name", eu_status="eu_status"
    )
    europe = status.filter(
        pl.col("eu_status").is_in(["member-state", "associated"])
        & pl.col("country").is_in(list(TILES))
    )
    by_kind = (
        counted(report.role_data.roles)
        .filter(pl.col("agent_country").is_not_null())
        .group_by(country="agent_country", kind="activity_kind")
        .agg(pl.col("activity").n_unique().alias("n"))
    )
    present = [kind for kind in _KINDS if kind in by_kind["kind"].unique().to_list()]
    wide = europe.join(
        by_kind.filter(pl.col("kind").is_in(present)).pivot("kind", index="country", values="n"),
        on="country", how="left",
    ).with_columns(pl.col(present).fill_null(0))  # fmt: skip
    table = wide.with_columns(kinds=pl.sum_horizontal(pl.col(k) > 0 for k in present)).sort(
        ["kinds", "label"]
    )
    return Content(
        _membership_claims(table, present, _stated_countries(report)),
        "EU member states and countries associated to Horizon Europe, those in the fewest kinds of "
        "activity first; each cell counts the activities in which an organisation or the country "
        "itself has a role, over all roles of the release. An empty ring is a gap in the data or "
        "in reality: public lists are not whole.",
        table.select("country", "label", "eu_status", "kinds", *present),
        "permed.graph.network.from_tables(tables).roles, grouped by country and activity_kind",
        table=DisplayTable.of(
            table.with_columns(eu=pl.col("eu_status").replace({"member-state": "EU"})),
            {"label": DisplayColumn("Country"), "eu": DisplayColumn("Status")}
            | {kind: DisplayColumn(_KINDS[kind], _ring, right=True) for kind in present},
        ),
    )


def _ring(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and value else "○"


def _stated_countries(report: ReportData) -> int:
    """Return how many member countries sources state for a consortium at most; 0 if none does."""
    figures = report.release.all_tables().get("figures", pl.DataFrame(schema=_FIGURES))
    stated = figures.filter(
        pl.col("entity").str.starts_with("consortium/"), pl.col("indicator") == "member-countries"
    )
    return int(stated["value"].cast(pl.Float64, strict=False).max() or 0)  # type: ignore[arg-type]


def _membership_claims(table: pl.DataFrame, present: list[str], stated: int) -> tuple[Claim, ...]:
    if not present or table.is_empty():
        none = "No role of the release names a country, so no gap can be told."
        return (Claim("gaps-membership.all", none, coverage=0.0),)
    full = int((table["kinds"] == len(present)).sum())
    claims = [
        Claim(
            "gaps-membership.all",
            f"{full} of {table.height} countries are in all {len(present)} kinds of activity.",
            {"full": full, "countries": table.height, "kinds": len(present)},
            selection=_EVERY,
        )
    ]
    if "consortium" in present:
        members = table.filter(pl.col("eu_status") == "member-state")
        outside = sorted(members.filter(pl.col("consortium") == 0)["label"])
        if outside:
            claims.append(
                Claim(
                    "gaps-membership.outside",
                    f"For {len(outside)} of {members.height} member states no member of a "
                    f"consortium is known here: {sentence_list(outside)}.",
                    {"outside": len(outside), "members": members.height, "names": outside},
                    selection=_EVERY,
                )
            )
        known = int((table["consortium"] > 0).sum())
        if outside and stated > known:
            claims.append(
                Claim(
                    "gaps-membership.stated",
                    f"Sources state {stated} member countries and name members in {known} of those "
                    "shown, so that an empty ring there is no sign of absence.",
                    {"stated": stated, "known": known},
                    selection=_EVERY,
                )
            )
    return tuple(claims)


FIGURE_SPECS = (
    FigureSpec("gaps-topics", "Topics without countries", topics, needs="nodes"),
    FigureSpec(
        "gaps-membership",
        "Countries without known membership",
        membership,
        needs="roles",
        of_release=True,
    ),
    FigureSpec("gaps-suggestions", "Who should meet", suggestions),
)
