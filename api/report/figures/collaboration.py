"""With whom: communities, flows from type to topic to country, striking pairs, strongest bonds."""

from __future__ import annotations

import polars as pl

from permed.api.report.claims.claim import Claim, said, share
from permed.api.report.drawing.communities import draw
from permed.api.report.drawing.parallel_sets import flow_picture
from permed.api.report.figures.country_pairs import pairs
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
    percent,
    plain,
)
from permed.api.text.names import shortened
from permed.api.text.one_house import names_suggest_one_house

__all__ = ["FIGURE_SPECS", "topical"]

_COMMUNITIES = 10
_PAIRS = 10
_BONDS = 15
_KEPT = 12  # values of a column of the flow picture; the rest is gathered
_LEAST = 0.018  # least share of a value that is named there


def communities(report: ReportData) -> Content:
    """Communities drawn, named and counted, with how sure their members are."""
    found = report.communities
    sure = pl.DataFrame({"community": found.labels, "certainty": found.certainty}).with_columns(
        pl.col("certainty").fill_nan(None)
    )
    table = report.community_table.join(
        sure.group_by("community").agg(pl.col("certainty").mean()), on="community", how="left",
        maintain_order="left",
    ).with_columns(number=pl.col("community") + 1)  # fmt: skip
    large = table.head(_COMMUNITIES)
    claims = _community_claims(report, table)
    finding = said(claims)
    shown = large.with_columns(
        mark=pl.concat_list(
            pl.col("countries").list.eval(pl.element().replace(report.country_names)), "topics"
        ),
        hub=pl.col("hub").map_elements(lambda n: shortened(n, 40), return_dtype=pl.String),
    )
    return Content(
        claims,
        "A community is a group with more ties inside than chance would give (Leiden method, "
        f"consensus of {found.runs} runs). It is marked by what its activities have more of than "
        "chance, in at least three of them; one project marks nothing. Certainty is the share of "
        "runs in which a member was with the others: it can be high in the core of a community "
        "while the runs disagree on its border. The picture shows each community with its best "
        "connected members, larger with more partners; bands are as wide as the ties between two "
        "are many.",
        table,
        "permed.graph.network.communities.consensus.communities(network), profile.describe(...)",
        svg=draw(report.network, found.labels, large, finding),
        alt=f"Drawing of the network. {finding}",
        table=DisplayTable.of(
            shown,
            {
                "number": DisplayColumn("No.", number(), right=True),
                "mark": DisplayColumn("Marked by", plain),
                "hub": DisplayColumn("Around"),
                "size": DisplayColumn("Members", number(), right=True),
                "certainty": DisplayColumn("Certainty", percent(), right=True),
            },
        ),
    )


def _community_claims(report: ReportData, table: pl.DataFrame) -> tuple[Claim, ...]:
    found = report.communities
    large = table.head(_COMMUNITIES)
    held = int(large["size"].sum()) / report.network.size
    word = "stable" if found.stability >= 0.8 else "fairly stable" if found.stability >= 0.6 \
        else "soft"  # fmt: skip
    who = f"the {large.height} largest" if large.height < table.height else "together they"
    caution = "" if word == "stable" else ": read borders between communities as shades, not lines"
    return (
        Claim(
            "whom-circles.count",
            f"The network falls into {table.height:,} communities of two or more; {who} hold "
            f"{share(held)} of all organisations.",
            {"communities": table.height, "large": large.height, "share": held},
        ),
        Claim(
            "whom-circles.stability",
            f"The division is {word} (agreement between runs {found.stability:.2f} of 1){caution}.",
            {"agreement": found.stability, "word": word},
        ),
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
        none = "No activity of this selection has a topic, so nothing flows."
        return Content((Claim("whom-flows.most", none, coverage=0.0),), "", table, _FLOWS)
    gathered = table.with_columns(_gather(table, name) for name in ("type", "topic", "country"))
    kept = table.group_by("topic").agg(pl.col("participations").sum())
    first = kept.sort(["participations", "topic"], descending=[True, False]).row(0, named=True)
    drawn = first["participations"] / table["participations"].sum()
    claim = Claim(
        "whom-flows.most",
        f"“{first['topic'].capitalize()}” draws {share(drawn)} of the participations that have a "
        "topic.",
        {"share": drawn, "topic": first["topic"].capitalize()},
        coverage=rows.join(about, on="activity", how="semi").height / max(rows.height, 1),
    )
    finding = claim.sentence
    return Content(
        (claim,),
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


def bonds(report: ReportData) -> Content:
    """The pairs of organisations with most joint work."""
    nodes, edges, own = report.network.nodes, report.network.proper, report.own
    table = (
        pl.DataFrame({
            "one": nodes["label"].gather(edges["source"]),
            "one_country": nodes["country"].gather(edges["source"]),
            "other": nodes["label"].gather(edges["target"]),
            "other_country": nodes["country"].gather(edges["target"]),
            "weight": edges["weight"],
        })
        .filter(pl.Series(own[edges["source"]] | own[edges["target"]]))
        .sort(["weight", "one", "other"], descending=[True, False, False])
    )  # fmt: skip
    return Content(
        _bond_claims(report, table),
        "The weight is the number of joint activities unless another weight was chosen. A mark in "
        "the last column says that the two names and the country suggest one house, such as a "
        "university and its hospital; it goes by names alone. The data file holds all ties.",
        table,
        "permed.graph.network.project(data).proper",
        table=DisplayTable.of(
            table.head(_BONDS).with_columns(
                pl.col("one_country", "other_country").map_elements(
                    report.country_name, return_dtype=pl.String, skip_nulls=False
                ),
                pl.struct(*_ENDS).map_elements(_one_house, return_dtype=pl.String).alias("house"),
            ),
            {
                "one": DisplayColumn("Organisation"),
                "one_country": DisplayColumn("Country"),
                "other": DisplayColumn("With"),
                "other_country": DisplayColumn("Country"),
                "weight": DisplayColumn(
                    "Joint activities" if report.selection.weight == "count" else "Weight",
                    number(),
                    right=True,
                ),
                "house": DisplayColumn("One house?"),
            },
        ),
    )


_ENDS = ("one", "one_country", "other", "other_country")


def _one_house(bond: dict[str, str | None]) -> str:
    alike = names_suggest_one_house(bond["one"] or "", bond["other"] or "")
    return "by name" if alike and bond["one_country"] == bond["other_country"] else ""


def _bond_claims(report: ReportData, table: pl.DataFrame) -> tuple[Claim, ...]:
    if table.is_empty():
        return (Claim("whom-bonds.strongest", f"No tie leads to {report.whose}."),)
    first = table.row(0, named=True)
    together = f"{first['weight']:g} joint activities" if report.selection.weight == "count" \
        else f"weight {first['weight']:g}"  # fmt: skip
    claims = [
        Claim(
            "whom-bonds.strongest",
            f"The strongest tie joins {first['one']} and {first['other']} ({together}).",
            {"weight": first["weight"], "one": first["one"], "other": first["other"]},
        )
    ]
    if report.selection.weight == "count":
        once = int((table["weight"] <= 1).sum()) / table.height
        whose = f" of {report.whose}" if report.whose else ""
        claims.append(
            Claim(
                "whom-bonds.once",
                f"{share(once).capitalize()} of all ties{whose} rest on one single activity.",
                {"share": once},
            )
        )
    return tuple(claims)


FIGURE_SPECS = (
    FigureSpec("whom-circles", "Communities", communities),
    FigureSpec("whom-flows", "From kind of organisation to topic to country", flows, needs="nodes"),
    FigureSpec(
        "whom-pairs",
        "Countries that seek each other, and that do not",
        pairs,
        beside_chance=True,
    ),
    FigureSpec("whom-bonds", "The strongest bonds", bonds),
)
