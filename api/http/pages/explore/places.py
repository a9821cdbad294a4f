"""The page `/map`: organisations where they are, in clusters, and with whom a country works."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import polars as pl
from fastapi import APIRouter, Query
from markupsafe import Markup, escape
from starlette.responses import Response

from permed.api.http.pages.explore.outlines import Box, land, outlines
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ReleaseServer
from permed.api.text.names import name_of
from permed.api.text.wording import grouped, titled
from permed.graph.errors import NotFoundError, PermedError

__all__ = ["MapDot", "clusters", "place_routes", "ties_of"]

_WIDTH: Final = 960.0
_CELL: Final = 26.0  # pixels: organisations that are nearer share a dot
_ROWS: Final = 100
_LARGEST: Final = 24.0


_EUROPE: Final = "-12,34,42,70.5"
_WORLD: Final = "-170,-56,180,78"


@dataclass(frozen=True)
class MapDot:
    """Organisations that share a dot: how many, where on average, the first of them."""

    count: int
    longitude: float
    latitude: float
    first: str


def place_routes(server: ReleaseServer) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/map")
    async def page(
        box: str = Query(_EUROPE, max_length=80), country: str = Query("", max_length=20)
    ) -> Response:
        async with server.served() as served:
            status, trouble = 200, ""
            values = _empty(box, country)
            try:
                values |= await asyncio.to_thread(
                    _drawn, served.directory, Box.of(box or _EUROPE), country.strip().upper()
                )
            except PermedError as problem:
                trouble, status = str(problem), problem.status
            values |= {"trouble": trouble, "countries": _countries(served.directory)}
            return render("map.html", served, values, status)

    return router


def _empty(box: str, country: str) -> dict[str, Any]:
    views = [("Europe", f"/map?box={_EUROPE}"), ("World", f"/map?box={_WORLD}")]
    return {"svg": "", "rows": [], "ties": [], "total": 0, "placed": 0, "box": box,
            "country": country, "views": views, "outlined": False, "chosen": ""}  # fmt: skip


def _drawn(directory: Directory, box: Box, code: str) -> dict[str, Any]:
    placed = _placed(directory)
    inside = placed.filter(
        pl.col("longitude").is_between(box.west, box.east),
        pl.col("latitude").is_between(box.south, box.north),
    )
    chosen = f"country/{code}" if code else ""
    if chosen and chosen not in directory.row_of:
        raise NotFoundError(f"country={code}: no such country; choose one from the list")
    ties = ties_of(directory, chosen) if chosen else []
    if chosen:
        inside = inside.filter(pl.col("country") == chosen)
    parts = [land(box), *_tie_lines(directory, box, chosen, ties)]
    parts += [_dot(box, place, directory) for place in clusters(inside, box)]
    words = (
        f"Map of {inside.height} organisations in {len(parts)} dots; the table holds their names"
    )
    head = (
        f'<svg class="network world" viewBox="0 0 {_WIDTH:.0f} {box.height:.0f}" '
        f'width="{_WIDTH:.0f}" height="{box.height:.0f}" role="group" '
        f'aria-label="{words}">'
    )
    rows = [
        {**row, "name": name_of(row["id"], row["label"] or row["id"])}
        for row in inside.head(_ROWS).to_dicts()
    ]
    return {
        "svg": Markup(head + "".join(parts) + "</svg>"),  # noqa: S704 - numbers, and escaped names
        "rows": rows,
        "ties": [(me, directory.label(me), n) for me, n in ties],
        "total": inside.height,
        "placed": placed.height,
        "outlined": bool(outlines()),
        "chosen": directory.label(chosen) if chosen else "",
    }


@lru_cache(maxsize=2)
def _placed(directory: Directory) -> pl.DataFrame:
    """Organisations with a place, those that are partners most often first."""
    counts = directory.partners.group_by(pl.col("agent").alias("id")).len("activities")
    things = directory.things.filter(pl.col("kind") == "organisations")
    placed = things.join(directory.coordinates, on="id").drop_nulls(["longitude", "latitude"])
    found = placed.join(counts, on="id", how="left").with_columns(pl.col("activities").fill_null(0))
    return found.sort("activities", "id", descending=[True, False])


def clusters(placed: pl.DataFrame, box: Box) -> list[MapDot]:
    """Return the dots of a map: all organisations of one cell of the drawing share one."""
    across, down = box.scale
    cells = placed.with_columns(
        column=((pl.col("longitude") - box.west) * across / _CELL).floor().cast(pl.Int64),
        row=((box.north - pl.col("latitude")) * down / _CELL).floor().cast(pl.Int64),
    )
    found = cells.group_by("column", "row", maintain_order=True).agg(
        pl.len(), pl.col("longitude").mean(), pl.col("latitude").mean(), pl.col("id").first()
    )
    ordered = found.sort("len", "id", descending=[True, False])
    return [MapDot(n, lon, lat, me) for _, _, n, lon, lat, me in ordered.iter_rows()]


def ties_of(directory: Directory, country: str) -> list[tuple[str, int]]:
    """Return with which countries one shares activities, and how many, most first."""
    mine = directory.partner_countries.filter(pl.col("agent") == country)["activity"].unique()
    beside = directory.partner_countries.filter(
        pl.col("activity").is_in(mine.implode()), pl.col("agent") != country
    )
    counted = beside.group_by("agent").agg(pl.col("activity").n_unique())
    return list(counted.sort("activity", "agent", descending=[True, False]).iter_rows())


def _middles(directory: Directory) -> dict[str, tuple[float, float]]:
    """Median place of a country's organisations."""
    grouped = (
        _placed(directory)
        .group_by("country")
        .agg(pl.col("longitude").median(), pl.col("latitude").median())
    )
    return {c: (lon, lat) for c, lon, lat in grouped.drop_nulls().iter_rows()}


def _tie_lines(
    directory: Directory, box: Box, chosen: str, ties: Sequence[tuple[str, int]]
) -> list[str]:
    middles = _middles(directory)
    if chosen not in middles or not ties:
        return []
    x, y = box.at(*middles[chosen])
    most = ties[0][1]
    lines = []
    for me, count in reversed(ties):
        if me in middles:
            u, v = box.at(*middles[me])
            width = 0.5 + 6 * count / most
            told = escape(titled(directory.label(me), grouped(str(count)), "activities together"))
            lines.append(
                f'<a href="/compare?one={chosen}&amp;other={escape(me)}"><title>{told}</title>'
                f'<line class="between" x1="{x:.0f}" y1="{y:.0f}" x2="{u:.0f}" y2="{v:.0f}" '
                f'stroke-width="{width:.1f}"/></a>'
            )
    return lines


def _dot(box: Box, place: MapDot, directory: Directory) -> str:
    x, y = box.at(place.longitude, place.latitude)
    radius = min(2.5 + 2 * math.sqrt(place.count), _LARGEST)
    if place.count == 1:
        name = name_of(place.first, directory.label(place.first))
        href, told, text = f"/id/{place.first}", name, ""
    else:
        href = f"/map?box={box.around(place.longitude, place.latitude)}"
        told = f"{place.count} organisations here: look closer"
        text = f'<text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{place.count}</text>'
        text = text if radius > 8 else ""
    return (
        f'<a href="{escape(href)}"><title>{escape(told)}</title>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.1f}"/>{text}</a>'
    )


def _countries(directory: Directory) -> list[tuple[str, str]]:
    codes = _placed(directory)["country"].drop_nulls().unique()
    pairs = [(str(c).rsplit("/", 1)[-1], directory.label(str(c))) for c in codes]
    return sorted(pairs, key=lambda pair: pair[1].casefold())
