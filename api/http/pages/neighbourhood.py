"""The neighbourhood of a thing: its nearest neighbours as a table and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.api.http.pages.explore.queries_behind import QueryBehind, neighbours_query
from permed.api.http.pages.neighbours import Side, nearest, ties
from permed.api.http.pages.svg import Mark, ring_picture
from permed.api.http.release.directory import Directory
from permed.api.text.names import name_of

__all__ = ["Neighbourhood", "marks_of", "neighbourhood_of"]

_MOST: Final = 24
_LEAST_IN_A_RING: Final = 3
_WORDS: Final[dict[Side, tuple[str, str, str]]] = {
    "agent": ("Works with", "Who", "activities together"),
    "activity": ("Overlaps with", "What", "partners in common"),
}
_PEOPLE: Final = "people in common"
_PROJECTS: Final = "projects together"
_FUNDER: Final = "scheme/role/funder"


@dataclass(frozen=True)
class Neighbourhood:
    """Neighbours of one thing, most shared first, and their picture where it tells something."""

    title: str
    header: str
    counted: str
    rows: list[Mark]
    picture: str
    query: QueryBehind


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
    rows = marks_of(directory, found, "shared")
    among = ties(roles, found["id"].to_list(), side)
    centre = marks_of(directory, pl.DataFrame({"id": [me], "shared": [0]}), "shared")[0]
    names = ", ".join(f"{m.name} ({m.size})" for m in rows[:5])
    alt = f"Network around {centre.name}: most {counted} with {names}"
    large = len(rows) >= _LEAST_IN_A_RING
    return Neighbourhood(
        title,
        header,
        counted,
        rows,
        ring_picture(centre, rows, among, alt, counted) if large else "",
        neighbours_query(directory, me, by_people=counted == _PEOPLE),
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


def marks_of(directory: Directory, frame: pl.DataFrame, size: str) -> list[Mark]:
    """Return the marks of a picture for the ids of a frame; `size` is its column of counts."""
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
