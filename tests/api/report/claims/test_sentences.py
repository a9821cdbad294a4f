"""Every sentence of the report, computed a second time by brute force."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict

import networkx as nx
import pytest

from permed.api.report import FIGURE_SPECS, Selection
from permed.api.report.claims.claim import Claim, claim_table, share
from permed.api.report.claims.subject import subject_claim
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.suggestions import wilson
from permed.api.report.selection_error import total_ranges
from permed.graph.network import Scope
from permed.graph.releases.release import Release
from tests.api.report import brute_force
from tests.api.report.brute_force import FAMILY, JOINT_WORK, World, graph
from tests.api.report.claims import (
    collaboration,
    countries,
    family,
    gaps,
    gravity,
    models,
    organisations,
    reliability,
    years,
)
from tests.api.report.claims.counted import Check
from tests.horizon_europe import horizon_europe

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
pytestmark = pytest.mark.long
Report = tuple[ReportData, World, dict[str, Claim]]
SELECTIONS = {
    "family": (Selection(Scope(relation=tuple(sorted(FAMILY)))), FAMILY, set()),
    "Malta": (Selection(Scope(of=("MT",))), JOINT_WORK, {"MT"}),
    "tiny": (Selection(Scope(relation=("alliance",))), {"alliance"}, set()),
}
CHECKS: dict[str, Check] = {
    **organisations.CHECKS, **years.CHECKS, **family.CHECKS, **countries.CHECKS,
    **collaboration.CHECKS, **models.CHECKS, **gravity.CHECKS, **gaps.CHECKS, **reliability.CHECKS,
}  # fmt: skip
# figures whose sentences brute force can count on a network of any size
COUNTED = (
    "who-types", "when-starts", "when-growth", "when-survival", "when-family", "family-actions",
    "family-calls", "where-map", "where-countries", "where-gravity", "whom-flows", "whom-bonds",
    "gaps-topics", "gaps-membership", "method-coverage",
)  # fmt: skip


@pytest.fixture(scope="module", params=SELECTIONS)
def report(request: pytest.FixtureRequest, release: Release) -> Report:
    """The claims of one selection, and the same release read by brute force."""
    selection, kinds, of = SELECTIONS[request.param]
    data = ReportData(release, selection)
    world = World(release.path, release.sources, kinds, of)
    specs = [spec for spec in FIGURE_SPECS.values() if spec.applies(data)]
    claims = {claim.key: claim for spec in specs for claim in spec.make(data).claims}
    return data, world, claims


def test_every_sentence_is_recomputed(report: Report) -> None:
    recompute(*report)


def test_every_figure_of_a_sentence_is_one_of_its_values(report: Report) -> None:
    for claim in report[2].values():
        stated = set(re.findall(NUMBER, claim.sentence))
        assert stated <= forms(claim), claim


@pytest.mark.full
def test_every_sentence_on_a_country_in_all_of_horizon_europe() -> None:
    """A country of few projects, since what is counted here takes the square of their partners."""
    release = horizon_europe()
    data = ReportData(release, Selection(Scope(of=("MK",))))
    world = World(release.path, release.sources, JOINT_WORK, {"MK"})
    specs = [spec for spec in FIGURE_SPECS.values() if spec.applies(data)]
    found = {claim.key: claim for spec in specs for claim in spec.make(data).claims}
    assert len(found) >= 40
    recompute(data, world, found)


@pytest.mark.full
def test_what_can_be_counted_of_all_of_horizon_europe() -> None:
    """Every figure without random networks, and without measures that take hours by brute force."""
    release = horizon_europe()
    data = ReportData(release, Selection())
    world = World(release.path, release.sources, JOINT_WORK, set())
    assert data.network.size == len(world.graph) > 25_000
    assert data.network.proper.height == world.graph.number_of_edges()
    found = {claim.key: claim for key in COUNTED for claim in FIGURE_SPECS[key].make(data).claims}
    assert len(found) >= 25
    recompute(data, world, found)
    _about_all(data, world)


def _about_all(data: ReportData, world: World) -> None:
    """Most of Horizon Europe is not on personalised medicine, and the report says so."""
    claim = subject_claim(data.rows)
    assert claim is not None
    labels: dict[str, set[str]] = defaultdict(set)
    for _, row in world.tables["classifications"]:
        if row["topic"].startswith("pm-relevance/"):
            labels[row["entity"]].add(row["topic"].split("/")[1])
    every = [labels.get(activity, set()) for activity in {row["activity"] for row in world.rows}]
    ours = sum(bool(said & {"core", "related"}) for said in every)
    assert claim.values == {
        "labelled": ours, "activities": len(every), "else": sum(said == {"none"} for said in every)
    }  # fmt: skip
    assert set(re.findall(NUMBER, claim.sentence)) <= forms(claim)
    ranges = total_ranges(data.rows, data.classifications)
    assert (
        ours / 2
        < ranges["activities"][0]
        < ranges["activities"][1]
        <= ours + len([said for said in every if not said])
    )


def recompute(data: ReportData, world: World, claims: dict[str, Claim]) -> None:
    """Check every claim against what brute force finds, and tell all that are not so."""
    wrong = []
    for key, claim in claims.items():
        try:
            if key.endswith(".nothing") or not claim.values:
                _says_nothing(world, claim)
            else:
                CHECKS[key](data, world, claim)
        except (AssertionError, KeyError) as error:
            wrong.append(f"{claim.sentence} {error!r}")
    assert not wrong, "\n".join(wrong)


def forms(claim: Claim) -> set[str]:
    """All ways in which the figures of a claim may stand in its sentence."""
    numbers = [v for v in claim.values.values() if isinstance(v, int | float)]
    numbers += [x for x in (claim.chance, *(claim.interval or ())) if x is not None]
    if "best" in claim.values:
        best = claim.values["best"]
        assert isinstance(best, int)
        numbers += [x / best for x in (claim.chance, *(claim.interval or ())) if x is not None]
    forms = {
        "5",
        "5%",
        "95",
        "95%",
        "300",
        "99",
        "99.9",
        "1",
    }  # fixed: rates, and the bounds of `share`
    for signed in numbers:
        number = abs(signed)
        forms |= {
            f"{number:,.0f}",
            f"{number:,.1f}",
            f"{number:.2f}",
            f"{number:.3f}",
            f"{number:g}",
        }
        forms |= {f"{100 * number:.{d}f}" for d in (0, 1, 2)}
    words = " ".join(
        " ".join(v) if isinstance(v, list) else v
        for v in claim.values.values() if isinstance(v, str | list)
    )  # fmt: skip
    return forms | set(re.findall(NUMBER, words + str(claim.selection)))


def test_claims_are_a_table_with_their_selection(report: Report) -> None:
    table = claim_table(report[2].values())
    assert table.height == len(report[2])
    assert table["selection"].null_count() == 0
    assert (table["selection"].str.len_chars() > 0).all()


def _says_nothing(world: World, claim: Claim) -> None:
    """A sentence without figures says that there is nothing: then there is nothing."""
    net, rows = world.graph, world.rows
    dated = [row for row in rows if row["start"]]
    empty: dict[str, bool] = {
        "who-core.size": nx.density(net) in (0, 1),
        "who-topics.widest": True,  # too few of five activities
        "who-central.partners": not world.own,
        "where-gravity.gap": bool(world.of) or len({row["country"] for row in rows}) <= 6,
        "when-survival.ties": len(dated) < 2,
        "family-actions.largest": not [r for r in rows if r["kind"] in FAMILY],
        "family-calls.total": not [a for a in world.activities.values() if a["kind"] == "call"],
        "when-growth.size": True,  # checked by windows, below
        "when-family.total": not [r for r in dated if r["kind"] in FAMILY],
        "whom-bonds.strongest": not [e for e in net.edges if set(e) & world.own],
        "whom-flows.most": not any(world.topics.get(r["activity"]) for r in rows),
        "gaps-suggestions.first": not gaps.candidates(world),
        "gaps-suggestions.unchecked": True,
        "who-brokers.most": not any(brute_force.open_pairs(net, n) for n in world.own),
        "method-chance.home": True,
        "when-starts.total": not dated,
        "when-starts.coverage": not years.weak_years(world, 2100),
        "when-growth.coverage": not years.weak_years(world, 2100),
        "when-family.coverage": not years.weak_years(world, 2100),
        "whom-pairs.count": True,
        "gaps-topics.empty": not any(world.topics.get(r["activity"]) for r in rows),
        "who-types.most": not any(world.organisations[n]["org_type"] for n in net),
        "where-map.most": not any(row["country"] for row in rows),
    }
    if claim.key.endswith(".nothing"):
        assert not net.edges, claim
    else:
        assert empty[claim.key], claim


def _swapped(cells: set[tuple[str, str]], generator: random.Random) -> set[tuple[str, str]]:
    """Memberships after many checkerboard swaps: both margins stay."""
    ordered, found = sorted(cells), set(cells)
    for _ in range(30 * len(ordered)):
        i, j = generator.randrange(len(ordered)), generator.randrange(len(ordered))
        (a, p), (b, q) = ordered[i], ordered[j]
        if a != b and p != q and (a, q) not in found and (b, p) not in found:
            found -= {(a, p), (b, q)}
            found |= {(a, q), (b, p)}
            ordered[i], ordered[j] = (a, q), (b, p)
    return found


def test_chance_values_are_those_of_swapped_memberships(release: Release) -> None:
    """A second null model with the same margins, of another kind, gives the same means."""
    data = ReportData(release, Selection(Scope(of=("MT",))))
    world = World(release.path, release.sources, JOINT_WORK, {"MT"})
    cells = {(node, event) for event, members in world.events.items() for node in members}
    generator = random.Random(11)
    degrees: Counter[str] = Counter()
    shares = []
    for _ in range(60):
        members: dict[str, set[str]] = defaultdict(set)
        for node, event in _swapped(cells, generator):
            members[event].add(node)
        net = graph(members)
        degrees.update(dict(net.degree))
        ties = [(u, v) for u, v in net.edges if {u, v} & world.own]
        shares.append(sum(world.country(u) != world.country(v) for u, v in ties) / len(ties))
    place = {name: i for i, name in enumerate(data.network.nodes["id"])}
    for node in world.own:
        mean = data.draws["degree"].mean[place[node]]
        assert degrees[node] / 60 == pytest.approx(mean, rel=0.15, abs=1.5)
    assert sum(shares) / 60 == pytest.approx(data.draws["abroad"].mean[0], abs=0.01)


def test_shares_are_never_all_or_nothing_where_they_are_not() -> None:
    assert [share(x) for x in (1.0, 0.999, 0.5, 0.001, 0.0)] == [
        "100%", "more than 99%", "50%", "less than 1%", "0%",
    ]  # fmt: skip
    assert share(0.9996, 1) == "more than 99.9%"


def test_wilson_interval_of_a_published_example() -> None:
    # Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
