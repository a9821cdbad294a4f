"""Sentences on countries: the map, money, ties across borders."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.api.text.country_tiles import TILES
from tests.api.report import brute_force
from tests.api.report.brute_force import World
from tests.api.report.claims.counted import Check, ties_between

__all__ = ["CHECKS"]


def _by_country(world: World) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in brute_force.counted(world.rows):
        if row["country"] and row["country"] != "EU":
            found[row["country"]].add(row["activity"])
    return found


def _map(data: ReportData, world: World, claim: Claim) -> None:
    found = _by_country(world)
    ranked = sorted(found, key=lambda code: (-len(found[code]), code))
    assert claim.values["countries"] == len(found)
    assert claim.values["names"] == [world.country_names[code] for code in ranked[:3]]
    known = sum(row["country"] is not None for row in world.rows)
    assert claim.coverage == pytest.approx(known / len(world.rows))


def _nowhere(data: ReportData, world: World, claim: Claim) -> None:
    names = sorted(world.country_names[code] for code in set(TILES) - set(_by_country(world)))
    assert claim.values["none"] == len(names)
    assert claim.values["names"] == names
    assert all(name in claim.sentence for name in names)


def _coordinates(data: ReportData, world: World, claim: Claim) -> None:
    led: dict[str, set[str]] = defaultdict(set)
    for row in world.rows:
        if row["role"] == "coordinator" and row["country"]:
            led[row["country"]].add(row["activity"])
    most = max(map(len, led.values()), default=0)
    assert claim.values["coordinated"] == most
    if most:
        best = {world.country_names[c] for c, done in led.items() if len(done) == most}
        assert claim.values["country"] in best


def _five(data: ReportData, world: World, claim: Claim) -> None:
    paid: Counter[str] = Counter()
    for row in brute_force.counted(world.rows):
        if row["country"] and row["amount"]:
            paid[row["country"]] += row["amount"]
    five = sum(amount for _, amount in paid.most_common(5))
    assert claim.values["share"] == pytest.approx(five / paid.total())
    stated = sum(row["amount"] is not None for row in world.rows)
    assert claim.coverage == pytest.approx(stated / len(world.rows))


def _abroad(data: ReportData, world: World, claim: Claim) -> None:
    ties = [
        (world.country(u), world.country(v)) for u, v in world.graph.edges
        if {u, v} & world.own and world.country(u) and world.country(v)
    ]  # fmt: skip
    across = sum(one != other for one, other in ties)
    assert claim.values["share"] == pytest.approx(across / len(ties) if ties else 0)


def _most_ties(data: ReportData, world: World, claim: Claim) -> None:
    found = ties_between(world)
    pair = (str(claim.values["one"]), str(claim.values["other"]))
    assert claim.values["ties"] == max(found.values()) == found[pair]


def _elsewhere(data: ReportData, world: World, claim: Claim) -> None:
    others = {v for u in world.own for v in world.graph[u]} - world.own
    assert claim.values["own"] == len(world.own)
    assert claim.values["partners"] == len(others)
    ties = Counter(
        world.country(v) for u in world.own for v in world.graph[u] if v in others
    )  # fmt: skip
    places = {code for code in ties if code and code != "EU"}
    assert claim.values["countries"] == len(places)
    ranked = sorted(places, key=lambda code: (-ties[code], code))
    assert claim.values["names"] == [world.country_names[code] for code in ranked[:3]]


CHECKS: dict[str, Check] = {
    "where-of.partners": _elsewhere,
    "where-map.most": _map,
    "where-map.none": _nowhere,
    "where-countries.coordinates": _coordinates,
    "where-countries.five": _five,
    "where-matrix.abroad": _abroad,
    "where-matrix.most": _most_ties,
}
