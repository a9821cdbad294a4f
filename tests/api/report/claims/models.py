"""Sentences that stand on a model: core, ranks, backbone, survival, breadth of topics."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.graph.network.backbone.two_mode import membership_probabilities
from tests.api.report import brute_force
from tests.api.report.brute_force import World
from tests.api.report.claims.counted import Check, name_of, starts_of
from tests.api.report.claims.years import weak_years

__all__ = ["CHECKS"]

# Regulation (EU) 2021/695, article 2, point 17
WIDENING = {
    "BG", "CY", "CZ", "EE", "GR", "HR", "HU", "LT", "LV", "MT", "PL", "PT", "RO", "SI", "SK",
}  # fmt: skip


def _core(world: World) -> set[str]:
    """The core that leaves fewest pairs out of place, by trying every size."""
    net = world.graph
    ranked = sorted(net, key=lambda node: (-net.degree(node), node))
    best: tuple[int, int] = (net.number_of_edges(), 0)
    inside, rest, core = 0, net.number_of_edges(), set[str]()
    for size, node in enumerate(ranked, 1):
        joined = sum(other in core for other in net[node])
        inside, rest = inside + joined, rest - (net.degree(node) - joined)
        core.add(node)
        best = min(best, (size * (size - 1) // 2 - inside + rest, size))
    return set(ranked[: best[1]])


def _core_size(data: ReportData, world: World, claim: Claim) -> None:
    net, core = world.graph, _core(world)
    rest = set(net) - core
    assert claim.values["core"] == len(core)
    assert claim.values["organisations"] == len(net)
    assert claim.values["inside"] == pytest.approx(nx.density(net.subgraph(core)))
    assert claim.values["outside"] == pytest.approx(nx.density(net.subgraph(rest)))
    if "fit" in claim.values:
        pairs = [*combinations(sorted(core), 2), *combinations(sorted(rest), 2)]
        ties = [net.has_edge(*pair) for pair in pairs]
        fit = np.corrcoef(ties, [set(pair) <= core for pair in pairs])[0, 1]
        assert claim.values["fit"] == pytest.approx(fit)


def _widening(data: ReportData, world: World, claim: Claim) -> None:
    from scipy import stats

    core = _core(world)
    known = [node for node in world.graph if world.country(node)]
    theirs = [node for node in known if world.country(node) in WIDENING]
    assert claim.values["widening"] == len(theirs)
    assert claim.values["in_core"] == len(core & set(theirs))
    drawn = stats.hypergeom(len(known), len(core & set(known)), len(theirs))
    assert claim.chance == pytest.approx(drawn.mean())
    assert claim.interval is not None
    low, high = claim.interval
    assert drawn.cdf(low - 1) < 0.025 <= drawn.cdf(low)
    assert drawn.sf(high) < 0.025 <= drawn.sf(high - 1)


def _ranks(data: ReportData, world: World, claim: Claim) -> None:
    """The same draws of activities, partners counted from a dense matrix."""
    nodes, cells = _cells(world)
    random = np.random.default_rng(1)
    order = sorted(world.graph, key=lambda node: -world.graph.degree(node))
    ranks: dict[str, list[int]] = defaultdict(list)
    for _ in range(200):
        drawn = np.unique(random.integers(0, cells.shape[1], cells.shape[1]))
        joint = cells[:, drawn] @ cells[:, drawn].T > 0
        partners = joint.sum(axis=1) - joint.diagonal()
        for node, many in zip(nodes, partners, strict=True):
            ranks[node].append(1 + int((partners > many).sum()))
    first = {
        node for node in order if world.graph.degree(node) == world.graph.degree(order[0])
    }  # fmt: skip
    spans = {
        (math.floor(low), math.ceil(high))
        for low, high in (np.percentile(ranks[node], (2.5, 97.5)) for node in first)
    }
    assert claim.interval in spans
    ten = data.measures.sort(
        ["degree", "betweenness", "id"], descending=[True, True, False]
    )["id"].head(10)  # fmt: skip
    sure = sum(np.mean(np.array(ranks[node]) <= 10) >= 0.95 for node in ten)
    assert claim.values["sure"] == sure


def _breadth(data: ReportData, world: World, claim: Claim) -> None:
    work: dict[str, Counter[str]] = defaultdict(Counter)
    carriers: dict[str, set[str]] = defaultdict(set)
    for activity, members in world.events.items():
        for topic in world.topics.get(activity, ()):
            carriers[topic].add(activity)
            for node in members:
                work[node][topic] += 1
    many = Counter(node for members in world.events.values() for node in members)

    def apart(one: str, other: str) -> float:
        both = len(carriers[one] & carriers[other])
        return 1 - both / math.sqrt(len(carriers[one]) * len(carriers[other]))

    found = {}
    for node, topics in work.items():
        if many[node] >= 5 and node in world.own:
            total = topics.total()
            found[node] = sum(
                topics[i] * topics[j] * apart(i, j) for i in topics for j in topics
            ) / total**2  # fmt: skip
    assert claim.values["organisations"] == len(found)
    assert claim.values["diversity"] == pytest.approx(max(found.values()))
    assert claim.values["middle"] == pytest.approx(np.median(list(found.values())))


def _cells(world: World) -> tuple[list[str], np.ndarray]:
    """Who takes part in what: 1 or 0, nodes and activities in order of their ids."""
    nodes, activities = sorted(world.graph), sorted(world.events)
    cells = [[float(node in world.events[a]) for a in activities] for node in nodes]
    return nodes, np.array(cells)


def _chances(data: ReportData, cells: np.ndarray) -> np.ndarray:
    """Chances of the configuration model, known by what it alone has.

    Margins are as observed, and the logarithms of the odds are a sum of one of the node and one of
    the activity.
    """
    joint = data.network.incidence
    assert joint is not None
    found, classes, _ = membership_probabilities(joint.matrix)
    sizes = np.unique(cells.sum(axis=0), return_inverse=True)[1]
    chances = found[classes][:, sizes]
    # who is in everything has an endless weight, which is only come near to
    close = 1e-3 if cells.all(axis=0).any() or cells.all(axis=1).any() else 1e-5
    assert np.allclose(chances.sum(axis=1), cells.sum(axis=1), atol=close)
    assert np.allclose(chances.sum(axis=0), cells.sum(axis=0), atol=close)
    odds = np.log(chances / (1 - chances))
    assert np.allclose(odds, odds[:, :1] + odds[:1] - odds[0, 0], atol=1e-6)
    return chances


@cache
def _bonds(data: ReportData, world: World) -> dict[frozenset[str], tuple[float, int, float]]:
    """Pair of organisations -> p, joint activities, expected ones."""
    nodes, cells = _cells(world)
    chances = _chances(data, cells)
    together = np.triu(cells @ cells.T, 1)
    one, other = together.nonzero()
    joint = together[one, other].astype(int)
    both = chances[one] * chances[other]
    spread = np.zeros((len(one), int(joint.max(initial=1)) + 1))  # chance of so many; more: dropped
    spread[:, 0] = 1.0
    for q in both.T[:, :, None]:
        spread = spread * (1 - q) + np.roll(spread, 1, axis=1) * q * (
            np.arange(spread.shape[1]) > 0
        )
    below = np.cumsum(spread, axis=1)[np.arange(len(one)), joint - 1]
    return {
        frozenset({nodes[i], nodes[j]}): (1 - float(b), int(n), float(e))
        for i, j, b, n, e in zip(one, other, below, joint, both.sum(axis=1), strict=True)
    }


def _kept(data: ReportData, world: World, claim: Claim) -> None:
    found = _bonds(data, world)
    n = len(world.graph)
    tests = n * (n - 1) // 2
    ordered = sorted(p for p, _, _ in found.values())
    passed = max((i for i, p in enumerate(ordered, 1) if p <= 0.05 * i / tests), default=0)
    level = ordered[passed - 1] if passed else -1.0
    mine = [p for pair, (p, _, _) in found.items() if pair & world.own]
    assert claim.values["tests"] == tests
    assert claim.values["ties"] == len(mine)
    assert claim.values["kept"] == sum(p <= level for p in mine)


def _surest(data: ReportData, world: World, claim: Claim) -> None:
    found = {
        frozenset(name_of(world, node) for node in pair): told
        for pair, told in _bonds(data, world).items() if pair & world.own
    }  # fmt: skip
    p, joint, expected = found[frozenset({str(claim.values["one"]), str(claim.values["other"])})]
    assert p == pytest.approx(min(told[0] for told in found.values()), abs=1e-9)
    assert claim.values["joint"] == joint
    assert claim.chance == pytest.approx(expected, rel=1e-5)


def _begun(world: World, span: str) -> nx.Graph[str]:
    first, last = (int(year) for year in span.split("–"))
    starts = starts_of(world.rows)
    inside = {a for a, day in starts.items() if first <= day.year <= last}
    return brute_force.graph({a: m for a, m in world.events.items() if a in inside})


def _spans(data: ReportData, world: World, claim: Claim) -> tuple[str, str]:
    """The two periods: of well covered years, in order, the later one the newest there is."""
    before, after = str(claim.values["before"]), str(claim.values["after"])
    weak = weak_years(world, data.year)
    years = [[int(year) for year in span.split("–")] for span in (before, after)]
    for first, last in years:
        assert 1 <= last - first <= 2
        assert not weak.keys() & set(range(first, last + 1))
    assert years[0][1] < years[1][0]
    assert {*range(years[1][1] + 1, data.complete_year + 1)} <= weak.keys()
    return before, after


def _survival(data: ReportData, world: World, claim: Claim) -> None:
    if claim.values["ties"] == 0:
        assert not _begun(world, str(claim.values["before"])).edges
        return
    before, after = (_begun(world, span) for span in _spans(data, world, claim))
    again = sum(after.has_edge(u, v) for u, v in before.edges)
    assert claim.values["ties"] == before.number_of_edges()
    assert claim.values["share"] == pytest.approx(again / before.number_of_edges())


def _stayed(data: ReportData, world: World, claim: Claim) -> None:
    before, after = (
        _begun(world, span) for span in str(claim.values["periods"]).split(" and ")
    )  # fmt: skip
    both = set(before) & set(after)
    among = before.subgraph(both).edges
    assert claim.values["stayed"] == len(both)
    assert claim.values["ties"] == len(among)
    again = sum(after.has_edge(u, v) for u, v in among)
    assert claim.values["share"] == pytest.approx(again / len(among))


CHECKS: dict[str, Check] = {
    "who-core.size": _core_size,
    "who-core.widening": _widening,
    "who-central.ranks": _ranks,
    "who-topics.widest": _breadth,
    "whom-backbone.kept": _kept,
    "whom-backbone.first": _surest,
    "when-survival.ties": _survival,
    "when-survival.stayed": _stayed,
}
