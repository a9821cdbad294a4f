"""Sentences on chance, completeness and the days of the data."""

from __future__ import annotations

from datetime import date

import networkx as nx
import pytest
import yaml

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from tests import ROOT
from tests.api.report.brute_force import World
from tests.api.report.claims.counted import Check

__all__ = ["CHECKS"]

SOURCES = ROOT / "ingest" / "sources"


def _home(data: ReportData, world: World, claim: Claim) -> None:
    net = world.graph.subgraph(n for n in world.graph if world.country(n)).copy()
    nx.set_node_attributes(net, {n: world.country(n) for n in net}, "country")
    found = nx.attribute_assortativity_coefficient(net, "country")
    assert claim.values["assortativity"] == pytest.approx(found)


def _least(data: ReportData, world: World, claim: Claim) -> None:
    every = {row["entity"] for _, row in world.tables["classifications"]
             if not row["topic"].startswith("pm-relevance/")}  # fmt: skip
    rows = world.rows
    stated = {
        "country": sum(bool(row["country"]) for row in rows),
        "type of organisation": sum(bool(row["type"]) for row in rows),
        "dates": sum(bool(row["start"]) for row in rows),
        "topic of the activity": sum(row["activity"] in every for row in rows),
        "EU contribution": sum(row["amount"] is not None for row in rows),
    }
    least = min(stated.values())
    assert claim.values["roles"] == len(rows)
    assert claim.values["share"] == pytest.approx(least / len(rows))
    assert stated[str(claim.values["what"])] == least


def _days(data: ReportData, world: World, claim: Claim) -> None:
    newest: dict[str, str] = {}
    for source, row in world.tables["roles"]:
        if row["seen"]:
            newest[source] = max(newest.get(source, ""), row["seen"][:10])
    assert claim.values["days"] == [f"{name}={day}" for name, day in sorted(newest.items())]
    built = date.fromisoformat(str(claim.values["built"]))
    for name, day in newest.items():
        age = (built - date.fromisoformat(day)).days
        days = "1 day" if age == 1 else f"{age:,} days"
        # by the name that people know, without what follows it: CORDIS, not cordis
        title = yaml.safe_load((SOURCES / name / "source.yml").read_text("utf-8"))["title"]
        assert f"{title.split(',')[0]} {day} ({days} before)" in claim.sentence


CHECKS: dict[str, Check] = {
    "method-chance.home": _home,
    "method-coverage.least": _least,
    "method-coverage.days": _days,
}
