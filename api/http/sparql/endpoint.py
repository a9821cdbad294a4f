"""SPARQL 1.1 Protocol at `/sparql` (W3C Recommendation of 21 March 2013), queries only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from permed.api.http.protocol.http_errors import MethodRefused, UnsupportedMedia
from permed.api.http.protocol.negotiation import choose, prefers_html
from permed.api.http.protocol.problems import PROBLEM, explain
from permed.api.http.release.answer_cache import answer_response, is_steady, not_modified, tag_of
from permed.api.http.release.served_release import Edition, Serving
from permed.api.http.release.settings import Settings
from permed.graph.errors import InputError, PermedError
from permed.graph.store import (
    GRAPH_FORMATS,
    SOLUTION_FORMATS,
    Answer,
    Dataset,
    Format,
    RemoteStore,
    format_named,
    inspect,
)
from permed.graph.store.executor import Request as Query
from permed.graph.store.remote.federation import direct, expand_services

__all__ = ["Asked", "Express", "answer_query", "sparql_routes"]

_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"


@dataclass(frozen=True)
class Asked:
    """One protocol request, read: the query, its dataset, the format and time asked for."""

    query: str | None
    dataset: Dataset | None
    format: str | None
    seconds: float | None


def sparql_routes(serving: Serving) -> APIRouter:
    """Return the routes of the endpoint."""
    router = APIRouter(tags=["SPARQL"])

    @router.get("/sparql", openapi_extra=_GET, responses=_RESPONSES, response_class=Response)
    async def query_by_get(request: Request) -> Response:
        """Answer the query in `query`; without one, describe the service (or show the editor)."""
        return await respond(request, serving)

    @router.post("/sparql", openapi_extra=_POST, responses=_RESPONSES, response_class=Response)
    async def query_by_post(request: Request) -> Response:
        """Answer a query sent as a form or as the body itself."""
        return await respond(request, serving)

    for handler, method in ((query_by_get, "GET"), (query_by_post, "POST")):
        router.add_api_route(
            "/sparql/", handler, methods=[method], include_in_schema=False, response_class=Response
        )
    return router


async def respond(request: Request, serving: Serving) -> Response:
    """Answer one request of the protocol, by GET or by POST."""
    if request.method == "POST":
        asked = await read_post(request)
        if asked.query is None:
            raise InputError("the form has no field `query`; send query=... or the query itself")
        return await _answer(request, serving, asked)
    asked = read_parameters(_pairs(request.scope["query_string"]))
    if asked.query is None:
        return await _describe(request, serving)
    return await _answer(request, serving, asked)


class Express:
    """ASGI middleware that answers `/sparql` itself; the routes above document it.

    To look through all routes and declared parameters takes longer than a look-up in the graph.
    """

    path = "/sparql"  # the route that metrics tell

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._serving = app, serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, pass everything else on."""
        mine = scope["type"] == "http" and scope["path"] in ("/sparql", "/sparql/")
        if not mine or scope["method"] not in ("GET", "POST"):
            await self._app(scope, receive, send)
            return
        scope["route"] = self
        request = Request(scope, receive)
        try:
            response = await respond(request, self._serving)
        except PermedError as problem:
            response = explain(request, problem)
        await response(scope, receive, send)


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """Decode a form once, strictly as UTF-8; InputError where it is not."""
    if not text:
        return []
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise InputError("the parameters are not UTF-8; encode them as UTF-8") from None


def read_parameters(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Read protocol parameters; InputError for several queries, MethodRefused for an update."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise _no_updates()
    queries = values.get("query", [])
    if len(queries) > 1:
        raise InputError("several queries in one request; send one")
    default, named = values.get("default-graph-uri", []), values.get("named-graph-uri", [])
    return Asked(
        query=queries[0] if queries else None,
        dataset=Dataset(tuple(default), tuple(named)) if default or named else None,
        format=_last(values, "format") or _last(values, "output"),
        seconds=_seconds(_last(values, "timeout")),
    )


def _last(values: dict[str, list[str]], name: str) -> str | None:
    return values[name][-1] if name in values else None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise InputError(f"timeout={text!r} is not a number of seconds above 0")
    return seconds


def _no_updates() -> MethodRefused:
    return MethodRefused(
        "this endpoint answers queries only; contribute data through /graphs with a token"
    )


async def read_post(request: Request) -> Asked:
    """Read a POST by its media type; UnsupportedMedia names the types that are read."""
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if media == _UPDATE:
        raise _no_updates()
    if media not in (_FORM, _DIRECT):
        raise UnsupportedMedia(f"content type {media or 'missing'}; send {_FORM} or {_DIRECT}")
    charset = parameters.lower().partition("charset=")[2].strip(' "') or "utf-8"
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMedia(f"charset {charset}; send UTF-8")
    body = await request.body()
    in_address = _pairs(request.scope["query_string"])
    if media == _FORM:
        return read_parameters([*in_address, *_pairs(body)])
    try:
        return read_parameters([*in_address, ("query", body.decode("utf-8"))])
    except UnicodeDecodeError:
        raise InputError("the query is not UTF-8; encode it as UTF-8") from None


async def _answer(request: Request, serving: Serving, asked: Asked) -> Response:
    async with serving.edition() as edition:
        return await answer_query(request, edition, asked)


async def answer_query(request: Request, edition: Edition, asked: Asked) -> Response:
    """Negotiate, look in the cache, ask, answer."""
    sparql = asked.query or ""
    found = inspect(sparql)
    if found.form == "update":
        raise _no_updates()
    if found.services:
        sparql = await asyncio.to_thread(_federated, sparql, edition.settings)
    graph = found.form in ("construct", "describe")
    wanted = _format(request, asked, graph=graph)
    tag = None
    if is_steady(sparql) and not found.services:
        tag = tag_of(edition.id, sparql, asked.dataset, wanted.name)
        if (unchanged := not_modified(request, tag)) is not None:
            return unchanged
        if (known := edition.cache.get(tag)) is not None:
            return answer_response(known, edition.id, tag)
    settings = edition.settings
    seconds = min(asked.seconds or settings.deadline_seconds, settings.deadline_seconds)
    answer = await edition.query(
        Query(sparql, {}, wanted.name, asked.dataset, edition.caps, seconds, settings.base)
    )
    if tag:
        edition.cache.put(tag, answer)
    return answer_response(answer, edition.id, tag, _cap_header(edition))


def _federated(sparql: str, settings: Settings) -> str:
    """Ask the endpoints on the allowlist first; everything else that names one is refused."""

    def ask(endpoint: str, query: str) -> Answer:
        seconds = settings.deadline_seconds
        return RemoteStore(endpoint, seconds, attempts=1, transport=direct).query(query)

    return expand_services(sparql, settings.service_allow, ask)


def _cap_header(edition: Edition) -> dict[str, str]:
    return {"X-Permed-Max-Rows": str(edition.settings.max_rows)}


def _format(request: Request, asked: Asked, *, graph: bool) -> Format:
    if asked.format:
        return format_named(asked.format, graph=graph)
    offered = GRAPH_FORMATS if graph else SOLUTION_FORMATS
    return choose(request.headers.get("accept"), list(offered.values()))


async def _describe(request: Request, serving: Serving) -> Response:
    if prefers_html(request.headers.get("accept")):
        return RedirectResponse("/editor", 303, {"Vary": "Accept"})
    from permed.api.http.sparql.service_description import (
        service_description,  # late: rdflib is slow
    )

    wanted = choose(request.headers.get("accept"), list(GRAPH_FORMATS.values()))
    async with serving.edition() as edition:
        body = service_description(edition, str(request.base_url), wanted)
        headers = {"Vary": "Accept", "ETag": tag_of(edition.id, "sd", wanted.name)}
        return Response(body, headers=headers, media_type=wanted.content_type)


def _parameter(name: str, about: str, schema: dict[str, Any], example: object) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": about,
        "required": False,
        "schema": schema,
        "example": example,
    }


_TEXT: Final = {"type": "string"}
_IRIS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
_EXAMPLE: Final = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 10"
_GET: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("query", "SPARQL 1.1 query", _TEXT, _EXAMPLE),
        _parameter("default-graph-uri", "Graphs that form the default graph", _IRIS, []),
        _parameter("named-graph-uri", "Graphs that GRAPH can name", _IRIS, []),
        _parameter("format", "Short name of the format; else Accept decides", _TEXT, "json"),
        _parameter("timeout", "Deadline in seconds, up to the server's", {"type": "number"}, 10),
    ]
}
_POST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            _DIRECT: {"schema": _TEXT, "example": _EXAMPLE},
            _FORM: {
                "schema": {"type": "object", "properties": {"query": _TEXT}},
                "example": {"query": _EXAMPLE},
            },
        },
    }
}
_PROBLEM: Final[dict[str, Any]] = {
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
}
_REFUSALS: Final = {
    400: "The query or a parameter cannot be used",
    403: "The query would reach the network",
    405: "Updates are not taken here",
    406: "No acceptable format",
    413: "Request too large",
    415: "Media type not read here",
    429: "Too many requests",
    503: "Busy, or the release is being loaded",
    504: "A deadline or size limit was reached",
}
_BODIES: Final[dict[str, dict[str, Any]]] = {
    f.media_type: {} for f in (*SOLUTION_FORMATS.values(), *GRAPH_FORMATS.values())
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole answer", "content": _BODIES},
    303: {"description": "A browser without a query is shown the editor"},
    304: {"description": "The client has this answer already"},
    **{status: {"description": about, **_PROBLEM} for status, about in _REFUSALS.items()},
}
