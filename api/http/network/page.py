"""The pages `/network` and `/path`: a network as picture and tables, the ways between two."""

from __future__ import annotations

import shlex
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.network.paths import PathsQuery, Way, ways_of
from permed.api.http.network.picture import drawn_network
from permed.api.http.network.selection_form import (
    NetworkState,
    fields_of,
    first_view,
    state_of,
    usual_words,
)
from permed.api.http.network.worker_client import AnalysisWorker
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.graph.errors import PermedError
from permed.graph.network.projection.options import OPTIONS

__all__ = ["network_page_routes"]

_FILES: Final = ("gexf", "graphml", "vosviewer", "pajek", "nodes-csv", "edges-csv")


def network_page_routes(server: ReleaseServer, worker: AnalysisWorker) -> APIRouter:
    """Return the routes of the pages; they are left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/network")
    async def network(request: Request) -> Response:
        async with server.served() as served:
            return await _network(served, worker, request)

    @router.get("/path")
    async def path(request: Request) -> Response:
        async with server.served() as served:
            return await _path(served, worker, request)

    return router


async def _network(served: ServedRelease, worker: AnalysisWorker, request: Request) -> Response:
    # late: its libraries are slow to load, and the server starts without them
    from permed.graph.network.measures.catalogue import MEASURES

    trouble, status, drawn, sparql = "", 200, None, None
    state = NetworkState({}, (), {"colour": "community", "size": "degree", "pin": ""})
    try:
        state = state_of(request.query_params.multi_items(), first_view(served.directory))
        told = await _graph(served, worker, state)
        sparql = told["sparql"]
        drawn = drawn_network(told, state.view["colour"], state.view["size"])
    except PermedError as problem:
        trouble, status = str(problem), problem.status
    fields = fields_of(served.directory, state)
    values: dict[str, Any] = {
        "state": state,
        "fields": fields,
        "named": {f.name: dict(f.choices) for f in fields if f.name in ("country", "type")},
        "drawn": drawn,
        "trouble": trouble,
        "measures": {n: m.title for n, m in MEASURES.items()} | {"brokerage": "Brokerage"},
        "files": [(f, f"/api/v1/network/export?{_with(state, format=f)}") for f in _FILES],
        "usual": usual_words(),
        "graph": f"/api/v1/network/graph?{state.query}",
        "rest": f"/api/v1/network/measure?{state.query}",
        "command": _command(state),
        "sparql": sparql,
    }
    return render("network.html", served, values, status)


async def _path(served: ServedRelease, worker: AnalysisWorker, request: Request) -> Response:
    trouble, status = "", 200
    notes: tuple[str, ...] = ()
    asked, ways = PathsQuery(), list[Way]()
    try:
        asked = PathsQuery.of(request.query_params.multi_items())
        if asked.whole:
            found = await worker.answer(_request(served, "path", asked.selection, asked.options))
            rows = orjson.loads(found.body)
            ways = ways_of(rows)
            notes = found.notes
    except PermedError as problem:
        trouble, status = str(problem), problem.status
    values: dict[str, Any] = {
        "asked": asked,
        "ways": ways,
        "notes": notes,
        "trouble": trouble,
    }
    return render("path.html", served, values, status)


async def _graph(
    served: ServedRelease, worker: AnalysisWorker, state: NetworkState
) -> dict[str, Any]:
    found = await worker.answer(_request(served, "graph", state.selection, {}))
    told: dict[str, Any] = orjson.loads(found.body)
    return told


def _request(
    served: ServedRelease, analysis: str, selection: dict[str, Any], options: dict[str, Any]
) -> dict[str, Any]:
    """The request as `/api/v1/network` makes it, so that both share what was computed."""
    return {
        "analysis": analysis,
        "release": served.id,
        "selection": selection,
        "options": options,
        "format": "json",
        "rows": served.settings.max_rows,
    }


def _with(state: NetworkState, **more: str) -> str:
    return urlencode([*state.said, *more.items()])


def _command(state: NetworkState) -> str:
    """The command line that measures the same network."""
    words = ["permed network measure"]
    for name, value in state.said:
        option = OPTIONS[name]
        text = shlex.quote(value)
        words.append(f"--{option.name}" if option.kind == "flag" else f"--{option.name} {text}")
    return " ".join(words)
