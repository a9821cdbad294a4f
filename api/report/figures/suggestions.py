"""Who should meet: pairs that share partners and topics, and how good that was before."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    number,
)
from permed.api.text.names import sentence_list
from permed.graph.network.link_prediction.backtest import Validation, validate
from permed.graph.network.link_prediction.met_elsewhere import DUMPS, meetings, strangers
from permed.graph.network.link_prediction.suggestions import suggest

__all__ = ["suggestions", "wilson"]

_SUGGESTED, _BEST, _LOOKED_AT = 12, 100, 5_000


def suggestions(report: ReportData) -> Content:
    """Pairs across borders that share partners and topics, without an activity of both here."""
    report.say("looking for pairs that should meet")
    table = _pairs(report)
    if table.is_empty():
        none = (
            "No two organisations of different countries share both a partner and a topic without "
            "working together in this selection."
        )
        return Content((Claim("gaps-suggestions.first", none),), "", table, _SUGGEST)
    checked = validate(report.subjects, report.target, report.selection.scope)
    return Content(
        (_suggestion_claim(table), *_hindsight(checked)),
        "Score is the weight of joint partners (Adamic and Adar 2003: rare partners say more) "
        "times the likeness of topics. Pairs that share an activity of the release, or a project "
        f"of {DUMPS}, are left out; of those marked “here only” one is not known there, and the "
        "two may well have met. A suggestion is a question to ask, not a forecast.",
        table,
        _SUGGEST,
        table=DisplayTable.of(
            table.head(_SUGGESTED).with_columns(
                pl.col("one_country", "other_country").map_elements(
                    report.country_name, return_dtype=pl.String, skip_nulls=False
                )
            ),
            {
                "one_label": DisplayColumn("Organisation"),
                "one_country": DisplayColumn("Country"),
                "other_label": DisplayColumn("Should meet"),
                "other_country": DisplayColumn("Country"),
                "joint_partners": DisplayColumn("Joint partners", number(), right=True),
                "joint_topics": DisplayColumn("Joint topics"),
                "looked_up": DisplayColumn("Looked up", _where_looked),
                "score": DisplayColumn("Score", number(1), right=True),
            },
        ),
    )


def _where_looked(value: object) -> str:
    return "in EU projects" if value else "here only"


_SUGGEST = "link_prediction.suggestions.suggest(evidence(data), count=100, abroad=True)"


def _pairs(report: ReportData) -> pl.DataFrame:
    """The best hundred of the best thousands that have not met anywhere else either."""
    table = suggest(report.evidence, count=_LOOKED_AT, abroad=True)
    if report.whose:
        own = report.network.nodes.filter(pl.Series(report.own))["id"].implode()
        table = table.filter(pl.col("one").is_in(own) | pl.col("other").is_in(own))
    known = meetings(report.role_data, report.release.all_tables())
    return strangers(table, known).head(_BEST)


def _suggestion_claim(table: pl.DataFrame) -> Claim:
    first = table.row(0, named=True)
    topics_ = first["joint_topics"]
    partners = first["joint_partners"]
    where = f"nor in a project of {DUMPS}" if first["looked_up"] else "(not looked up elsewhere)"
    return Claim(
        "gaps-suggestions.first",
        f"{first['one_label']} and {first['other_label']} share {partners:,} "
        f"partner{'' if partners == 1 else 's'} and work on {sentence_list(topics_)}, and have no "
        f"joint activity in this release {where}.",
        {"partners": partners, "one": first["one_label"], "other": first["other_label"],
         "topics": topics_, "looked": where},
    )  # fmt: skip


def _hindsight(checked: Validation) -> tuple[Claim, ...]:
    """How good the scores were at telling the newest year."""
    words = {"both": "This score", "learnt": "The score learnt from who met before"}
    found = [
        _hindsight_claim(checked, row, words[row["score"]])
        for row in checked.table.sort("score").iter_rows(named=True)  # the one used, then the rival
        if row["score"] in words and row["auc"] is not None and row["precision"] is not None
    ]
    if found:
        return tuple(found)
    why = checked.note or "too few new pairs"
    return (
        Claim(
            "gaps-suggestions.unchecked",
            f"The score could not be checked here: {why}.",
            {"year": checked.year} if checked.year else {},
        ),
    )


def _hindsight_claim(checked: Validation, row: dict[str, Any], words: str) -> Claim:
    """Hits among the best pairs, with their interval (Wilson 1927) and what chance would hit."""
    count = row["k"]
    hits = round(row["precision"] * count)
    low, high = wilson(hits, count)
    return Claim(
        f"gaps-suggestions.{row['score']}",
        f"{words}, with {checked.year} hidden, foresaw {hits} of its best {count} pairs "
        f"({low:.0%} to {high:.0%}; any pair {row['chance']:.2%}), and set a pair that met above "
        f"one that did not in {row['auc']:.0%} of comparisons.",
        {"hits": hits, "best": count, "year": checked.year or 0, "auc": row["auc"]},
        chance=row["chance"] * count,
        interval=(low * count, high * count),
    )


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    return max((middle - spread) / whole, 0.0), min((middle + spread) / whole, 1.0)
