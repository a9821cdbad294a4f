"""The actions of the family in numbers: partners, countries, money."""

from __future__ import annotations

from typing import Any

import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.claims.coverage import activities
from permed.api.report.family.recorded import actions_in_words, activity_counts
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.graph.network.projection.selection import FAMILY

__all__ = ["FIGURE_SPECS"]

_SHOWN = 20
_CALL = "tables/counting/activity_counts.parquet of the release, joined with its activities"


def actions(report: ReportData) -> Content:
    """Every action with its partners as the counting rule has them."""
    counts = activity_counts(report).select("activity", "partners", "countries", "ec_contribution")
    table = (
        activities(report.rows)
        .filter(pl.col("kind").is_in(FAMILY))
        .select("activity", "label", "kind", "start", "end")
        .join(counts, on="activity", how="left")
        .with_columns(
            pl.col("partners", "countries").fill_null(0),
            eur=pl.col("ec_contribution").cast(pl.Float64, strict=False),
        )
        .drop("ec_contribution")
        .sort(["partners", "activity"], descending=[True, False])
    )
    if table.is_empty():
        none = "No coordination and support action, partnership or network is in this selection."
        return Content((Claim("family-actions.largest", none),), "", table, _CALL)
    first = table.row(0, named=True)
    lone = int((table["partners"] < 2).sum())
    claims = [
        Claim(
            "family-actions.largest",
            _largest(table.height, first),
            {"actions": table.height, "action": first["label"], "partners": first["partners"],
             "countries": first["countries"]},
        )
    ]  # fmt: skip
    if lone:
        claims.append(
            Claim(
                "family-actions.alone",
                f"Of {'one' if lone == 1 else lone} of them fewer than two partners are recorded, "
                "so that nobody can be seen to work together there.",
                {"alone": lone},
            )
        )
    return Content(
        tuple(claims),
        "Partners are counted by the one rule of this graph: parts and predecessors count as one, "
        "contacts and countries that stand for their organisations add nothing. Countries are "
        "those of partners and funders and those named themselves. The EU contribution is what "
        "roles state, each once.",
        table,
        _CALL,
        table=DisplayTable.of(
            table.head(_SHOWN).with_columns(
                kind=pl.col("kind").replace(_KINDS), eur=pl.col("eur") / 1e6
            ),
            {
                "label": DisplayColumn("Action"),
                "kind": DisplayColumn("Kind"),
                "start": DisplayColumn("From"),
                "end": DisplayColumn("To"),
                "partners": DisplayColumn("Partners", number(), right=True),
                "countries": DisplayColumn("Countries", number(), right=True),
                "eur": DisplayColumn("EU contribution, M€", number(1), right=True),
            },
        ),
    )


def _largest(many: int, first: dict[str, Any]) -> str:
    partners, countries = (f"{first[name]:,}" for name in ("partners", "countries"))
    if many == 1:
        return (
            f"{first['label']} is the only {actions_in_words(1)} here; its partners are "
            f"{partners}, of {countries} countries."
        )
    return (
        f"Of {many:,} {actions_in_words(many)} {first['label']} has the most partners ({partners}, "
        f"of {countries} countries)."
    )


_KINDS = {
    "csa": "coordination and support", "partnership": "partnership",
    "funding-network": "funding network", "consortium": "consortium",
}  # fmt: skip

FIGURE_SPECS = (
    FigureSpec("family-actions", "The actions in numbers", actions, needs="nodes", of_release=True),
)
