"""The neighbourhood of a thing: its nearest neighbours as a table and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from permed.api.http.pages.neighbours import Side, activity_map, nearest, ties
from permed.api.http.pages.svg import Mark, map_picture, ring_picture
from permed.api.http.release.directory import Directory
from permed.api.text.names import name_of

__all__ = ["Neighbourhood", "Overview", "neighbourhood_of", "overview"]

_MOST: Final = 24
_LEAST_IN_A_RING: Final = 3
# the kinds of activity that make up the overview: what funds, coordinates and steers
_OVERVIEW_KINDS: Final = (
    "csa",
    "partnership",
    "funding-network",
    "consortium",
    "initiative",
    "alliance",
)
_LEAST_SHARED: Final = 2  # one alone may be chance
_WORDS: Final[dict[Side, tuple[str, str, str]]] = {
    "agent": ("Works with", "Who", "activities together"),
    "activity": ("Overlaps with", "What", "partners in common"),
}
_PEOPLE: Final = "people in common"
_PROJECTS: Final = "projects together"
_FUNDER: Final = "scheme/role/funder"
_MOST_ON_THE_MAP: Final = 45
_LARGEST: Final = 6


@dataclass(frozen=True)
class Neighbourhood:
    """Neighbours of one thing, most shared first, and their picture where it tells something."""

    title: str
    header: str
    counted: str
    rows: list[Mark]
    picture: str


@dataclass(frozen=True)
class Overview:
    """The activities that hold the field together: their map, and the largest of them."""

    picture: str = ""
    largest: tuple[Mark, ...] = ()


def neighbourhood_of(directory: Directory, me: str) -> Neighbourhood | None:
    """Return who stands nearest to an agent or activity; None where nobody shares anything."""
    side: Side = "activity" if (directory.roles["activity"] == me).any() else "agent"
    title, header, counted = _WORDS[side]
    me = directory.units.get(me, me)
    roles, other = _activity_ties(directory, me) if side == "activity" else _agents(directory, me)
    counted = other or counted
    found = nearest(roles, me, side, _MOST)
    if found.is_empty():
        return None
    rows = _marks(directory, found, "shared")
    among = ties(roles, found["id"].to_list(), side)
    centre = _marks(directory, pl.DataFrame({"id": [me], "shared": [0]}), "shared")[0]
    names = ", ".join(f"{m.name} ({m.size})" for m in rows[:5])
    alt = f"Network around {centre.name}: most {counted} with {names}"
    large = len(rows) >= _LEAST_IN_A_RING
    return Neighbourhood(
        title,
        header,
        counted,
        rows,
        ring_picture(centre, rows, among, alt, counted) if large else "",
    )


def _activity_ties(directory: Directory, me: str) -> tuple[pl.DataFrame, str]:
    """What ties activities: the partners of those that have any, else the people."""
    if (directory.partners["activity"] == me).any():
        return directory.partners, ""
    people = pl.col("agent").str.starts_with("person/")
    return directory.roles.filter(people).select("agent", "activity"), _PEOPLE


def _agents(directory: Directory, me: str) -> tuple[pl.DataFrame, str]:
    """Who takes part with whom: organisations as partners or funders, countries through theirs.

    Persons stand beside persons, regions beside regions.
    """
    stem = me.split("/", 1)[0]
    if stem == "country":
        projects = pl.col("activity").str.starts_with("project/")
        return directory.partner_countries.filter(projects), _PROJECTS
    mine = pl.col("agent").str.starts_with(f"{stem}/")
    if stem != "organisation":
        return directory.roles.filter(mine).select("agent", "activity"), ""
    funders = directory.roles.filter(mine, pl.col("role") == _FUNDER).select(
        pl.col("agent").replace(directory.units), "activity"
    )
    return pl.concat([directory.partners, funders]).unique(maintain_order=True), ""


@lru_cache(maxsize=1)
def overview(directory: Directory) -> Overview:
    """Draw how consortia, networks and coordination actions hang together; empty without any."""
    chosen = directory.things.filter(pl.col("activity_type").is_in(_type_ids()))["id"].to_list()
    nodes, edges = activity_map(directory.partners, chosen, _LEAST_SHARED)
    nodes = nodes.sort("members", "id", descending=[True, False]).head(_MOST_ON_THE_MAP)
    kept = nodes["id"].implode()
    edges = edges.filter(pl.col("source").is_in(kept), pl.col("target").is_in(kept))
    if edges.is_empty():
        return Overview()
    alt = (
        f"Map of {nodes.height} consortia, networks and coordination actions; lines join those "
        f"with {_LEAST_SHARED} or more partners in common, {edges.height} pairs"
    )
    marks = _marks(directory, nodes, "members")
    return Overview(map_picture(marks, edges, alt), tuple(marks[:_LARGEST]))


def _type_ids() -> list[str]:
    return [f"scheme/activity-type/{code}" for code in _OVERVIEW_KINDS]


def _marks(directory: Directory, frame: pl.DataFrame, size: str) -> list[Mark]:
    known = directory.things.select("id", "label", "acronym", "type")
    full = frame.join(known, on="id", how="left", maintain_order="left")
    return [
        Mark(
            id=row["id"],
            name=(name := name_of(row["id"], row["label"] or row["id"])),
            short=name_of(row["id"], row["acronym"] or _initial(name)),
            href=f"/id/{row['id']}",
            size=int(row[size]),
            group=str(row["type"] or "").rsplit("/", 1)[-1],
        )
        for row in full.iter_rows(named=True)
    ]


def _initial(name: str) -> str:
    """Return the acronym that a name gives in brackets at its end, or the name."""
    head, bracket, tail = name.rstrip(")").rpartition("(")
    return tail if bracket and head and name.endswith(")") else name
