"""With whom: communities, flows from type to topic to country, striking pairs, strongest bonds."""

from __future__ import annotations

import altair as alt
import polars as pl

from permed.api.report.drawing.charts import WIDTH, paint
from permed.api.report.drawing.colours import LIGHT
from permed.api.report.drawing.communities import draw
from permed.api.report.drawing.parallel_sets import flow_picture
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
    percent,
)
from permed.api.text.names import shortened

__all__ = ["FIGURE_SPECS", "topical"]

_CIRCLES = 10
_PAIRS = 10
_BONDS = 15
_KEPT = 12  # values of a column of the flow picture; the rest is gathered
_LEAST = 0.018  # least share of a value that is named there


def circles(report: ReportData) -> Content:
    """Communities drawn, named and counted, with how sure their members are."""
    found = report.communities
    sure = pl.DataFrame({"community": found.labels, "certainty": found.certainty}).with_columns(
        pl.col("certainty").fill_nan(None)
    )
    table = report.circles.join(
        sure.group_by("community").agg(pl.col("certainty").mean()), on="community", how="left",
        maintain_order="left",
    ).with_columns(number=pl.col("community") + 1)  # fmt: skip
    large = table.head(_CIRCLES)
    inside = large["size"].sum() / report.network.size
    finding = (
        f"The network falls into {table.height} circles of two or more; the {large.height} largest "
        f"hold {inside:.0%} of all organisations. {_stability(found.stability)}"
    )
    shown = large.with_columns(
        mark=pl.concat_list("countries", "topics"),
        hub=pl.col("hub").map_elements(lambda n: shortened(n, 40), return_dtype=pl.String),
    )
    return Content(
        finding,
        "A circle is a group with more ties inside than chance would give (Leiden method, "
        f"consensus of {found.runs} runs). It is named after what it has more of than chance, if "
        "anything; else after its best connected member. Certainty is the share of runs in which "
        "a member was with the others of its circle. The picture shows each circle with its best "
        "connected members, larger with more partners; bands are as wide as the ties between two "
        "circles are many.",
        table,
        "permed.graph.network.communities.consensus.communities(network), profile.describe(...)",
        svg=draw(report.network, found.labels, large, finding),
        alt=f"Drawing of the network. {finding}",
        table=DisplayTable.of(
            shown,
            {
                "number": DisplayColumn("No.", number(), right=True),
                "mark": DisplayColumn("Marked by"),
                "hub": DisplayColumn("Around"),
                "size": DisplayColumn("Members", number(), right=True),
                "certainty": DisplayColumn("Certainty", percent(), right=True),
            },
        ),
    )


def _stability(value: float) -> str:
    if value >= 0.8:
        return f"The division is stable (agreement between runs {value:.2f} of 1)."
    word = "fairly stable" if value >= 0.6 else "soft"
    return (
        f"The division is {word} (agreement between runs {value:.2f} of 1): read borders between "
        "circles as shades, not lines."
    )


def topical(report: ReportData, depth: int) -> pl.DataFrame:
    """Subjects of the network's activities (activity, topic_label), at that depth of their tree."""
    mine = report.subjects.topics.join(
        report.rows.select("activity").unique(), on="activity", how="semi"
    )
    broader = report.field_at(depth)
    up = mine["topic"].unique().to_frame().with_columns(field=pl.col("topic").replace(broader))
    label = pl.coalesce(pl.col("field").replace_strict(report.topic_names, default=None),
                        "topic_label")  # fmt: skip
    return (
        mine.join(up, on="topic")
        .select("activity", topic_label=label)
        .unique()
        .sort("activity", "topic_label")
    )


def flows(report: ReportData) -> Content:
    """Participations by type of organisation, topic of the activity, and country."""
    rows = report.rows.select(
        "activity",
        type=pl.col("agent_type").fill_null("not stated").str.replace_all("-", " "),
        country=pl.col("agent_country").replace(report.country_names).fill_null("not stated"),
    )
    about = topical(report, 2).with_columns(
        share=1 / pl.len().over("activity")
    ).select("activity", "share", topic="topic_label")  # fmt: skip
    table = (
        rows.join(about, on="activity")
        .group_by("type", "topic", "country")
        .agg(pl.col("share").sum().alias("participations"))
        .sort(["participations", "type", "topic", "country"], descending=[True] + [False] * 3)
    )
    if table.is_empty():
        return Content(
            "No activity of this selection has a topic, so nothing flows.", "", table, _FLOWS
        )
    gathered = table.with_columns(_gather(table, name) for name in ("type", "topic", "country"))
    kept = table.group_by("topic").agg(pl.col("participations").sum())
    first = kept.sort(["participations", "topic"], descending=[True, False]).row(0, named=True)
    finding = (
        f"“{first['topic'].capitalize()}” draws "
        f"{first['participations'] / table['participations'].sum():.0%} of the participations that "
        "have a topic."
    )
    return Content(
        finding,
        "Each participation flows from the type of the organisation over the topic of its activity "
        "to its country; an activity of several topics is shared between them evenly. Only the "
        "largest of each column are named; the strong ribbon is the largest topic.",
        table,
        _FLOWS,
        svg=flow_picture(gathered, finding),
        alt=f"Flows from type of organisation to topic to country. {finding}",
    )


_FLOWS = "permed.graph.network.Scope(...).apply(data), joined with data.topics"


def _gather(table: pl.DataFrame, name: str) -> pl.Expr:
    """The largest values that are tall enough for a label; the rest becomes `other`."""
    sums = table.group_by(name).agg(pl.col("participations").sum())
    tall = sums.filter(pl.col("participations") >= _LEAST * pl.col("participations").sum())
    largest = tall.sort(["participations", name], descending=[True, False])[name].head(_KEPT)
    return pl.when(pl.col(name).is_in(largest.to_list())).then(name).otherwise(pl.lit("other"))


def pairs(report: ReportData) -> Content:
    """Pairs of countries that work together more, or less, than their activity explains."""
    known = report.pairs.filter(
        pl.col("z").is_not_null() & (pl.col("one") != pl.col("other"))
    ).with_columns(
        pair=pl.concat_str(
            pl.col("one").replace(report.country_names),
            pl.col("other").replace(report.country_names), separator=" and ",
        )
    )  # fmt: skip
    # a rare pair has a large z by one single activity
    common = known.filter(pl.max_horizontal("observed", "null_mean") >= 20)
    striking = common if common.height >= 4 else known
    if striking.is_empty():
        return Content(
            "No pair of countries differs from chance: the null model does not vary here.",
            "", known, _PAIR_CALL,
        )  # fmt: skip
    ordered = striking.sort(["z", "pair"], descending=[True, False])
    shown = pl.concat([ordered.head(_PAIRS), ordered.tail(_PAIRS)]).unique(
        "pair", keep="first", maintain_order=True
    )
    first, last = shown.row(0, named=True), shown.row(-1, named=True)
    finding = (
        f"{first['pair']} share more than their activity explains ({first['observed']:,.0f} ties, "
        f"{first['null_mean']:,.0f} by chance)"
    )
    finding += (
        f"; {last['pair']} fewer ({last['observed']:,.0f}, {last['null_mean']:,.0f} by chance)."
        if last["z"] < 0 else "."
    )  # fmt: skip
    return Content(
        finding,
        "Bars show by how many standard deviations the ties between two countries lie above or "
        "below those of random networks in which every organisation keeps its number of "
        "activities and every activity its size. Pairs below 20 ties are left out of the picture.",
        known,
        _PAIR_CALL,
        svg=_pair_chart(shown, finding),
        alt=finding,
    )


_PAIR_CALL = (
    "permed.graph.network.comparison.null_model.pair_scores(network, 'country', samples=20)"
)


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


def bonds(report: ReportData) -> Content:
    """The pairs of organisations with most joint work."""
    nodes, edges = report.network.nodes, report.network.proper
    table = (
        pl.DataFrame({
            "one": nodes["label"].gather(edges["source"]),
            "one_country": nodes["country"].gather(edges["source"]),
            "other": nodes["label"].gather(edges["target"]),
            "other_country": nodes["country"].gather(edges["target"]),
            "weight": edges["weight"],
        })
        .sort(["weight", "one", "other"], descending=[True, False, False])
        .head(200)
    )  # fmt: skip
    first = table.row(0, named=True)
    once = (edges["weight"] <= 1).mean()
    tail = (
        f" {once:.0%} of all ties rest on one single activity."
        if report.selection.weight == "count" and isinstance(once, float) else ""
    )  # fmt: skip
    return Content(
        f"The strongest tie joins {first['one']} and {first['other']} "
        f"(weight {first['weight']:g}).{tail}",
        "The weight is the number of joint activities unless another weight was chosen. The data "
        "file holds the 200 strongest.",
        table,
        "permed.graph.network.project(data).proper",
        table=DisplayTable.of(
            table.head(_BONDS),
            {
                "one": DisplayColumn("Organisation"),
                "one_country": DisplayColumn("Country"),
                "other": DisplayColumn("With"),
                "other_country": DisplayColumn("Country"),
                "weight": DisplayColumn("Weight", number(), right=True),
            },
        ),
    )


FIGURE_SPECS = (
    FigureSpec("whom-circles", "Communities", circles),
    FigureSpec("whom-flows", "From kind of organisation to topic to country", flows, needs="nodes"),
    FigureSpec("whom-pairs", "Countries that seek each other, and that do not", pairs),
    FigureSpec("whom-bonds", "The strongest bonds", bonds),
)
