"""What several sentences are counted from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.api.text.names import readable
from tests.api.report import brute_force
from tests.api.report.brute_force import World

__all__ = ["Check", "name_of", "starts_of", "ties_between"]

Check = Callable[[ReportData, World, Claim], None]


def name_of(world: World, node: str) -> str:
    """The English label of ROR where the organisation is known there, else the source's name."""
    about = world.organisations[node]
    return readable(about["display"] or about["name"])


def starts_of(rows: list[brute_force.Row]) -> dict[str, date]:
    found: dict[str, date] = {}
    for row in rows:
        if row["start"]:
            found[row["activity"]] = min(found.get(row["activity"], row["start"]), row["start"])
    return found


def ties_between(world: World) -> Counter[tuple[str, ...]]:
    """Ties between two countries, by their names in order of the codes."""
    found: Counter[tuple[str, ...]] = Counter()
    for u, v in world.graph.edges:
        codes = sorted(code for code in (world.country(u), world.country(v)) if code)
        if len(codes) == 2 and codes[0] != codes[1]:
            found[tuple(world.country_names.get(code, code) for code in codes)] += 1
    return found
