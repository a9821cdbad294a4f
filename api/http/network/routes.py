"""`/api/v1/network/...`: the analyses of `permed network` over HTTP, kept per release."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import Response

from permed.api.http.network.examples import ROWS
from permed.api.http.network.parameters import (
    BackboneParameters,
    BrokersParameters,
    CommunitiesParameters,
    CompareParameters,
    CoreParameters,
    DiversityParameters,
    ExportParameters,
    GraphParameters,
    GravityParameters,
    MeasureParameters,
    NetworkParameters,
    PathParameters,
    RanksParameters,
    RobustnessParameters,
    SuggestParameters,
    SummaryParameters,
    SurvivalParameters,
    with_selection,
)
from permed.api.http.network.worker_client import AnalysisWorker
from permed.api.http.protocol.http_errors import NotAcceptable
from permed.api.http.protocol.negotiation import TABLES, preferences
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified, tag_of
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.workers.helper_worker import WorkerAnswer
from permed.api.text.names import name_of
from permed.graph.errors import InputError

__all__ = ["network_routes"]

_FILES: Final = {
    # format: media type, name of the file
    "gexf": ("application/gexf+xml", "network.gexf"),
    "graphml": ("application/graphml+xml", "network.graphml"),
    "pajek": ("text/plain; charset=utf-8", "network.net"),
    "vosviewer": ("application/json", "network.json"),
    "edges-csv": ("text/csv; charset=utf-8", "edges.csv"),
    "nodes-csv": ("text/csv; charset=utf-8", "nodes.csv"),
    "statnet": ("text/plain; charset=utf-8", "network-statnet.R"),
    "goldfish": ("text/plain; charset=utf-8", "network-goldfish.R"),
}
_GRAPH: Final = {
    "nodes": {"id": ["organisation/dlr"], "label": ["DLR"], "country": ["DE"], "type": ["company"],
              "x": [0.5], "y": [-1.5], "community": [0], "degree": [179]},
    "measures": ["degree"],
    "communities": [{"community": 0, "size": 90, "label": "DE, FR; oncology"}],
    "palette": ["#0072B2"],
    "edges": {"count": 0, "unit": 1.0, "code": ""},
    "total": {"nodes": 1, "edges": 0},
    "note": None,
}  # fmt: skip
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": about, "content": {PROBLEM: {}}}
    for status, about in {
        400: "A parameter cannot be used: unknown topic, country, measure, period ...",
        404: "A node or a release that is not there",
        406: "No acceptable format",
        503: "The release is being loaded, or too many analyses wait",
        504: "The analysis took more time or memory than allowed; narrow it",
    }.items()
}


_ANALYSES: Final[dict[str, tuple[type[NetworkParameters], str]]] = {
    "measure": (MeasureParameters, "Centrality: every node with its measures, highest first."),
    "communities": (CommunitiesParameters, "Communities: circles of close collaboration."),
    "brokers": (BrokersParameters, "Brokers: who brings together whom (Gould-Fernandez)."),
    "compare": (CompareParameters, "Comparison: another release, or another period."),
    "path": (
        PathParameters,
        "Paths: all shortest ways between two nodes (from, to), with the joint activities and"
        " years of each step; first and last are the years of the network.",
    ),
    "backbone": (BackboneParameters, "Backbone: ties beside chance, with p and q."),
    "core": (CoreParameters, "Core and periphery: whose nodes are in the dense centre."),
    "survival": (SurvivalParameters, "Survival: ties that come again from period to period."),
    "ranks": (RanksParameters, "Ranks: with intervals, by drawing the activities again."),
    "diversity": (DiversityParameters, "Diversity: how different the topics of a node are."),
    "gravity": (GravityParameters, "Gravity: country pairs beside size, distance, border, tongue."),
    "robustness": (RobustnessParameters, "Robustness: what others lose when somebody leaves."),
    "suggest": (SuggestParameters, "Suggestions: pairs that have reasons to meet."),
    "summary": (SummaryParameters, "Whole network: size, cohesion, mixing, concentration."),
}


def network_routes(server: ReleaseServer, worker: AnalysisWorker) -> APIRouter:
    """Return the routes; the worker's process starts with the first request that needs it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await worker.close()

    router = APIRouter(
        prefix="/api/v1/network", tags=["Networks"], responses=_ERRORS, lifespan=lifespan
    )
    responder = _Responder(server, worker)

    @router.get("", operation_id="network_index", summary="Index of the analyses")
    async def index() -> dict[str, Any]:
        """The analyses with their addresses; all take the selection that `/network` shows."""
        told = {name: about.partition(":")[0] for name, (_, about) in _ANALYSES.items()}
        told |= {"export": "The network as a file", "graph": "The network for a picture"}
        below = server.settings.below
        return {
            name: {"href": below(f"{router.prefix}/{name}"), "title": title}
            for name, title in told.items()
        }

    _tables(router, responder)

    async def export(request: Request, wish: Annotated[Any, Query()]) -> Response:
        """Give the network as a file for Gephi, VOSviewer, Pajek, yEd, R or a spreadsheet."""
        form = wish.format or "gexf"
        form = "edges-csv" if form == "csv" else form
        if form not in _FILES:
            raise InputError(f"format {form} is unknown; choose {', '.join(_FILES)}")
        media, name = _FILES[form]
        more = {"Content-Disposition": f'attachment; filename="{name}"'}
        return await responder.answer(request, "export", wish, form, media, more)

    export.__annotations__["wish"] = Annotated[with_selection(ExportParameters), Query()]
    router.add_api_route(
        "/export", export, methods=["GET"], response_class=Response, responses=_answers(None)
    )

    async def graph(request: Request, wish: Annotated[Any, Query()]) -> Response:
        """Give the network as columns with positions, measures and communities, for a picture."""
        answer = await responder.answer(request, "graph", wish, "json", "application/json", {})
        if answer.status_code == 200:
            answer.body = _readable(bytes(answer.body))
            answer.headers["Content-Length"] = str(len(answer.body))
        return answer

    graph.__annotations__["wish"] = Annotated[with_selection(GraphParameters), Query()]
    told = _answers("graph")
    told[200]["content"] = {"application/json": {"example": _GRAPH}}
    router.add_api_route("/graph", graph, methods=["GET"], response_class=Response, responses=told)
    return router


def _tables(router: APIRouter, responder: _Responder) -> None:
    """Add the routes whose answer is a table."""

    def add(name: str, wish: type[NetworkParameters], about: str) -> None:
        async def run(request: Request, said: Annotated[Any, Query()]) -> Response:
            form = _form(request, said.format)
            called = f'inline; filename="network-{name}.{form}"'
            more = {"Content-Disposition": called}
            return await responder.answer(request, name, said, form, TABLES[form], more)

        run.__annotations__["said"] = Annotated[with_selection(wish), Query()]
        run.__doc__ = about
        router.add_api_route(
            f"/{name}", run, methods=["GET"], name=f"network_{name}", summary=about.split(":")[0],
            description=f"{about} The same as `permed network {name}`.",
            responses=_answers(name), response_class=Response,
        )  # fmt: skip

    for name, (wish, about) in _ANALYSES.items():
        add(name, wish, about)


def _answers(name: str | None) -> dict[int | str, dict[str, Any]]:
    """What a route answers, for OpenAPI: an example of a row, or the kinds of file."""
    if name is None:
        content: dict[str, Any] = {media.partition(";")[0]: {} for media, _ in _FILES.values()}
    else:
        content = {media.partition(";")[0]: {} for media in TABLES.values()}
        content["application/json"] = {"example": [ROWS.get(name)]}
    headers = {
        "X-Permed-Release": "Release that was asked",
        "X-Permed-Total": "Rows found (nodes, for a file)",
        "X-Permed-Truncated": "`rows` where fewer rows are sent",
        "X-Permed-Note": "What a reader must know; percent-encoded UTF-8",
    }
    told = {k: {"description": v, "schema": {"type": "string"}} for k, v in headers.items()}
    return {
        200: {"description": "The answer, whole", "content": content, "headers": told},
        304: {"description": "The client has this answer already"},
    }


def _readable(body: bytes) -> bytes:
    """Names of nodes as pages write them: registers shout."""
    told = orjson.loads(body)
    nodes = told["nodes"]
    nodes["label"] = [
        name_of(me, label or me) for me, label in zip(nodes["id"], nodes["label"], strict=True)
    ]
    return orjson.dumps(told)


class _Responder:
    """Turns requests into requests for analyses, and answers into responses."""

    def __init__(self, server: ReleaseServer, worker: AnalysisWorker) -> None:
        self.server, self.worker = server, worker

    async def answer(
        self, request: Request, name: str, wish: NetworkParameters, form: str, media: str,
        more: dict[str, str],
    ) -> Response:  # fmt: skip
        """Answer a request; 304 where the client has the answer of this release already."""
        async with self.server.served() as served:
            release, most = served.id, served.settings.max_rows
        limit = getattr(wish, "limit", None) if name == "measure" else None
        asked: dict[str, Any] = {
            "analysis": name,
            "release": release,
            "selection": wish.selection(),
            "options": wish.options(),
            "format": form,
            "rows": min(limit or most, most),
        }
        tag = tag_of("network", *(f"{k}={v}" for k, v in sorted(asked.items())))
        if "against" not in asked["options"] and (unchanged := not_modified(request, tag)):
            return unchanged
        found = await self.worker.answer(asked)
        return Response(found.body, headers=_headers(found, release, tag) | more, media_type=media)


def _headers(found: WorkerAnswer, release: str, tag: str) -> dict[str, str]:
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept",
        "X-Permed-Release": release,
        "X-Permed-Seconds": f"{found.seconds:.4f}",
        "X-Permed-Total": str(found.total),
    }
    if found.truncated:
        headers["X-Permed-Truncated"] = "rows"
    if found.notes:
        headers["X-Permed-Note"] = quote("; ".join(found.notes), safe=" ;:,.()'/+-=")
    return headers


def _form(request: Request, said: str | None) -> str:
    """Form of a table: the one named, else the one that Accept likes best, else JSON."""
    if said:
        if said not in TABLES:
            raise InputError(f"format {said} is unknown; choose {', '.join(TABLES)}")
        return said
    ranges = preferences(request.headers.get("accept") or "*/*")
    liked = [(-weight, _named(media)) for media, weight in ranges if weight > 0 and _named(media)]
    if not liked:
        listed = ", ".join(media.partition(";")[0] for media in TABLES.values())
        raise NotAcceptable(f"none of the formats in Accept is sent here; these are: {listed}")
    return str(min(liked, key=lambda pair: pair[0])[1])


def _named(media: str) -> str | None:
    if media in ("*/*", "application/*"):
        return "json"
    if media in ("text/*", "text/html"):
        return "csv" if media == "text/*" else "json"
    return next((name for name, full in TABLES.items() if full.partition(";")[0] == media), None)
