"""The page `/compare`: two countries, organisations, topics or periods side by side."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from fastapi import APIRouter, Query
from starlette.responses import Response

from permed.api.http.pages.explore.queries_behind import QueryBehind, sides_query
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ReleaseServer
from permed.api.text.names import name_of
from permed.graph.errors import InputError, NotFoundError, PermedError

__all__ = ["Side", "SideBySide", "compare", "compare_routes"]

_PERIOD: Final = re.compile(r"(\d{4})\s*(?::|-|–|to)\s*(\d{4})")
_KINDS: Final = {"countries": "country", "organisations": "organisation", "topics": "topic"}
_TOP: Final = 8
_COMMON: Final = 25
_LONGEST: Final = 200


@dataclass(frozen=True)
class Side:
    """One side: what it is, its id (of a period `2014:2020`), name, address and activities."""

    kind: str
    id: str
    name: str
    href: str
    activities: frozenset[str]


@dataclass(frozen=True)
class SideBySide:
    """Two sides: rows of words and both figures, partners most often there, what both share."""

    one: Side
    other: Side
    rows: list[tuple[str, int, int]]
    top: list[tuple[str, str, int, int]]
    common: list[tuple[str, str]]
    shared: int
    query: QueryBehind


def compare_routes(server: ReleaseServer) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/compare")
    async def page(
        one: str = Query("", max_length=_LONGEST), other: str = Query("", max_length=_LONGEST)
    ) -> Response:
        async with server.served() as served:
            values: dict[str, Any] = {"one": one, "other": other, "found": None, "trouble": ""}
            status = 200
            try:
                if one.strip() and other.strip():
                    values["found"] = await asyncio.to_thread(
                        compare, served.directory, one.strip(), other.strip()
                    )
            except PermedError as problem:
                values["trouble"], status = str(problem), problem.status
            return render("compare.html", served, values, status)

    return router


def compare(directory: Directory, one: str, other: str) -> SideBySide:
    """Return two things side by side, each by id, code, name or as a period (`2014:2020`).

    InputError where they are of different kinds, NotFoundError where there is no such thing.
    """
    sides = _side(directory, one), _side(directory, other)
    if sides[0].kind != sides[1].kind:
        told = " and ".join(f"{side.name} is a {side.kind}" for side in sides)
        raise InputError(f"{told}: compare two of a kind")
    both = sides[0].activities & sides[1].activities
    names = sorted((directory.label(a), a) for a in both)
    return SideBySide(
        *sides,
        list(_rows(directory, *sides)),
        _top(directory, *sides),
        [(a, label) for label, a in names[:_COMMON]],
        len(both),
        sides_query(directory, [(side.kind, side.id) for side in sides]),
    )


def _side(directory: Directory, said: str) -> Side:
    if period := _PERIOD.fullmatch(said):
        return _period(directory, *period.groups())
    me = _found(directory, said)
    kind = _KINDS.get(str(directory.things["kind"][directory.row_of[me]]))
    if kind is None:
        raise InputError(f"{said}: compare countries, organisations, topics or periods (2014:2020)")
    if kind == "topic":
        held = directory.topics.filter(pl.col("value") == me)["id"]
    elif kind == "country":
        held = directory.partner_countries.filter(pl.col("agent") == me)["activity"]
    else:
        unit = directory.units.get(me, me)
        held = directory.partners.filter(pl.col("agent") == unit)["activity"]
    name = name_of(me, directory.label(me))
    return Side(kind, me, name, f"/id/{me}", frozenset(held))


def _period(directory: Directory, first: str, last: str) -> Side:
    if first > last:
        raise InputError(f"{first}:{last} ends before it starts")
    begun = directory.things.filter(
        pl.col("start").str.slice(0, 4).is_between(pl.lit(first), pl.lit(last)),
        pl.col("id").is_in(directory.partners["activity"].unique().implode()),
    )
    years = f"{first} to {last}"
    return Side("period", f"{first}:{last}", f"Begun {years}", "/search", frozenset(begun["id"]))


def _found(directory: Directory, said: str) -> str:
    for me in (said, f"country/{said.upper()}", f"scheme/{said}"):
        if me in directory.row_of:
            return me
    hits = directory.find(said, names_only=True).filter(pl.col("kind").is_in(list(_KINDS)))
    if hits.is_empty():
        raise NotFoundError(f"no country, organisation or topic is called {said!r}")
    return str(hits["id"][0])


def _rows(directory: Directory, one: Side, other: Side) -> Iterator[tuple[str, int, int]]:
    """Yield figures by the one rule of counting: activities, by kind, partners, countries."""
    yield "activities", len(one.activities), len(other.activities)
    if one.kind in ("organisation", "country"):
        yield (
            "coordinated",
            directory.led_by(one.id).n_unique(),
            directory.led_by(other.id).n_unique(),
        )
    named = (("partners", directory.partners), ("countries", directory.partner_countries))
    for words, frame in named:
        counts = _agents(frame, one).n_unique(), _agents(frame, other).n_unique()
        yield f"{words} in them", *counts
    mine, theirs = _types(directory, one), _types(directory, other)
    for name in sorted({*mine, *theirs}, key=lambda n: (-mine.get(n, 0) - theirs.get(n, 0), n)):
        yield f"activities: {directory.label(name)}", mine.get(name, 0), theirs.get(name, 0)


def _agents(frame: pl.DataFrame, side: Side) -> pl.Series:
    return frame.filter(pl.col("activity").is_in(list(side.activities)))["agent"]


def _types(directory: Directory, side: Side) -> dict[str, int]:
    mine = directory.things.filter(pl.col("id").is_in(list(side.activities)))
    return dict(mine["activity_type"].drop_nulls().value_counts().iter_rows())


def _top(directory: Directory, one: Side, other: Side) -> list[tuple[str, str, int, int]]:
    """Return the countries or organisations that stand most often beside either side."""
    countries = one.kind in ("country", "topic", "period")
    frame = directory.partner_countries if countries else directory.partners
    counts = [dict(_agents(frame, side).value_counts().iter_rows()) for side in (one, other)]
    mine = {one.id, other.id}
    order = sorted(
        {*counts[0], *counts[1]} - mine, key=lambda a: (-sum(c.get(a, 0) for c in counts), a)
    )
    return [
        (a, name_of(a, directory.label(a)), counts[0].get(a, 0), counts[1].get(a, 0))
        for a in order[:_TOP]
    ]
