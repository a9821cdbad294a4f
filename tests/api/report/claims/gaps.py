"""Sentences on what is missing, and on who should meet."""

from __future__ import annotations

from collections import Counter, defaultdict

import networkx as nx
import polars as pl
import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.suggestions import wilson
from permed.api.text.country_tiles import TILES
from permed.graph.network.link_prediction.met_elsewhere import TABLE
from tests.api.report import brute_force
from tests.api.report.brute_force import World, graph
from tests.api.report.claims.counted import Check, name_of, starts_of

__all__ = ["CHECKS", "candidates"]

KINDS = ("project", "csa", "funding-network", "partnership", "call", "consortium", "infrastructure")


def _topic_cells(data: ReportData, world: World, claim: Claim) -> None:
    about = {
        activity: {world.field(topic, 3) for topic in world.topics[activity]}
        for activity in {row["activity"] for row in world.rows} if world.topics.get(activity)
    }  # fmt: skip
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    for activity, code in {(r["activity"], r["country"]) for r in world.rows if r["country"]}:
        for name in about.get(activity, ()):
            cells[code][name] += 1
    sizes = Counter(name for names in about.values() for name in names)
    rows = sorted(sizes, key=lambda name: (-sizes[name], name))[:14]
    columns = sorted(set(cells) & set(TILES), key=lambda c: (-cells[c].total(), c))[:34]
    empty = Counter(name for name in rows for code in columns if not cells[code][name])
    assert claim.values["pairs"] == len(rows) * len(columns)
    assert claim.values["empty"] == empty.total()
    if empty:
        thin = max(empty.values())
        assert claim.values["reached"] == len(columns) - thin
        named = {name.capitalize() for name, n in empty.items() if n == thin}
        assert claim.values["topic"] in named
    assert claim.coverage == pytest.approx(len(about) / len({r["activity"] for r in world.rows}))


def _memberships(world: World) -> tuple[list[str], dict[str, set[str]]]:
    status = {key.split("/")[1]: row["eu_status"] for key, row in world.things("countries").items()}
    europe = [c for c in TILES if status.get(c) in ("member-state", "associated")]
    found: dict[str, set[str]] = defaultdict(set)
    for row in brute_force.counted(world.every_role):
        if row["country"] and row["kind"] in KINDS:
            found[row["country"]].add(row["kind"])
    return europe, found


def _everywhere(data: ReportData, world: World, claim: Claim) -> None:
    europe, found = _memberships(world)
    kinds = set().union(*found.values())
    assert claim.values["countries"] == len(europe)
    assert claim.values["kinds"] == len(kinds)
    assert claim.values["full"] == sum(found[code] == kinds for code in europe)


def _outside(data: ReportData, world: World, claim: Claim) -> None:
    europe, found = _memberships(world)
    states = {key.split("/")[1] for key, row in world.things("countries").items()
              if row["eu_status"] == "member-state"}  # fmt: skip
    inside = [code for code in europe if code in states]
    names = sorted(world.country_names[c] for c in inside if "consortium" not in found[c])
    assert claim.values["members"] == len(inside)
    assert claim.values["outside"] == len(names)
    assert claim.values["names"] == names
    assert all(name in claim.sentence for name in names)


def _stated(data: ReportData, world: World, claim: Claim) -> None:
    told = [
        float(row["value"]) for _, row in world.tables["figures"]
        if row["entity"].startswith("consortium/") and row["indicator"] == "member-countries"
    ]  # fmt: skip
    europe, found = _memberships(world)
    assert claim.values["stated"] == max(told)
    assert claim.values["known"] == sum("consortium" in found[code] for code in europe)


def _work(world: World) -> dict[str, set[str]]:
    """Organisation -> topics of its activities."""
    found: dict[str, set[str]] = defaultdict(set)
    for activity, members in world.events.items():
        for node in members:
            found[node] |= world.topics.get(activity, set())
    return found


def candidates(world: World) -> list[tuple[str, str]]:
    """Unlinked pairs of two countries with a joint partner and a joint topic, one of them ours."""
    net, work = world.graph, _work(world)
    users = Counter(topic for topics in work.values() for topic in topics)
    telling = {topic for topic, n in users.items() if n < len(net)}  # what all work on says nothing
    return [
        (u, v) for v in net for u in {w for z in net[v] for w in net[z]} - {v} - set(net[v])
        if u < v and {u, v} & world.own and world.country(u) != world.country(v)
        and world.country(u) and world.country(v) and work[u] & work[v] & telling
    ]  # fmt: skip


def _suggestion(data: ReportData, world: World, claim: Claim) -> None:
    names = {(name_of(world, u), name_of(world, v)): (u, v) for u, v in candidates(world)}
    names |= {(two, one): pair for (one, two), pair in names.items()}
    u, v = names[str(claim.values["one"]), str(claim.values["other"])]
    assert not world.graph.has_edge(u, v)
    assert claim.values["partners"] == len(set(world.graph[u]) & set(world.graph[v]))
    labels = {str(world.things("topics")[t]["label"]) for t in _work(world)[u] & _work(world)[v]}
    assert set(claim.values["topics"]) <= labels  # type: ignore[arg-type]
    assert "no joint activity in this release" in claim.sentence
    everywhere = brute_force.events(world.every_role).values()
    assert not [members for members in everywhere if {u, v} <= members]
    if "nor in a project" in claim.sentence:
        assert not _projects(world, u) & _projects(world, v)


def _projects(world: World, node: str) -> set[int]:
    """Projects of the packaged table in which one of the PICs of an organisation takes part."""
    pics = {
        row["value"] for _, row in world.tables["identifiers"]
        if row["scheme"] == "pic" and world.units.get(row["entity"], row["entity"]) == node
    }  # fmt: skip
    assert pics, node
    rows = pl.read_parquet(TABLE).iter_rows()
    return {project for project, pic in rows if project and str(pic) in pics}


def _met(world: World, year: int) -> tuple[nx.Graph[str], list[tuple[str, str]]]:
    """The network before a year, and the pairs known in it that met in the year."""
    starts = starts_of(world.rows)
    before = {a: m for a, m in world.events.items() if a in starts and starts[a].year < year}
    during = {a: m for a, m in world.events.items() if a in starts and starts[a].year == year}
    known = graph(before)
    later = graph(during).edges
    return known, [e for e in later if set(e) <= set(known) and not known.has_edge(*e)]


def _unchecked(data: ReportData, world: World, claim: Claim) -> None:
    assert not _met(world, int(str(claim.values["year"])))[1]


def _hindsight(data: ReportData, world: World, claim: Claim) -> None:
    """Hits and interval; the score itself has tests of its own against brute force."""
    year, hits, best = (claim.values[name] for name in ("year", "hits", "best"))
    assert isinstance(hits, int)
    assert isinstance(best, int)
    assert isinstance(year, int)
    known, met = _met(world, year)
    apart = len(known) * (len(known) - 1) / 2 - known.number_of_edges()
    assert claim.chance == pytest.approx(best * len(met) / apart)
    assert hits <= min(best, len(met))
    assert claim.interval == pytest.approx([best * bound for bound in wilson(hits, best)])


CHECKS: dict[str, Check] = {
    "gaps-topics.empty": _topic_cells,
    "gaps-membership.all": _everywhere,
    "gaps-membership.outside": _outside,
    "gaps-membership.stated": _stated,
    "gaps-suggestions.first": _suggestion,
    "gaps-suggestions.both": _hindsight,
    "gaps-suggestions.learnt": _hindsight,
    "gaps-suggestions.unchecked": _unchecked,
}
