"""SPARQL 1.1 Protocol at `/sparql` (W3C Recommendation of 21 March 2013), queries only."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from permed.api.http.protocol.negotiation import choose, choose_named, names_html, prefers_html
from permed.api.http.protocol.public_address import root_of
from permed.api.http.release.answer_cache import answer_response, is_steady, not_modified, tag_of
from permed.api.http.release.answer_files import ANSWER_FILES, ENGINE_FORM, AnswerFile
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.release.settings import Settings
from permed.api.http.sparql import long_texts
from permed.api.http.sparql.openapi import GET, POST, RESPONSES
from permed.api.http.sparql.protocol_request import (
    ProtocolRequest,
    read_request,
    updates_refused,
)
from permed.graph.errors import InputError
from permed.graph.store import (
    GRAPH_FORMATS,
    SOLUTION_FORMATS,
    Answer,
    Format,
    RemoteStore,
)
from permed.graph.store.executor import QueryRequest
from permed.graph.store.remote.federation import direct, expand_services
from permed.graph.tables.output.writing import FileFormat

__all__ = ["answer_query", "respond", "sparql_routes"]

_VARY: Final = {"Vary": "Accept"}
_LONGEST: Final = 4000  # letters of a query that an address may hold


def sparql_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the endpoint."""
    router = APIRouter(tags=["SPARQL"])

    @router.get("/sparql", openapi_extra=GET, responses=RESPONSES, response_class=Response)
    async def ask_sparql(request: Request) -> Response:
        """Answer the query in `query`; without one, describe the service (or show the editor)."""
        return await respond(request, server)

    @router.post("/sparql", openapi_extra=POST, responses=RESPONSES, response_class=Response)
    async def post_sparql(request: Request) -> Response:
        """Answer a query sent as a form or as the body itself."""
        return await respond(request, server)

    for handler, method in ((ask_sparql, "GET"), (post_sparql, "POST")):
        router.add_api_route(
            "/sparql/", handler, methods=[method], include_in_schema=False, response_class=Response
        )
    return router


async def respond(request: Request, server: ReleaseServer) -> Response:
    """Answer one request of the protocol, by GET or by POST."""
    asked = await read_request(request)
    reads = request.method == "GET" or bool(asked.formats)  # a form may name a page, too
    if asked.query is not None and reads and _opened(request, asked):
        return RedirectResponse(
            f"/editor?{urlencode({'query': asked.query, 'run': 1})}", 303, _VARY
        )
    if asked.query is not None:
        return await _answer(request, server, asked)
    if request.method == "POST":
        raise InputError("the form has no field `query`; send query=... or the query itself")
    return await _describe(request, server, asked)


def _opened(request: Request, asked: ProtocolRequest) -> bool:
    """Whether a reader opens a link to a query: the editor then shows it with its answer."""
    if asked.dataset or asked.seconds or len(asked.query or "") > _LONGEST:
        return False  # what the editor does not know
    return _for_a_page(request, asked)


def _for_a_page(request: Request, asked: ProtocolRequest) -> bool:
    """Whether a page is wanted: named as the only format, or by Accept where none is named.

    Accept decides between a page that is named and data that it asks for.
    """
    accept = request.headers.get("accept")
    if asked.formats:
        named = all(map(names_html, asked.formats))
        return named and ((accept or "*/*").strip() == "*/*" or prefers_html(accept))
    return prefers_html(accept)


async def _answer(request: Request, server: ReleaseServer, asked: ProtocolRequest) -> Response:
    async with server.served(asked.release) as served:
        return await answer_query(request, served, asked)


async def answer_query(request: Request, served: ServedRelease, asked: ProtocolRequest) -> Response:
    """Negotiate, look in the cache, ask, answer."""
    sparql = asked.query or ""
    found = await long_texts.inspect(sparql, served.settings.max_query_bytes)
    if found.form == "update":
        raise updates_refused()
    if found.services:
        sparql = await asyncio.to_thread(_federated, sparql, served.settings)
    graph = found.form in ("construct", "describe")
    chosen = _format(request, asked, graph=graph)
    file = chosen if isinstance(chosen, FileFormat) else None
    wanted = SOLUTION_FORMATS[ENGINE_FORM] if isinstance(chosen, FileFormat) else chosen
    tag = None
    if is_steady(sparql) and not found.services:
        tag = tag_of(served.id, sparql, asked.dataset, chosen.name)
        if (unchanged := not_modified(request, tag)) is not None:
            return unchanged
        if (known := served.cache.get(tag)) is not None:
            return answer_response(known, served.id, tag)
    settings = served.settings
    seconds = min(asked.seconds or settings.deadline_seconds, settings.deadline_seconds)
    answer = await served.query(
        QueryRequest(
            sparql, {}, wanted.name, asked.dataset, served.caps, seconds, served.base, asked.query
        )
    )
    if file is not None:
        return await _as_file(served, answer, asked.query or "", file, tag)
    if tag:
        served.cache.put(tag, answer)
    return answer_response(answer, served.id, tag, _cap_header(served))


async def _as_file(
    served: ServedRelease, answer: Answer, query: str, wanted: FileFormat, tag: str | None
) -> Response:
    """Answer with a workbook, Parquet or lines of JSON: cells of the types of the terms."""
    file = AnswerFile(served, answer, "answer", "Answer to a query", "", (("Query", query),))
    body = await asyncio.to_thread(file.body, wanted.name)
    headers = {"Vary": "Accept", "X-Permed-Release": served.id, **_cap_header(served)}
    headers["Content-Disposition"] = f'attachment; filename="answer-{served.id}.{wanted.name}"'
    headers |= {"ETag": tag} if tag else {"Cache-Control": "no-store"}
    headers |= {"X-Permed-Truncated": "rows"} if answer.truncated else {}
    return Response(body, headers=headers, media_type=wanted.content_type)


def _federated(sparql: str, settings: Settings) -> str:
    """Ask the endpoints on the allowlist first; everything else that names one is refused."""

    def ask(endpoint: str, query: str) -> Answer:
        seconds = settings.deadline_seconds
        return RemoteStore(endpoint, seconds, attempts=1, transport=direct).query(query)

    return expand_services(sparql, settings.service_allow, ask)


def _cap_header(served: ServedRelease) -> dict[str, str]:
    return {"X-Permed-Max-Rows": str(served.settings.max_rows)}


def _format(request: Request, asked: ProtocolRequest, *, graph: bool) -> Format | FileFormat:
    rows: list[Format | FileFormat] = [*SOLUTION_FORMATS.values(), *ANSWER_FILES.values()]
    offered = [*GRAPH_FORMATS.values()] if graph else rows
    return choose_named(asked.formats, request.headers.get("accept"), offered)


async def _describe(request: Request, server: ReleaseServer, asked: ProtocolRequest) -> Response:
    if _for_a_page(request, asked):
        return RedirectResponse("/editor", 303, _VARY)
    from permed.api.http.sparql.service_description import (
        service_description,  # late: rdflib is slow
    )

    wanted = choose(request.headers.get("accept"), list(GRAPH_FORMATS.values()))
    async with server.served() as served:
        root = root_of(request, server.settings)
        body = service_description(served, root, wanted)
        headers = {"Vary": "Accept", "ETag": tag_of(served.id, "sd", root, wanted.name)}
        return Response(body, headers=headers, media_type=wanted.content_type)
