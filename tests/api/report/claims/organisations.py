"""Sentences on organisations: partners, brokers, types, hubs."""

from __future__ import annotations

import random
from collections import Counter

import networkx as nx
import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from tests.api.report import brute_force
from tests.api.report.brute_force import World, counts, largest_part
from tests.api.report.claims.counted import Check, name_of

__all__ = ["CHECKS"]


def _partners(data: ReportData, world: World, claim: Claim) -> None:
    degree = {node: world.graph.degree(node) for node in world.own}
    most = max(degree.values())
    assert claim.values["partners"] == most
    names = {name_of(world, node) for node, k in degree.items() if k == most}
    assert claim.values["organisation"] in names
    assert claim.interval is not None
    assert claim.chance is not None
    assert claim.interval[0] <= claim.chance <= claim.interval[1]


def _half(data: ReportData, world: World, claim: Claim) -> None:
    degrees = sorted((world.graph.degree(node) for node in world.own), reverse=True)
    few = next(n for n in range(1, len(degrees) + 1) if 2 * sum(degrees[:n]) >= sum(degrees))
    assert (claim.values["few"], claim.values["organisations"]) == (few, len(degrees))


def _placed(world: World) -> nx.Graph[str]:
    """The network of the organisations whose country is known."""
    return world.graph.subgraph(n for n in world.graph if world.country(n))


def _brokers(world: World) -> list[tuple[int, str]]:
    net = _placed(world)
    found = [(len(brute_force.open_pairs(net, n)), n) for n in world.own if n in net]
    return sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1]))


def _most_brokers(data: ReportData, world: World, claim: Claim) -> None:
    names = claim.values["names"]
    assert names == [name_of(world, node) for _, node in _brokers(world)[:3]]


def _brokers_beside_chance(data: ReportData, world: World, claim: Claim) -> None:
    net, table = _placed(world), {row["id"]: row for row in data.brokers.iter_rows(named=True)}
    chance = {node: row for node, row in table.items() if row["p"] is not None}
    activities = Counter(node for members in world.events.values() for node in members)
    by_activities = sorted(
        (node for node in world.own if node in chance), key=lambda node: (-activities[node], node)
    )
    kept = by_activities[:12]
    assert claim.values["tested"] == len(kept)
    assert {node for node, row in table.items() if row["q"] is not None} == set(kept)
    if not kept:
        return
    open_pairs = {node: len(brute_force.open_pairs(net, node)) for node in kept}
    ratios = {node: open_pairs[node] / table[node]["expected"] for node in kept}
    assert claim.values["low"] == pytest.approx(min(ratios.values()))
    assert claim.values["high"] == pytest.approx(max(ratios.values()))
    ranked = sorted(kept, key=lambda node: float(table[node]["p"]))
    passed = [i for i, node in enumerate(ranked, 1) if table[node]["p"] * len(kept) / i <= 0.05]
    rare = ranked[: max(passed, default=0)]
    assert claim.values["more"] == sum(ratios[node] > 1 for node in rare)
    assert claim.values["fewer"] == sum(ratios[node] < 1 for node in rare)


def _brokers_abroad(data: ReportData, world: World, claim: Claim) -> None:
    _, node = _brokers(world)[0]
    home = world.country(node)
    pairs = brute_force.open_pairs(_placed(world), node)
    apart = [
        1 for i, k in pairs
        if len({world.country(i), world.country(k), home}) == 3
    ]  # fmt: skip
    assert claim.values["share"] == pytest.approx(len(apart) / len(pairs))
    assert claim.values["organisation"] == name_of(world, node)


def _types(data: ReportData, world: World, claim: Claim) -> None:
    found = counts([world.organisations[node]["org_type"] for node in world.own])
    most = max(found.values())
    assert claim.values["stated"] == found.total()
    assert claim.values["share"] == pytest.approx(most / found.total())
    named = {kind.replace("-", " ") for kind, n in found.items() if n == most}
    assert claim.values["type"] in named
    assert claim.coverage == pytest.approx(found.total() / len(world.own))


def _fifth(data: ReportData, world: World, claim: Claim) -> None:
    net = world.graph
    gone = len(net) // 5
    ranked = sorted(net, key=lambda node: (-net.degree(node), node))
    assert claim.values["gone"] == gone
    assert claim.values["organisations"] == len(net)
    left = largest_part(net.subgraph(ranked[gone:]))
    assert claim.values["held"] == pytest.approx(left / len(net))
    generator = random.Random(5)
    blind = [
        largest_part(net.subgraph(generator.sample(sorted(net), len(net) - gone))) / len(net)
        for _ in range(40)
    ]
    assert claim.values["random"] == pytest.approx(sum(blind) / 40, abs=0.06)


def _single(data: ReportData, world: World, claim: Claim) -> None:
    net = world.graph
    hubs = sorted(net, key=lambda node: (-net.degree(node), node))[:8]
    lost = {}
    for hub in hubs:
        rest = net.subgraph(set(net) - {hub})
        before = sum(
            len(c - {hub}) * (len(c - {hub}) - 1) // 2 for c in nx.connected_components(net)
        )
        after = sum(len(c) * (len(c) - 1) // 2 for c in nx.connected_components(rest))
        lost[hub] = before - after
    assert claim.values["lost"] == max(lost.values())
    if claim.values["lost"]:
        worst = {name_of(world, hub) for hub in hubs if lost[hub] == claim.values["lost"]}
        assert claim.values["organisation"] in worst


CHECKS: dict[str, Check] = {
    "who-central.partners": _partners,
    "who-central.half": _half,
    "who-brokers.most": _most_brokers,
    "who-brokers.chance": _brokers_beside_chance,
    "who-brokers.abroad": _brokers_abroad,
    "who-types.most": _types,
    "who-hubs.fifth": _fifth,
    "who-hubs.single": _single,
}
