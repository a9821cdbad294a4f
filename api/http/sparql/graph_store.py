"""SPARQL 1.1 Graph Store HTTP Protocol at `/graphs` (W3C Recommendation of 21 March 2013).

Everybody may read every graph. Contributed graphs are written with a token, through the gate.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from permed.api.http.linked_data.routes import write_triples
from permed.api.http.protocol.http_errors import MethodNotAllowed, Unauthorised
from permed.api.http.protocol.negotiation import choose
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.sparql.request_body import MULTIPART, read_triples
from permed.graph.contributions.store import Contribution, Contributions, shacl_gate
from permed.graph.errors import NotFoundError
from permed.graph.releases.release import Release
from permed.graph.shacl.report import ValidationReport
from permed.graph.store import GRAPH_FORMATS, Caps, Format, format_named
from permed.graph.store.executor import QueryRequest

__all__ = ["graph_routes"]

_SWITCH_SECONDS: Final = 60.0
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
    503: "A build is running",
}
_WRITE: Final[dict[int | str, dict[str, Any]]] = {
    201: {"description": "Made"},
    204: {"description": "Replaced, merged or removed"},
    **{s: {"description": d, "content": {PROBLEM: {}}} for s, d in _REFUSALS.items()},
}


def graph_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the graph store."""
    router = APIRouter(prefix="/graphs", tags=["Graphs"])

    def store() -> Contributions:
        return Contributions(server.home, server.base, shacl_gate(_validate))

    @router.get("", responses=_READ, response_class=Response)
    async def read(request: Request, graph: str | None = None, format: str = "") -> Response:  # noqa: A002
        """One graph (`?graph=` or `?default`); without a parameter, the list of graphs."""
        async with server.served() as served:
            if graph is None and "default" not in request.query_params:
                return JSONResponse({"graphs": list(served.pool.graphs)})
            return await _read(request, served, store(), graph, format)

    @router.put("", responses=_WRITE, status_code=204, openapi_extra=_BODY)
    async def replace(request: Request, graph: str = "") -> Response:
        """Replace a contributed graph, or make it."""
        return await _write(request, server, store(), graph, merge=False)

    @router.post("", responses=_WRITE, status_code=204, openapi_extra=_PARTS)
    async def merge(request: Request, graph: str = "") -> Response:
        """Add triples to a contributed graph: one document, or several as multipart/form-data."""
        return await _write(request, server, store(), graph, merge=True)

    @router.delete("", responses=_WRITE, status_code=204)
    async def remove(request: Request, graph: str = "") -> Response:
        """Remove a contributed graph."""
        return await _write(request, server, store(), graph, merge=None)

    return router


def _validate(quads: bytes) -> ValidationReport:
    # imported late: the validators take a fifth of the time until the server is ready
    from permed.graph.shacl.validation import validate_file

    with tempfile.NamedTemporaryFile(suffix=".nq") as file:
        file.write(quads)
        file.flush()
        return validate_file(Path(file.name))


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
            format="nt",
            caps=Caps(None, settings.max_answer_bytes),
            seconds=settings.deadline_seconds,
        )
    )
    body = answer.body
    if wanted.name != "nt" and isinstance(wanted.engine, ox.RdfFormat):
        body = await asyncio.to_thread(write_triples, answer.triples(), wanted.engine)
    headers = {"ETag": tag, "Vary": "Accept", "X-Permed-Release": served.id}
    return Response(body, headers=headers, media_type=wanted.content_type)


def _tag(served: ServedRelease, store: Contributions, graph: str | None, wanted: Format) -> str:
    """Contributed graphs keep one tag for all formats, which writers send back in If-Match."""
    name = store.name(graph) if graph else None
    return (store.tag(name) if name else None) or tag_of(served.id, graph, wanted.name)


async def _write(
    request: Request, server: ReleaseServer, store: Contributions, graph: str, *, merge: bool | None
) -> Response:
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
    triples = None
    if merge is not None:
        triples = await read_triples(request, store.iri(name), parts=merge)
    wish = Contribution(
        name,
        triples,
        author,
        merge=bool(merge),
        if_match=request.headers.get("if-match"),
        if_none_match=request.headers.get("if-none-match") == "*",
    )
    release = await asyncio.to_thread(store.write, wish)
    await _served(server, release)
    tag = store.tag(name)
    headers = {"X-Permed-Release": release.id, **({"ETag": tag} if tag else {})}
    return Response(status_code=204 if existed or merge is None else 201, headers=headers)


def _author(request: Request, server: ReleaseServer) -> str:
    """Return who holds the token; every known token is compared, in constant time each."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = hashlib.sha256(token.strip().encode()).hexdigest()
    found = [
        name
        for name, known in server.settings.tokens.items()
        if hmac.compare_digest(given, known.lower())
    ]
    if scheme.lower() != "bearer" or not found:
        raise Unauthorised("send a contributor's token: Authorization: Bearer ...")
    return found[0]


async def _served(server: ReleaseServer, release: Release) -> None:
    """Return once the release, or a later one, is served: writers read what they wrote."""
    built = str(release.receipt["built"])
    deadline = asyncio.get_running_loop().time() + _SWITCH_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        served = server.current
        if served is not None and served.built >= built:
            return
        await asyncio.sleep(0.05)
