"""The page `/map/flows`: who works with whom, drawn between countries or regions on the map."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import polars as pl
from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import Response

from permed.api.http.network.selection_form import NetworkState, fields_of, state_of, usual_words
from permed.api.http.network.worker_client import AnalysisWorker
from permed.api.http.pages.explore.outlines import Box, land, outlines
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.text.names import name_of, shortened
from permed.api.text.wording import grouped
from permed.graph.errors import InputError, PermedError
from permed.graph.releases.release import Release

__all__ = ["Flow", "flow_routes", "flows_of", "places_of"]

_EUROPE: Final = "-12,34,42,70.5"
_WORLD: Final = "-170,-56,180,78"
_LEVELS: Final = ("countries", "regions")
_FIRST: Final = (("nodes", "countries"),)
_FIELDS: Final = ("nodes", "relation", "role", "programme", "relevance", "from", "to", "weight")
_DRAWN: Final = 150  # lines that can still be told apart
_ROWS: Final = 40
_NAMED: Final = 25  # places whose names can stand beside each other
_LONGEST: Final = 24  # letters of a name
_LETTER: Final = 8.5  # units of the drawing that a letter is wide
_LINE: Final = 17.0  # units that a line is high
_WIDEST: Final = 8.0
_COLUMNS: Final = ["id", "country", "region", "latitude", "longitude"]


@dataclass(frozen=True)
class Flow:
    """Two places (ids and names) and the weight between them."""

    one: str
    one_name: str
    other: str
    other_name: str
    weight: float


def flow_routes(server: ReleaseServer, worker: AnalysisWorker) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/map/flows")
    async def flows(request: Request) -> Response:
        async with server.served() as served:
            return await _page(served, worker, request.query_params.multi_items())

    return router


async def _page(
    served: ServedRelease, worker: AnalysisWorker, asked: Sequence[tuple[str, str]]
) -> Response:
    trouble, status, found = "", 200, list[Flow]()
    box = dict(asked).get("box") or _EUROPE
    state = state_of(_FIRST)
    values: dict[str, Any] = {"svg": "", "sparql": None, "drawn": 0, "placed": 0}
    try:
        state = _state([pair for pair in asked if pair[0] != "box"])
        part = Box.of(box)
        asked_of = {"release": served.id, "selection": state.selection, "options": {},
                    "rows": served.settings.max_rows}  # fmt: skip
        file = await worker.answer({**asked_of, "analysis": "export", "format": "edges-csv"})
        told = await worker.answer({**asked_of, "analysis": "graph", "format": "json"})
        found = flows_of(file.body)
        places = await asyncio.to_thread(places_of, served.release, str(state.selection["nodes"]))
        values |= _drawn(found, places, part, state)
        values["sparql"] = orjson.loads(told.body)["sparql"]
    except PermedError as problem:
        trouble, status = str(problem), problem.status
    words = [pair for pair in state.said if pair[0] != "nodes"]
    values |= {
        "state": state, "trouble": trouble, "box": box, "total": len(found),
        "rows": [(flow, _joint(flow, state)) for flow in found[:_ROWS]],
        "fields": [f for f in fields_of(served.directory, state) if f.name in _FIELDS],
        "levels": _LEVELS, "level": state.selection.get("nodes", "countries"),
        "weight": dict(state.said).get("weight", usual_words()["weight"]),
        "views": [(name, f"/map/flows?{urlencode([*state.said, ('box', b)])}")
                  for name, b in (("Europe", _EUROPE), ("World", _WORLD))],
        "csv": f"/api/v1/network/export?{urlencode([*state.said, ('format', 'edges-csv')])}",
        "rest": f"/api/v1/network/graph?{state.query}", "outlined": bool(outlines()),
        "network": f"/network?{state.query}", "narrowed": bool(words),
    }  # fmt: skip
    return render("flows.html", served, values, status)


def _state(asked: Sequence[tuple[str, str]]) -> NetworkState:
    named = list(asked) if "nodes" in dict(asked) else [*_FIRST, *asked]
    state = state_of(named)
    level = state.selection.get("nodes", "organisations")
    if level not in _LEVELS:
        raise InputError(
            f"nodes={level}: a map has places of {' and '.join(_LEVELS)}; /network draws the others"
        )
    return state


def flows_of(file: bytes) -> list[Flow]:
    """Return the ties of a file of edges (`edges_csv`), the heaviest first."""
    texts = dict.fromkeys(("Source", "Target", "source_label", "target_label"), pl.String)
    table = pl.read_csv(file, schema_overrides={**texts, "Weight": pl.Float64})
    found = [
        Flow(one, name_of(one, names[0] or one), other, name_of(other, names[1] or other), weight)
        for one, other, weight, *names in table.select(
            "Source", "Target", "Weight", "source_label", "target_label"
        ).iter_rows()
    ]
    return sorted(found, key=lambda flow: (-flow.weight, flow.one, flow.other))


@lru_cache(maxsize=4)
def places_of(release: Release, level: str) -> dict[str, tuple[float, float]]:
    """Return the median longitude and latitude of the organisations of every country or region."""
    column = {"countries": "country", "regions": "region"}[level]
    tables = [release.table(source, "organisations", _COLUMNS) for source in release.sources]
    known = pl.concat([t.select(_COLUMNS) for t in tables if set(_COLUMNS) <= set(t.columns)])
    degrees = pl.col("longitude", "latitude").cast(pl.Float64, strict=False)
    placed = known.with_columns(degrees).drop_nulls([column, "longitude", "latitude"])
    middle = placed.unique("id").group_by(column).agg(pl.col("longitude", "latitude").median())
    return {place: (lon, lat) for place, lon, lat in middle.iter_rows()}


def _drawn(
    found: Sequence[Flow], places: Mapping[str, tuple[float, float]], box: Box, state: NetworkState
) -> dict[str, Any]:
    inside = {me for me, at in places.items() if _within(box, at)}
    shown = [f for f in found if f.one in inside and f.other in inside and f.one != f.other][
        :_DRAWN
    ]
    most = shown[0].weight if shown else 1.0
    lines = [_line(flow, places, box, most, _joint(flow, state)) for flow in reversed(shown)]
    ends = {me: name for f in shown
            for me, name in ((f.one, f.one_name), (f.other, f.other_name))}  # fmt: skip
    at = {me: box.at(*places[me]) for me in ends}
    names = beside_each_other({me: (at[me], ends[me]) for me in list(ends)[:_NAMED]})
    dots = [_dot(me, name, at[me], names.get(me)) for me, name in ends.items()]
    head = (
        f'<svg class="network world" viewBox="0 0 960 {box.height:.0f}" width="960" '
        f'height="{box.height:.0f}" role="group" aria-label="Map of {len(shown)} flows; the table '
        'holds the same in figures">'
    )
    svg = head + land(box) + "".join([*lines, *dots]) + "</svg>"
    # all in it is a number or escaped
    return {"svg": Markup(svg), "drawn": len(shown), "placed": len(ends)}  # noqa: S704


def _within(box: Box, place: tuple[float, float]) -> bool:
    return box.west <= place[0] <= box.east and box.south <= place[1] <= box.north


def _line(
    flow: Flow, places: Mapping[str, tuple[float, float]], box: Box, most: float, href: str
) -> str:
    (x, y), (u, v) = box.at(*places[flow.one]), box.at(*places[flow.other])
    told = f"{flow.one_name} – {flow.other_name}: {grouped(f'{flow.weight:.6g}')}"
    ends = f'x1="{x:.0f}" y1="{y:.0f}" x2="{u:.0f}" y2="{v:.0f}"'
    width = 0.4 + _WIDEST * flow.weight / most
    return (
        f'<a href="{escape(href)}"><title>{escape(told)}</title>'
        f'<line class="between" {ends} stroke-width="{width:.1f}"/></a>'
    )


def _dot(me: str, name: str, at: tuple[float, float], anchor: str | None) -> str:
    """Return a dot; anchor: where the name begins ("start": right of the dot), if it has room."""
    x, y = at
    beside = x + 6 if anchor == "start" else x - 6
    text = (
        f'<text class="name" x="{beside:.0f}" y="{y + 4:.0f}" text-anchor="{anchor}">'
        f"{escape(shortened(name, _LONGEST))}</text>"
    )
    return (
        f'<a href="/id/{escape(me)}"><title>{escape(name)}</title>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3.5"/>{text if anchor else ""}</a>'
    )


def beside_each_other(named: Mapping[str, tuple[tuple[float, float], str]]) -> dict[str, str]:
    """Return on which side of its dot each name has room, the first first; without room none.

    named: place in the drawing and name. The sides are those of the SVG attribute text-anchor.
    """
    taken: list[tuple[float, float, float]] = []
    sides: dict[str, str] = {}
    for me, ((x, y), name) in named.items():
        wide = _LETTER * len(shortened(name, _LONGEST))
        for side, left in (("start", x + 6), ("end", x - 6 - wide)):
            if all(
                left > right or left + wide < other or abs(y - row) > _LINE
                for other, right, row in taken
            ):
                taken.append((left, left + wide, y))
                sides[me] = side
                break
    return sides


def _joint(flow: Flow, state: NetworkState) -> str:
    """Address of the activities behind a flow."""
    years = {"from": "first", "to": "last"}
    said = [(years.get(name, name), value) for name, value in state.said]
    return f"/path?{urlencode([('from', flow.one), ('to', flow.other), *said])}"
