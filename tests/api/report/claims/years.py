"""Sentences on years: starts, growth, coverage, the family through time."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from tests.api.report import brute_force
from tests.api.report.brute_force import FAMILY, World
from tests.api.report.claims.counted import Check, starts_of

__all__ = ["CHECKS", "weak_years"]


def _starts(data: ReportData, world: World, claim: Claim) -> None:
    years = Counter(first.year for first in starts_of(world.rows).values())
    values = claim.values
    assert (values["activities"], values["first"], values["last"]) == (
        years.total(), min(years), max(years),
    )  # fmt: skip
    assert values["most"] == max(years.values()) == years[int(str(values["top"]))]
    assert claim.coverage == pytest.approx(years.total() / len({r["activity"] for r in world.rows}))


def weak_years(world: World, last: int) -> dict[int, list[int]]:
    found = brute_force.by_year(world.joint_work)
    span = range(min(found), min(last, max(found)) + 1)
    ordered = sorted(len(found.get(year, [])) for year in span)
    n = len(ordered)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return {
        year: sizes for year in span
        for sizes in [found.get(year, [])]
        if len(sizes) < middle / 4 or 2 * sizes.count(1) >= len(sizes)
    }  # fmt: skip


def _weak_years(data: ReportData, world: World, claim: Claim) -> None:
    weak = weak_years(world, data.year)
    assert claim.values["years"] == [str(year) for year in weak]
    told = re.findall(r"(\d{4}): ([\d,]+) activit(?:y|ies), ([\d,]+) of them", claim.sentence)
    assert told == [(str(y), f"{len(s):,}", f"{s.count(1):,}") for y, s in weak.items()]
    assert re.search(r"\b1 activities", claim.sentence) is None


def _windows(data: ReportData, world: World) -> list[tuple[int, set[str]]]:
    """First year and organisations of the newest windows in a row that no weak year touches."""
    weak = set(weak_years(world, data.year))
    run: list[tuple[int, set[str]]] = []
    begun = [row["start"].year for row in world.rows if row["start"]]
    for year in range(max(min(begun), 2013), min(data.complete_year, max(begun)) - 1):
        if weak & set(range(year, year + 3)):
            run = []
            continue
        inside = brute_force.during(world.rows, date(year, 1, 1), date(year + 2, 12, 31))
        members = brute_force.events(inside).values()
        run.append((year, set().union(*members)))
    return run


def _growth(data: ReportData, world: World, claim: Claim) -> None:
    run = _windows(data, world)
    (one, before), (two, after) = run[0], run[-1]
    assert claim.values["before"] == len(before)
    assert claim.values["after"] == len(after)
    assert claim.values["first"] == f"{one}–{one + 2}"
    assert claim.values["last"] == f"{two}–{two + 2}"


def _turnover(data: ReportData, world: World, claim: Claim) -> None:
    before, after = (members for _, members in _windows(data, world)[-2:])
    assert claim.values["newcomers"] == len(after - before)
    assert claim.values["leavers"] == len(before - after)


def _family(data: ReportData, world: World, claim: Claim) -> None:
    rows = [row for row in world.rows if row["kind"] in FAMILY]
    starts = starts_of(rows)
    ends: dict[str, date] = {}
    for row in rows:
        if row["end"]:
            ends[row["activity"]] = max(ends.get(row["activity"], row["end"]), row["end"])
    running = [a for a, d in starts.items() if d <= data.day and ends.get(a, date.min) >= data.day]
    assert claim.values["total"] == len(starts)
    assert claim.values["since"] == min(starts.values()).year
    assert claim.values["running"] == len(running)
    seen = {row["seen"][:10] for _, row in world.tables["roles"] if row["seen"]}
    assert claim.values["day"] in seen


CHECKS: dict[str, Check] = {
    "when-starts.total": _starts,
    "when-starts.coverage": _weak_years,
    "when-growth.size": _growth,
    "when-growth.turnover": _turnover,
    "when-growth.coverage": _weak_years,
    "when-family.total": _family,
    "when-family.coverage": _weak_years,
}
