"""Tables of the report, counted from the release by brute force: key of a row -> column -> value.

Columns that random draws or a fitted model give are left out; those are checked where a sentence
tells them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date

import networkx as nx

from tests.api.report import brute_force
from tests.api.report.brute_force import FAMILY, Row, World
from tests.api.report.claims.counted import name_of, starts_of

__all__ = ["ANY", "TABLES", "Cells"]

Cells = dict[str, dict[str, object]]
ANY = object()  # whatever stands there: the measure has no value
_ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
_FEW = 25  # nodes of which Burt's measures are counted: networkx takes minutes for all


def _paid(rows: list[Row]) -> float | None:
    """Sum of what is stated; nothing where nothing is."""
    stated = [row["amount"] for row in rows if row["amount"] is not None]
    return math.fsum(stated) if stated else None


def _countries(world: World) -> Cells:
    rows = [row for row in brute_force.counted(world.rows) if row["country"]]
    together: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        together[row["activity"]].add(row["country"])
    net = brute_force.graph(together)
    between = nx.betweenness_centrality(net)
    found: Cells = {}
    for code in net:
        mine = [row for row in rows if row["country"] == code]
        found[code] = {
            "activities": len({row["activity"] for row in mine}),
            "organisations": len({r["agent"] for r in mine if r["agent"] in world.graph}),
            "coordinated": len({r["activity"] for r in mine if r["role"] == "coordinator"}),
            "partner_countries": net.degree(code),
            "betweenness": between[code],
            "eur": _paid(mine),
        }
    return found


def _central(world: World) -> Cells:
    net = world.graph
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in brute_force.counted(world.rows):
        rows[row["agent"]].append(row)
    between, close = nx.betweenness_centrality(net), nx.closeness_centrality(net)
    rank = nx.pagerank(net, tol=1e-12, max_iter=1000)
    core, circle = nx.core_number(net), nx.clustering(net)
    own = [node for node in net if node in world.own]
    few = sorted(own, key=lambda node: (net.degree(node), node))[:: max(1, len(own) // _FEW)]
    held, wide = nx.constraint(net, few, weight="weight"), nx.effective_size(net, few)
    found: Cells = {}
    for node in own:
        lonely = net.degree(node) < 2
        found[node] = {
            "label": name_of(world, node),
            "type": world.organisations[node]["org_type"],
            "country": world.country(node),
            "activities": sum(node in members for members in world.events.values()),
            "amount": _paid(rows[node]),
            "degree": net.degree(node),
            "strength": net.degree(node, weight="weight"),
            "betweenness": between[node],
            "closeness": close[node],
            "pagerank": rank[node],
            "core": core[node],
            "clustering": ANY if lonely else circle[node],
        }
        if node in held and not lonely:
            found[node] |= {"constraint": held[node], "effective_size": wide[node]}
    return found


def _brokers(world: World) -> Cells:
    net = world.graph.subgraph(node for node in world.graph if world.country(node))
    found: Cells = {}
    for node in set(net) & world.own:
        home, roles, total = world.country(node), Counter[str](), 0
        for one, other in brute_force.open_pairs(net, node):
            total += 1
            first, last = world.country(one), world.country(other)
            if first == home == last:
                roles["coordinator"] += 1
            elif first == last:
                roles["itinerant"] += 1
            elif home in (first, last):
                roles["gatekeeper" if last == home else "representative"] += 1
            else:
                roles["liaison"] += 1
        found[node] = {"group": home, "total": total}
        found[node] |= {role: roles[role] for role in _ROLES}
    return found


def _types(world: World) -> Cells:
    found: Cells = {}
    for kind in {world.organisations[node]["org_type"] for node in world.own}:
        mine = [
            row for row in brute_force.counted(world.rows)
            if row["agent"] in world.own and row["type"] == kind
        ]  # fmt: skip
        found[kind or "not stated"] = {
            "organisations": len({row["agent"] for row in mine}),
            "participations": len({(row["agent"], row["activity"]) for row in mine}),
            "eur": _paid(mine),
        }
    return found


def _bonds(world: World) -> Cells:
    return {
        " ".join(sorted((name_of(world, u), name_of(world, v)))): {"weight": ties["weight"]}
        for u, v, ties in world.graph.edges(data=True) if {u, v} & world.own
    }  # fmt: skip


def _backbone(world: World) -> Cells:
    return {pair: {"joint": row["weight"]} for pair, row in _bonds(world).items()}


def _matrix(world: World) -> Cells:
    """Ties between, or inside, countries."""
    found: Counter[str] = Counter()
    for u, v in world.graph.edges:
        codes = sorted(code for code in (world.country(u), world.country(v)) if code)
        if len(codes) == 2:
            found[" ".join(codes)] += 1
    return {pair: {"observed": ties} for pair, ties in found.items()}


def _starts(world: World) -> Cells:
    rows = brute_force.counted(world.rows)
    starts = starts_of(rows)
    found: dict[str, list[str]] = defaultdict(list)
    for activity, first in starts.items():
        kind = world.activities[activity]["kind"]
        found[f"{first.year} {'family' if kind in FAMILY else 'other'}"].append(activity)
    return {
        key: {
            "activities": len(begun),
            "eur": _paid([row for row in rows if row["activity"] in set(begun)]),
        }
        for key, begun in found.items()
    }


def _windows(world: World) -> Cells:
    found: Cells = {}
    starts = sorted(row["start"] for row in world.rows if row["start"])
    before: nx.Graph[str] | None = None
    for year in range(starts[0].year, starts[-1].year - 1):  # the last ends in the last year
        inside = brute_force.during(world.rows, date(year, 1, 1), date(year + 2, 12, 31))
        net = brute_force.graph(brute_force.events(inside))
        found[f"{year}-01-01"] = {
            "end": f"{year + 2}-12-31",
            "nodes": len(net),
            "links": net.number_of_edges(),
            "giant_component": brute_force.largest_part(net),
            "density": nx.density(net),
            "transitivity": nx.transitivity(net),
        }
        if before is not None:
            found[f"{year}-01-01"] |= {
                "newcomers": len(set(net) - set(before)),
                "leavers": len(set(before) - set(net)),
                "new_links": sum(not before.has_edge(*edge) for edge in net.edges),
            }
        before = net
    return found


def _family(world: World) -> Cells:
    found: Cells = {}
    rows = [row for row in brute_force.counted(world.rows) if row["kind"] in FAMILY]
    starts = starts_of(rows)
    for activity in {row["activity"] for row in rows}:
        mine = [row for row in rows if row["activity"] == activity]
        found[activity] = {
            "start": starts.get(activity),
            "partners": len(world.events.get(activity, ())),
            "countries": len({row["country"] for row in mine} - {None, "EU"}),
            "eur": _paid(mine),
        }
    return found


def _topics_of_countries(world: World) -> Cells:
    found: dict[str, set[str]] = defaultdict(set)
    for row in brute_force.counted(world.rows):
        for topic in world.topics.get(row["activity"], ()):
            if row["country"]:
                found[f"{row['country']} {world.field(topic, 3)}"].add(row["activity"])
    return {key: {"activities": len(activities)} for key, activities in found.items()}


TABLES: dict[str, tuple[str, Callable[[World], Cells]]] = {
    "where-countries": ("country", _countries),
    "where-map": ("country", _countries),
    "where-matrix": ("one other", _matrix),
    "who-central": ("id", _central),
    "who-brokers": ("id", _brokers),
    "who-types": ("type", _types),
    "whom-bonds": ("one other", _bonds),
    "whom-backbone": ("one other", _backbone),
    "when-starts": ("year group", _starts),
    "when-growth": ("start", _windows),
    "family-actions": ("activity", _family),
    "gaps-topics": ("country topic", _topics_of_countries),
}
