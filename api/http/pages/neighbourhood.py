"""The neighbourhood of a thing: its nearest neighbours as a table and a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.api.http.pages.explore.queries_behind import QueryBehind, neighbours_query
from permed.api.http.pages.neighbours import OTHER, Side, nearest, ties
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
    has_members = not directory.rows("roles", "activity", me).is_empty()
    side: Side = "activity" if has_members else "agent"
    title, header, counted = _WORDS[side]
    me = directory.units.get(me, me)
    tied = _activity_ties(directory, me) if side == "activity" else _agent_ties(me)
    counted = tied.counted or counted
    mine = tied.rows(directory, side, [me])[OTHER[side]].unique()
    found = nearest(tied.rows(directory, OTHER[side], mine), me, side, _MOST)
    if found.is_empty():
        return None
    rows = marks_of(directory, found, "shared")
    among = ties(tied.rows(directory, side, found["id"]), found["id"].to_list(), side)
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


@dataclass(frozen=True)
class _Tied:
    """What ties things: a frame of the directory, which of its rows, other words for the count."""

    frame: str
    stem: str = ""  # agents of this kind only
    activities: str = ""  # activities of this kind only
    counted: str = ""

    def rows(self, directory: Directory, side: Side, things: Iterable[str]) -> pl.DataFrame:
        """Return agent and activity of the ties of things that stand on one side."""
        found = directory.index(self.frame, side).any_of(things, ("agent", "activity"))
        for column, stem in (("agent", self.stem), ("activity", self.activities)):
            found = found.filter(pl.col(column).str.starts_with(f"{stem}/")) if stem else found
        return found


def _activity_ties(directory: Directory, me: str) -> _Tied:
    """What ties activities: the partners of those that have any, else the people."""
    if not directory.rows("partners", "activity", me).is_empty():
        return _Tied("partners")
    return _Tied("roles", stem="person", counted=_PEOPLE)


def _agent_ties(me: str) -> _Tied:
    """Who takes part with whom: organisations as partners or funders, countries through theirs.

    Persons stand beside persons, regions beside regions.
    """
    stem = me.split("/", 1)[0]
    if stem == "country":
        return _Tied("partner_countries", activities="project", counted=_PROJECTS)
    return _Tied("organisation_ties") if stem == "organisation" else _Tied("roles", stem=stem)


def marks_of(directory: Directory, frame: pl.DataFrame, size: str) -> list[Mark]:
    """Return the marks of a picture for the ids of a frame; `size` is its column of counts."""
    columns = ("id", "label", "acronym", "type")
    known = directory.index("things", "id").any_of(frame["id"], columns)
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
