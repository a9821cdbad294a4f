"""SPARQL 1.1 Graph Store HTTP Protocol at `/graphs` (W3C Recommendation of 21 March 2013).

Everybody may read every graph. Contributed graphs are written with a token, through the gate.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.protocol.documents import wants_page
from permed.api.http.protocol.http_errors import (
    MethodNotAllowed,
    Unauthorised,
    UnsupportedMedia,
)
from permed.api.http.protocol.negotiation import choose
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.release.settings import Settings
from permed.api.http.release.tokens import token_holder
from permed.api.http.sparql.graph_pages import graph_page, list_of_graphs
from permed.graph.contributions.body import MULTIPART, media_type
from permed.graph.contributions.process import WriteProcess
from permed.graph.contributions.store import Contribution, Contributions
from permed.graph.errors import BusyError, InputError, NotFoundError
from permed.graph.releases.release import Release
from permed.graph.store import GRAPH_FORMATS, Caps, Format, format_named
from permed.graph.store.executor import QueryRequest
from permed.graph.store.query.dataset import CONTRIBUTED

__all__ = ["graph_routes"]

_SWITCH_SECONDS: Final = 60.0
_MOST_WRITES: Final = 6
_READS: Final = "GET, HEAD, OPTIONS"
_READ: Final[dict[int | str, dict[str, Any]]] = {
    s: {"description": d, "content": {PROBLEM: {}}}
    for s, d in {400: "Bad parameter", 404: "No such graph", 406: "No such format"}.items()
}
_REFUSALS: Final = {
    400: "The body does not parse",
    401: "A token is needed",
    404: "No such graph",
    405: "Not a contributed graph",
    412: "Somebody else wrote first",
    413: "Too large",
    415: "Media type not read",
    422: "Refused by the gate, with the SHACL report",
    503: "Too many graphs are being written",
}
_WRITE: Final[dict[int | str, dict[str, Any]]] = {
    201: {"description": "Made"},
    204: {"description": "Replaced, merged or removed"},
    **{s: {"description": d, "content": {PROBLEM: {}}} for s, d in _REFUSALS.items()},
}


def graph_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the graph store."""
    router = APIRouter(prefix="/graphs", tags=["Graphs"])

    writes = _Writes()

    @router.get("", responses=_READ, response_class=Response, openapi_extra=_DEFAULT)
    async def read_graph(request: Request, graph: str | None = None, format: str = "") -> Response:  # noqa: A002
        """One graph (`?graph=` or `?default`); without a parameter, the list of graphs."""
        if graph is not None and (not graph or "default" in request.query_params):
            raise InputError("name one graph: `graph=` with its address, or `default`, not both")
        async with server.served() as served:
            if graph is None and "default" not in request.query_params:
                return list_of_graphs(request, served)
            if wants_page(request):
                return graph_page(served, graph)
            store = Contributions(server.home, server.base)
            return await _read(request, served, store, graph, format)

    @router.put("", responses=_WRITE, status_code=204, openapi_extra=_BODY | _DEFAULT)
    async def replace_graph(request: Request, graph: str = "") -> Response:
        """Replace a contributed graph, or make it."""
        return await _write(request, server, writes, graph, merge=False)

    @router.post("", responses=_WRITE, status_code=204, openapi_extra=_PARTS | _DEFAULT)
    async def add_to_graph(request: Request, graph: str = "") -> Response:
        """Add triples to a contributed graph: one document, or several as multipart/form-data."""
        if not graph and "default" not in request.query_params:
            graph = f"{server.base}{CONTRIBUTED}{secrets.token_hex(8)}"  # W3C, 5.5: a new one
        return await _write(request, server, writes, graph, merge=True)

    @router.delete("", responses=_WRITE, status_code=204, openapi_extra=_DEFAULT)
    async def remove_graph(request: Request, graph: str = "") -> Response:
        """Remove a contributed graph."""
        return await _write(request, server, writes, graph, merge=None)

    return router


_DEFAULT: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "default",
            "in": "query",
            "description": "The default graph, which is the merge of all; takes no value",
            "schema": {"type": "string"},
            "example": "",
        }
    ]
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {f.media_type: {"schema": {"type": "string"}} for f in GRAPH_FORMATS.values()},
    }
}
_PARTS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            **_BODY["requestBody"]["content"],
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "additionalProperties": {"type": "string", "format": "binary"},
                }
            },
        },
    }
}


async def _read(
    request: Request, served: ServedRelease, store: Contributions, graph: str | None, name: str
) -> Response:
    offered = list(GRAPH_FORMATS.values())
    wanted = (
        format_named(name, graph=True) if name else choose(request.headers.get("accept"), offered)
    )
    tag = _tag(served, store, graph, wanted)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    if graph is not None and graph not in served.pool.graphs:
        raise NotFoundError(f"{graph[:200]}: no such graph; /graphs lists them")
    where = "?s ?p ?o" if graph is None else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
    settings = served.settings
    answer = await served.query(
        QueryRequest(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}",
            format=wanted.name,
            caps=Caps(None, settings.max_answer_bytes),
            seconds=settings.deadline_seconds,
        )
    )
    headers = {"ETag": tag, "Vary": "Accept", "X-Permed-Release": served.id}
    return Response(answer.body, headers=headers, media_type=wanted.content_type)


def _tag(served: ServedRelease, store: Contributions, graph: str | None, wanted: Format) -> str:
    """Contributed graphs keep one tag for all formats, which writers send back in If-Match."""
    name = store.name(graph) if graph else None
    return (store.tag(name) if name else None) or tag_of(served.id, graph, wanted.name)


async def _write(
    request: Request,
    server: ReleaseServer,
    writes: _Writes,
    graph: str,
    *,
    merge: bool | None,
) -> Response:
    store = Contributions(server.home, server.base)
    author = _author(request, server)
    name = store.name(graph)
    if name is None:
        wanted = f"write a contributed graph: ?graph={store.iri('your-name')} (a-z, 0-9, hyphens)"
        if "default" in request.query_params:
            raise MethodNotAllowed(
                f"the default graph is the merge of all graphs; {wanted}", _READS
            )
        raise MethodNotAllowed(f"only contributed graphs are written; {wanted}", _READS)
    existed = store.tag(name) is not None
    content_type = request.headers.get("content-type", "")
    if media_type(content_type) == MULTIPART and not merge:
        raise UnsupportedMedia(f"{MULTIPART} adds to a graph, so it is sent with POST")
    wish = Contribution(
        name,
        None,
        author,
        merge=bool(merge),
        if_match=request.headers.get("if-match"),
        if_none_match=request.headers.get("if-none-match") == "*",
    )
    if merge is None:
        work = partial(store.write, wish)
    else:
        body = await request.body()
        work = partial(_publish, server.settings, store, wish, body, content_type)
    release = await writes.run(work)
    await _served(server, release)
    tag = store.tag(name)
    headers = {"X-Permed-Release": release.id, **({"ETag": tag} if tag else {})}
    if existed or merge is None:
        return Response(status_code=204, headers=headers)
    headers["Location"] = f"/graphs?{urlencode({'graph': store.iri(name)})}"
    return Response(status_code=201, headers=headers)


class _Writes:
    """Writes in threads of their own, two at once and a few that wait: each holds a whole body."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, "write")
        self._pending = 0

    async def run(self, work: Callable[[], Release]) -> Release:
        """Do the work; BusyError where too many wait."""
        if self._pending >= _MOST_WRITES:
            raise BusyError("too many graphs are being written; try again in a minute")
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1


def _publish(
    settings: Settings, store: Contributions, wish: Contribution, body: bytes, content_type: str
) -> Release:
    """Read, judge and publish a graph: all that is heavy in a process with limits."""
    with WriteProcess(settings.write_seconds, settings.write_memory) as process:
        quads = process.read(body, content_type, store.iri(wish.name))
        return store.write(replace(wish, quads=quads), process.judge)


def _author(request: Request, server: ReleaseServer) -> str:
    """Return who holds the token of a request."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = token_holder(server.settings.tokens, token)
    if scheme.lower() != "bearer" or found is None:
        raise Unauthorised("send a contributor's token: Authorization: Bearer ...")
    return found


async def _served(server: ReleaseServer, release: Release) -> None:
    """Return once the release, or a later one, is served: writers read what they wrote."""
    built = str(release.receipt["built"])
    deadline = asyncio.get_running_loop().time() + _SWITCH_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        served = server.current
        if served is not None and served.built >= built:
            return
        await asyncio.sleep(0.05)
