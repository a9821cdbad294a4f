"""Sentences on communities, flows, pairs of countries, bonds."""

from __future__ import annotations

from collections import Counter

import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.graph.network.communities.consensus import _runs
from tests.api.report.brute_force import World
from tests.api.report.claims.counted import Check, name_of, ties_between

__all__ = ["CHECKS"]


def _communities(data: ReportData, world: World, claim: Claim) -> None:
    sizes = Counter(data.communities.labels.tolist())
    several = sorted((n for n in sizes.values() if n > 1), reverse=True)
    assert sum(sizes.values()) == len(world.graph)
    assert claim.values["communities"] == len(several)
    assert claim.values["large"] == len(several[:10])
    assert claim.values["share"] == pytest.approx(sum(several[:10]) / len(world.graph))


def _stability(data: ReportData, world: World, claim: Claim) -> None:
    from sklearn.metrics import adjusted_rand_score

    runs = _runs(data.network, 20, 1.0, True)
    pairs = [adjusted_rand_score(a, b) for i, a in enumerate(runs) for b in runs[:i]]
    assert claim.values["agreement"] == pytest.approx(sum(pairs) / len(pairs))


def _flows(data: ReportData, world: World, claim: Claim) -> None:
    drawn: Counter[str] = Counter()
    for row in world.rows:
        fields = {world.field(topic, 2) for topic in world.topics.get(row["activity"], ())}
        for name in fields:
            drawn[name] += 1 / len(fields)  # type: ignore[assignment]
    topic, most = max(drawn.items(), key=lambda pair: pair[1])
    assert claim.values["share"] == pytest.approx(most / sum(drawn.values()))
    assert claim.values["topic"] == topic.capitalize()
    about = sum(bool(world.topics.get(row["activity"])) for row in world.rows)
    assert claim.coverage == pytest.approx(about / len(world.rows))


def _pair_count(data: ReportData, world: World, claim: Claim) -> None:
    rows = [row for row in data.pairs.iter_rows(named=True) if row["p"] is not None]
    ranked = sorted(rows, key=lambda row: row["p"])
    passed = max(
        (i for i, row in enumerate(ranked, 1) if row["p"] <= 0.05 * i / len(ranked)), default=0
    )
    told = [row for row in ranked if passed and row["p"] <= ranked[passed - 1]["p"]]
    apart = [row for row in told if row["one"] != row["other"]]
    assert claim.values["tests"] == len(rows)
    assert claim.values["pairs"] == sum(row["one"] != row["other"] for row in rows)
    assert claim.values["more"] == sum(row["observed"] > row["null_mean"] for row in apart)
    assert claim.values["fewer"] == sum(row["observed"] < row["null_mean"] for row in apart)
    assert all(row["null_mean"] >= 5 for row in rows)


def _striking_pair(data: ReportData, world: World, claim: Claim) -> None:
    one, other = str(claim.values["pair"]).split(" and ", 1)
    found = ties_between(world)
    assert claim.values["ties"] == found[one, other] + found[other, one]
    assert claim.chance is not None
    assert (claim.values["ties"] > claim.chance) == claim.key.endswith(".more")


def _strongest(data: ReportData, world: World, claim: Claim) -> None:
    weights = {
        (u, v): w for u, v, w in world.graph.edges(data="weight") if {u, v} & world.own
    }  # fmt: skip
    most = max(weights.values())
    assert claim.values["weight"] == most
    names = [{name_of(world, u), name_of(world, v)} for (u, v), w in weights.items() if w == most]
    assert {claim.values["one"], claim.values["other"]} in names


def _once(data: ReportData, world: World, claim: Claim) -> None:
    weights = [w for u, v, w in world.graph.edges(data="weight") if {u, v} & world.own]
    assert claim.values["share"] == pytest.approx(weights.count(1) / len(weights))


CHECKS: dict[str, Check] = {
    "whom-circles.count": _communities,
    "whom-circles.stability": _stability,
    "whom-flows.most": _flows,
    "whom-pairs.count": _pair_count,
    "whom-pairs.more": _striking_pair,
    "whom-pairs.fewer": _striking_pair,
    "whom-bonds.strongest": _strongest,
    "whom-bonds.once": _once,
}
