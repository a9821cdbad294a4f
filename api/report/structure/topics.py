"""Who works across topics that seldom go together."""

from __future__ import annotations

import numpy as np
import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.graph.network.measures.topic_diversity import topic_diversity

__all__ = ["FIGURE_SPECS"]

_SHOWN, _LEAST, _FEW = 12, 5, 5
_CALL = "permed.graph.network.measures.topic_diversity.topic_diversity(network, data.topics)"


def breadth(report: ReportData) -> Content:
    """Diversity of topics of the organisations with enough activities to have one."""
    own = report.network.nodes.filter(pl.Series(report.own))["id"].implode()
    table = topic_diversity(report.network, report.subjects.topics).filter(
        (pl.col("activities") >= _LEAST) & pl.col("id").is_in(own)
    )
    if table.height < _FEW:
        none = f"Too few organisations have {_LEAST} or more activities and a topic to compare."
        return Content((Claim("who-topics.widest", none),), "", table, _CALL)
    first = table.row(0, named=True)
    middle = float(np.median(table["diversity"].to_numpy()))
    claim = Claim(
        "who-topics.widest",
        f"Of {table.height:,} organisations with {_LEAST} or more activities, {first['label']} "
        f"works across the most different topics (diversity {first['diversity']:.2f}; the middle "
        f"one {middle:.2f}).",
        {
            "organisations": table.height,
            "organisation": first["label"],
            "diversity": first["diversity"],
            "middle": middle,
        },
        coverage=_stated(report),
    )
    return Content(
        (claim,),
        "Diversity (Rao 1982, Stirling 2007) is the mean distance between the topics of two of an "
        "organisation's topic labels drawn at random; two topics are near where the same "
        "activities carry both. Near 0: one topic, or such as always go together; near 1: many "
        "that never do. It grows with the number of activities: compare organisations of like "
        "size.",
        table,
        _CALL,
        table=DisplayTable.of(
            table.head(_SHOWN).with_columns(
                country=pl.col("country").map_elements(
                    report.country_name, return_dtype=pl.String, skip_nulls=False
                )
            ),
            {
                "label": DisplayColumn("Organisation"),
                "country": DisplayColumn("Country"),
                "activities": DisplayColumn("Activities", number(), right=True),
                "topics": DisplayColumn("Topics", number(), right=True),
                "diversity": DisplayColumn("Diversity", number(2), right=True),
            },
        ),
    )


def _stated(report: ReportData) -> float:
    """Share of the roles whose activity has a topic."""
    about = report.subjects.topics["activity"].unique().to_list()
    return int(report.rows["activity"].is_in(about).sum()) / max(report.rows.height, 1)


FIGURE_SPECS = (FigureSpec("who-topics", "Breadth of topics", breadth),)
