"""What is missing: topics, memberships, and pairs that should meet."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.drawing.charts import paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.figures.collaboration import topical
from permed.api.report.figures.countries import TILES, binned, steps
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.api.text.names import sentence_list
from permed.graph.network.link_prediction.backtest import Validation, validate
from permed.graph.network.link_prediction.suggestions import suggest

__all__ = ["FIGURE_SPECS"]

_TOPICS, _COUNTRIES = 14, 34
_SUGGESTED = 12
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
        return Content(
            "No activity of this selection has both a topic and a country.", "", cells, _CELLS
        )
    grid = _grid(cells, about)
    empty = grid.filter(pl.col("activities") == 0)
    finding = _topic_finding(grid, empty)
    return Content(
        finding,
        "Rows are the topics with most activities, columns the countries of Europe with most "
        "activities. A ring marks a topic on which no organisation of the country works in this "
        "selection. Few activities overall make empty cells likely: read a row of rings, not one.",
        cells.sort("country", "topic"),
        _CELLS,
        svg=_topic_chart(grid, finding),
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


def _topic_finding(grid: pl.DataFrame, empty: pl.DataFrame) -> str:
    if empty.is_empty():
        return "Every country shown works on every topic shown."
    thin = empty.group_by("topic").len("n").sort(["n", "topic"], descending=[True, False]).row(0)
    count = grid["country"].n_unique()
    return (
        f"For {empty.height:,} of {grid.height:,} pairs of topic and country nobody takes part; "
        f"“{thin[0].capitalize()}” reaches only {count - thin[1]} of {count} countries."
    )


def _topic_chart(grid: pl.DataFrame, finding: str) -> str:
    columns = grid.sort("country_rank")["country"].unique(maintain_order=True).to_list()
    lines = grid.sort("topic_rank")["topic"].unique(maintain_order=True).to_list()
    bounds = steps(grid["activities"])
    base = alt.Chart(grid).encode(
        x=alt.X("country:N", sort=columns, title=None).axis(
            orient="top", labelAngle=0, labelFontSize=9.5, ticks=False, domain=False,
            labelPadding=3,
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
    counted = (
        report.role_data.roles.filter(pl.col("agent_country").is_not_null())
        .group_by(country="agent_country", kind="activity_kind")
        .agg(pl.col("activity").n_unique().alias("n"))
    )
    present = [kind for kind in _KINDS if kind in counted["kind"].unique().to_list()]
    wide = europe.join(
        counted.filter(pl.col("kind").is_in(present)).pivot("kind", index="country", values="n"),
        on="country", how="left",
    ).with_columns(pl.col(present).fill_null(0))  # fmt: skip
    table = wide.with_columns(kinds=pl.sum_horizontal(pl.col(k) > 0 for k in present)).sort(
        ["kinds", "label"]
    )
    finding = _membership_finding(table, present)
    return Content(
        finding,
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


def _membership_finding(table: pl.DataFrame, present: list[str]) -> str:
    if not present or table.is_empty():
        return "No role of the release names a country, so no gap can be told."
    full = int((table["kinds"] == len(present)).sum())
    members = table.filter(pl.col("eu_status") == "member-state")
    outside = sentence_list(members.filter(pl.col("consortium") == 0)["label"].head(8).to_list()) \
        if "consortium" in present else ""  # fmt: skip
    lack = f" Member states without a known consortium member among them: {outside}." \
        if outside else ""  # fmt: skip
    return f"{full} of {table.height} countries are in all {len(present)} kinds of activity.{lack}"


def suggestions(report: ReportData) -> Content:
    """Pairs across borders that share partners and topics and have never worked together."""
    report.say("looking for pairs that should meet")
    table = suggest(report.evidence, count=100, abroad=True)
    if table.is_empty():
        return Content(
            "No two organisations of different countries share both a partner and a topic without "
            "working together.", "", table, _SUGGEST,
        )  # fmt: skip
    first = table.row(0, named=True)
    finding = (
        f"{first['one_label']} and {first['other_label']} share {first['joint_partners']} partners "
        "and topics, and have no joint activity yet."
    )
    return Content(
        finding,
        "Score is the weight of joint partners (Adamic and Adar 2003: rare partners say more) "
        f"times the likeness of topics. {_validated(report)} A suggestion is a question to ask, "
        "not a forecast.",
        table,
        _SUGGEST,
        table=DisplayTable.of(
            table.head(_SUGGESTED).with_columns(pl.col("joint_topics").list.head(3)),
            {
                "one_label": DisplayColumn("Organisation"),
                "one_country": DisplayColumn("Country"),
                "other_label": DisplayColumn("Should meet"),
                "other_country": DisplayColumn("Country"),
                "joint_partners": DisplayColumn("Joint partners", number(), right=True),
                "joint_topics": DisplayColumn("Joint topics"),
                "score": DisplayColumn("Score", number(1), right=True),
            },
        ),
    )


_SUGGEST = "link_prediction.suggestions.suggest(evidence(data), count=100, abroad=True)"


def _validated(report: ReportData) -> str:
    """How good the score was at telling the newest year."""
    checked = validate(report.subjects, report.target, report.selection.scope)
    row = checked.table.filter(pl.col("score") == "both")
    if row.is_empty() or row["auc"][0] is None:
        return f"It could not be checked here: {checked.note or 'too few new pairs'}."
    found, hits, luck = row["auc"][0], row["precision"][0], row["chance"][0]
    lift = f", {hits / luck:,.0f} times chance" if hits and luck else ""
    best = f"; of the best 100 pairs {hits:.0%} met that year{lift}" if hits is not None else ""
    return (
        f"Checked by hiding {checked.year}: a pair that then met scored higher than one that did "
        f"not in {found:.0%} of comparisons{best}.{_rival(checked)}"
    )


def _rival(checked: Validation) -> str:
    """How the score did that is learnt from who met before."""
    row = checked.table.filter(pl.col("score") == "learnt")
    if row.is_empty() or row["auc"][0] is None:
        return ""
    hits = f" and {row['precision'][0]:.0%}" if row["precision"][0] is not None else ""
    return (
        f" A score learnt from who met before (`permed network suggest`) gives {row['auc'][0]:.0%}"
        f"{hits}: it foresees who will meet, this one asks who has reasons to."
    )


FIGURE_SPECS = (
    FigureSpec("gaps-topics", "Topics without countries", topics, needs="nodes"),
    FigureSpec("gaps-membership", "Countries without membership", membership, needs="roles"),
    FigureSpec("gaps-suggestions", "Who should meet", suggestions),
)
