"""The neighbourhood of a thing: its nearest neighbours as a table and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import polars as pl

from permed.api.http.pages.explore.queries_behind import QueryBehind, neighbours_query
from permed.api.http.pages.neighbours import Side, TwoSided, nearest, ties
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
    pairs = _ties_of(directory, tied)
    found = nearest(pairs, me, side, _MOST)
    if not found:
        return None
    rows = marks_of(directory, found)
    among = ties(pairs, [one for one, _ in found], side)
    centre = marks_of(directory, [(me, 0)])[0]
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


_two_sided: Final[WeakKeyDictionary[Directory, dict[_Tied, TwoSided]]] = WeakKeyDictionary()


def _ties_of(directory: Directory, tied: _Tied) -> TwoSided:
    """Return the ties of a kind; they are made when first asked for, and go with the release."""
    made = _two_sided.setdefault(directory, {})
    if tied not in made:
        made[tied] = _tied(directory, tied)
    return made[tied]


def _tied(directory: Directory, tied: _Tied) -> TwoSided:
    pairs: pl.DataFrame = getattr(directory, tied.frame)
    for column, stem in (("agent", tied.stem), ("activity", tied.activities)):
        pairs = pairs.filter(pl.col(column).str.starts_with(f"{stem}/")) if stem else pairs
    return TwoSided(pairs)


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


def marks_of(directory: Directory, sizes: Sequence[tuple[str, int]]) -> list[Mark]:
    """Return the marks of a picture for ids and what is counted of them."""
    told = ("label", "acronym", "type")
    found = directory.index("things", "id").any_of([one for one, _ in sizes], ("id", *told))
    columns = (found[name] for name in told)
    known = dict(zip(found["id"], zip(*columns, strict=True), strict=True))
    return [_mark(one, size, *known.get(one, (None, None, None))) for one, size in sizes]


def _mark(one: str, size: int, label: str | None, acronym: str | None, kind: str | None) -> Mark:
    name = name_of(one, label or one)
    short = name_of(one, acronym or _initial(name))
    return Mark(one, name, short, f"/id/{one}", size, (kind or "").rsplit("/", 1)[-1])


def _initial(name: str) -> str:
    """Return the acronym that a name gives in brackets at its end, or the name."""
    head, bracket, tail = name.rstrip(")").rpartition("(")
    return tail if bracket and head and name.endswith(")") else name
