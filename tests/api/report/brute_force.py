"""The figures of the report once more, in plain Python and networkx, from the Parquet tables.

Nothing here uses the code that makes the report: rows of the tables are dictionaries, networks are
networkx graphs, and every rule is written out as the documentation has it.
"""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from datetime import date
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl

Row = dict[str, Any]
ROLLS_UP = {"part-of", "continued-by", "precursor-of"}
JOINT_WORK = {
    "project", "csa", "partnership", "funding-network", "consortium", "initiative", "alliance",
}  # fmt: skip
FAMILY = {"csa", "partnership", "funding-network", "consortium"}


def day(text: str | None, last: bool) -> date | None:
    """First or last day of a year, a month or a day."""
    if not text:
        return None
    parts = [int(part) for part in text[:10].split("-")]
    month = parts[1] if len(parts) > 1 else 12 if last else 1
    end = calendar.monthrange(parts[0], month)[1] if last else 1
    return date(parts[0], month, parts[2] if len(parts) > 2 else end)


class Tables(dict[str, list[tuple[str, Row]]]):
    """Name of a table -> source and row of each of its rows, read when it is asked for."""

    def __init__(self, path: Path, sources: list[str]) -> None:
        super().__init__()
        self.folders = {source: path / "tables" / source for source in sources}

    def __missing__(self, name: str) -> list[tuple[str, Row]]:
        self[name] = [
            (source, row)
            for source, folder in self.folders.items()
            if (file := folder / f"{name}.parquet").is_file()
            for row in pl.read_parquet(file).to_dicts()
        ]
        return self[name]


class World:
    """A release, read table by table; kinds: of activity; of: codes or ids, or nothing.

    topic: label of the one that activities must have, or nothing.
    """

    def __init__(
        self, path: Path, sources: list[str], kinds: set[str], of: set[str], topic: str = ""
    ) -> None:
        self.tables = Tables(path, sources)
        self.kinds, self.of, self.topic = kinds, of, topic

    @cache  # noqa: B019 - a world lives as long as its tests
    def things(self, table: str) -> dict[str, Row]:
        """Rows by id; what the first source leaves open, the next may tell."""
        found: dict[str, Row] = {}
        for _, row in self.tables[table]:
            known = found.setdefault(row["id"], dict.fromkeys(row))
            known.update({k: v for k, v in row.items() if known.get(k) is None})
        return found

    @cached_property
    def organisations(self) -> dict[str, Row]:
        return self.things("organisations")

    @cached_property
    def activities(self) -> dict[str, Row]:
        return self.things("activities")

    @cached_property
    def country_names(self) -> dict[str, str]:
        return {key.split("/")[1]: row["name"] for key, row in self.things("countries").items()}

    @cached_property
    def units(self) -> dict[str, str]:
        """Organisation -> the one that it counts as."""
        up: dict[str, set[str]] = defaultdict(set)
        for _, row in self.tables["relations"]:
            one, kind, other = row["subject"], row["predicate"], row["object"]
            if one.startswith("organisation/") and str(other).startswith("organisation/"):
                if kind in ROLLS_UP and one != other:
                    up[one].add(other)
                elif kind == "replaces" and one != other:
                    up[other].add(one)
        ends = {}
        for start in up:
            seen = [start]
            while len(up.get(seen[-1], ())) == 1 and next(iter(up[seen[-1]])) not in seen:
                seen.append(next(iter(up[seen[-1]])))
            above = up.get(seen[-1], set())
            loops = len(above) == 1
            ends[start] = min(seen[seen.index(next(iter(above))) :]) if loops else seen[-1]
        return ends

    def country(self, agent: str) -> str | None:
        """Country that an agent counts for: its own code, or EU for an institution of it."""
        if agent.startswith("country/"):
            return agent.split("/")[1]
        row = self.organisations.get(agent) or self.things("regions").get(agent) or {}
        if row.get("org_type") == "eu-institution":
            return "EU"
        return row["country"].split("/")[1] if row.get("country") else None

    @cached_property
    def every_role(self) -> list[Row]:
        """One row a unit, activity, role and first day, of all activities."""
        first: dict[tuple[str, str, str], date] = {}
        for _, row in self.tables["roles"]:
            if start := day(row["start"], last=False):
                whose = (row["agent"], row["activity"], row["role"])
                first[whose] = min(first.get(whose, start), start)
        stated: dict[tuple[Any, ...], dict[Any, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for _, row in self.tables["roles"]:
            whose = (row["agent"], row["activity"], row["role"])
            start = day(row["start"], last=False) or first.get(whose)
            unit = self.units.get(row["agent"], row["agent"])
            key = (row["activity"], unit, row["agent"], row["role"], start)
            stated[key][row.get("part")].append(row)
        found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        paid: set[tuple[Any, ...]] = set()
        for key in sorted(stated, key=lambda k: (*k[:4], k[4] or date.max)):
            activity, unit, _, role, start = key
            told = [_first(rows) for rows in stated[key].values()]
            amounts = [amount for amount in told if amount is not None]
            amount = sum(amounts) if amounts else None
            if (activity, unit, amount) in paid:
                amount = None
            paid.add((activity, unit, amount))
            rows = [row for group in stated[key].values() for row in group]
            found[activity, unit, role, start].append({"rows": rows, "amount": amount})
        return [self._role(key, parts) for key, parts in found.items()]

    def _role(self, key: tuple[Any, ...], parts: list[Row]) -> Row:
        activity, unit, role, start = key
        rows = [row for part in parts for row in part["rows"]]
        ends = [d for row in rows if (d := day(row["end"], last=True))]
        seen = [row["attested"] for row in rows if row["attested"]]
        at = min((row["affiliation"] for row in rows if row["affiliation"]), default=None)
        about = self.activities.get(activity, {})
        end = max(ends, default=None)
        if start or end or not seen:
            start = start or day(about.get("start"), last=False)
            end = end or day(about.get("end"), last=True)
        else:
            start = min(d for text in seen if (d := day(text, last=False)))
            end = max(d for text in seen if (d := day(text, last=True)))
        amounts = [part["amount"] for part in parts if part["amount"] is not None]
        return {
            "agent": unit,
            "activity": activity,
            "role": role,
            "kind": about.get("kind"),
            "start": start,
            "end": end,
            "amount": sum(amounts) if amounts else None,
            "country": self.country(unit) or (self.country(at) if at else None),
            "region": self.organisations.get(unit, {}).get("region"),
            "type": self.organisations.get(unit, {}).get("org_type"),
        }

    @cached_property
    def joint_work(self) -> list[Row]:
        """Roles in joint work, whatever the selection."""
        return [row for row in self.every_role if row["kind"] in JOINT_WORK]

    @cached_property
    def rows(self) -> list[Row]:
        """Roles of the selection that count."""
        inside = [row for row in self.every_role if row["kind"] in self.kinds]
        if self.topic:
            labels = {key: str(row["label"]).lower() for key, row in self.things("topics").items()}
            about = {
                row["entity"] for _, row in self.tables["classifications"]
                if labels.get(row["topic"]) == self.topic
            }  # fmt: skip
            inside = [row for row in inside if row["activity"] in about]
        if not self.of:
            return counted(inside)
        wanted = {r["activity"] for r in inside if {r["country"], r["agent"]} & self.of}
        return counted([row for row in inside if row["activity"] in wanted])

    @cached_property
    def events(self) -> dict[str, set[str]]:
        """Activity -> organisations that take part on their own account."""
        return events(self.rows)

    @cached_property
    def graph(self) -> nx.Graph[str]:
        return graph(self.events)

    @cached_property
    def own(self) -> set[str]:
        """Organisations that the report is about."""
        if not self.of:
            return set(self.graph)
        return {node for node in self.graph if {node, self.country(node)} & self.of}

    @cached_property
    def topics(self) -> dict[str, set[str]]:
        """Activity -> its EuroSciVoc topics (ids)."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, row in self.tables["classifications"]:
            if row["topic"].startswith("euroscivoc/"):
                found[row["entity"]].add(row["topic"])
        return found

    def field(self, topic: str, depth: int) -> str:
        """Label of the ancestor at that depth, or of the topic itself where it stands higher."""
        known = self.things("topics")
        line = [topic]
        while (above := known.get(line[0], {}).get("broader")) and above not in line:
            line.insert(0, above)
        top = line[:depth][-1]
        return str(known[top]["label"])


def _first(rows: list[Row]) -> float | None:
    for row in rows:
        for column in ("ec_contribution", "net_ec_contribution"):
            if row[column] not in (None, ""):
                return float(row[column])
    return None


def counted(rows: list[Row]) -> list[Row]:
    """Rows that stand for nobody else of their activity."""
    by_activity: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_activity[row["activity"]].append(row)
    kept = []
    for together in by_activity.values():
        speakers = [r for r in together if _speaks(r)]
        others = [r for r in together if not _speaks(r)]
        places = [r for r in others if r["agent"].split("/")[0] in ("country", "region")]
        holders = [r for r in others if r not in places]
        here = {f"country/{r['country']}" for r in holders} | {r["region"] for r in holders}
        named = [r for r in places if r["agent"] not in here]
        kept += [*holders, *named, *([] if others else speakers)]
    return kept


def _speaks(row: Row) -> bool:
    return row["agent"].startswith("person/") or row["role"] in ("representative", "contact")


def events(rows: list[Row]) -> dict[str, set[str]]:
    """Activity -> organisations with a role that counts."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in counted(rows):
        if row["agent"].startswith("organisation/"):
            found[row["activity"]].add(row["agent"])
    return found


def graph(members: dict[str, set[str]]) -> nx.Graph[str]:
    """Organisations tied by joint activities; weight: how many."""
    found: nx.Graph[str] = nx.Graph()
    for together in members.values():
        found.add_nodes_from(together)
        for one, other in combinations(sorted(together), 2):
            before = found[one][other]["weight"] if found.has_edge(one, other) else 0
            found.add_edge(one, other, weight=before + 1)
    return found


def open_pairs(net: nx.Graph[str], node: str) -> list[tuple[str, str]]:
    """Ordered pairs of partners that are no partners themselves."""
    return [
        (i, k) for i in net[node] for k in net[node] if i != k and not net.has_edge(i, k)
    ]  # fmt: skip


def largest_part(net: nx.Graph[str]) -> int:
    """Nodes of the largest component."""
    return max(map(len, nx.connected_components(net)), default=0)


def by_year(rows: list[Row]) -> dict[int, list[int]]:
    """Year in which activities start -> how many participants each of them has."""
    start: dict[str, date] = {}
    members: dict[str, set[str]] = defaultdict(set)
    for row in counted(rows):
        members[row["activity"]].add(row["agent"])
        if row["start"]:
            start[row["activity"]] = min(start.get(row["activity"], row["start"]), row["start"])
    found: dict[int, list[int]] = defaultdict(list)
    for activity, first in start.items():
        found[first.year].append(len(members[activity]))
    return found


def during(rows: list[Row], first: date, last: date) -> list[Row]:
    """Rows with a date whose period, open where a date is missing, touches the days."""
    return [
        row for row in rows
        if (row["start"] or row["end"])
        and (row["end"] is None or row["end"] >= first)
        and (row["start"] is None or row["start"] <= last)
    ]  # fmt: skip


def counts(values: list[str | None]) -> Counter[str]:
    """How often each value stands there, nothing left out."""
    return Counter(value for value in values if value)
