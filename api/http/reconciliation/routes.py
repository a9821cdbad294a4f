"""Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group report, 2023).

Manifest, batches of queries, suggestions, previews and data extension over our entities, for
OpenRefine and other clients; beside it `/match`, the batches of the draft of version 1.0.
"""

from __future__ import annotations

import asyncio
from html import escape
from typing import Annotated, Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.protocol.documents import DocumentPage, document_page, wants_page
from permed.api.http.protocol.http_errors import UnsupportedMedia
from permed.api.http.protocol.middleware import SECURITY
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.protocol.public_address import root_of
from permed.api.http.reconciliation import manifest as service
from permed.api.http.reconciliation.batches import extension, match_batch, query_batch
from permed.api.http.reconciliation.candidates import described
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer
from permed.graph.documents import read_json
from permed.graph.errors import InputError, NotFoundError

__all__ = ["reconciliation_routes"]

_URLENCODED: Final = "application/x-www-form-urlencoded"
_PREFIX: Final = Query(description="What has been typed so far", examples=["aero"])


def reconciliation_routes(server: ReleaseServer, worker: MatchWorker) -> APIRouter:
    """Return the routes of the service, all below `/reconcile`; the worker judges names."""
    router = APIRouter(prefix="/reconcile", tags=["Reconciliation"], responses=_REFUSED)
    _add_batches(router, server, worker)
    _add_suggestions(router, server)
    return router


def _add_batches(router: APIRouter, server: ReleaseServer, worker: MatchWorker) -> None:
    @router.get("")
    async def reconcile(
        request: Request,
        queries: Annotated[str | None, Query(description="Batch of queries, as JSON")] = None,
        extend: Annotated[str | None, Query(description="Data extension, as JSON")] = None,
    ) -> Response:
        """The service manifest; with `queries` or `extend`, their answer."""
        if queries is None and extend is None and "query" in request.query_params:
            raise InputError('a single `query` is not read; send ?queries={"q0": {"query": "..."}}')
        if queries is None and extend is None and wants_page(request):
            async with server.served() as served:
                return document_page(served, _about(root_of(request, server.settings)))
        if queries is None and extend is None:
            return JSONResponse(
                service.manifest(root_of(request, server.settings), server.base),
                headers={"Vary": "Accept"},
            )
        return await _answer(server, worker, queries, extend)

    @router.post("", openapi_extra=_FORM)
    async def reconcile_batch(request: Request) -> Response:
        """A batch of reconciliation queries, or a data extension."""
        form = _form(await request.body())
        if "queries" not in form and "extend" not in form:
            raise _no_batch(request.headers.get("content-type", ""))
        return await _answer(server, worker, form.get("queries"), form.get("extend"))

    @router.post("/match", openapi_extra=_CONDITIONS)
    async def reconcile_match(request: Request) -> Response:
        """A batch of queries as in the draft of version 1.0."""
        asked = _object(await request.body(), "the body")
        async with server.served() as served:
            return JSONResponse(await match_batch(served, worker, asked))


def _add_suggestions(router: APIRouter, server: ReleaseServer) -> None:
    @router.get("/suggest/entity")
    async def suggest_entities(
        prefix: Annotated[str, _PREFIX],
        cursor: Annotated[int, Query(ge=0, le=10_000, description="How many to leave out")] = 0,
    ) -> dict[str, Any]:
        """Entities whose names have words that begin like this."""
        async with server.served() as served:
            asked = served.directory, prefix, cursor
            return {"result": await asyncio.to_thread(service.suggested_entities, *asked)}

    @router.get("/suggest/type")
    async def suggest_types(prefix: Annotated[str, _PREFIX] = "") -> dict[str, Any]:
        """Types whose names begin like this."""
        return {"result": service.suggested_types(prefix)}

    @router.get("/suggest/property")
    async def suggest_properties(prefix: Annotated[str, _PREFIX] = "") -> dict[str, Any]:
        """Properties whose names begin like this."""
        return {"result": service.suggested_properties(prefix)}

    @router.get("/properties")
    async def propose_properties(
        type: Annotated[str, Query(description="A type", examples=["organisations"])] = "",  # noqa: A002
        limit: Annotated[int | None, Query(ge=1, description="Most properties")] = None,
    ) -> dict[str, Any]:
        """Properties that a type can be extended with; of every type without one."""
        return service.proposed(type, limit)

    @router.get("/preview", response_class=HTMLResponse)
    async def preview_entity(
        id: Annotated[str, Query(description="An entity", examples=["organisation/dlr"])],  # noqa: A002
    ) -> Response:
        """A small page about one entity, which other sites may show in a frame."""
        async with server.served() as served:
            return _preview(served.directory, id)


_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The request cannot be used", "content": {PROBLEM: {}}},
    404: {"description": "No such entity", "content": {PROBLEM: {}}},
    503: {"description": "Too many requests wait for the matcher", "content": {PROBLEM: {}}},
    504: {"description": "Matching took more than is allowed", "content": {PROBLEM: {}}},
}
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            _URLENCODED: {
                "schema": {
                    "type": "object",
                    "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}},
                },
                "example": {"queries": '{"q0": {"query": "DLR", "type": "organisations"}}'},
            }
        },
    }
}
_CONDITIONS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"queries": {"type": "array"}}},
                "example": {
                    "queries": [
                        {
                            "type": "organisations",
                            "conditions": [{"matchType": "name", "propertyValue": "DLR"}],
                        }
                    ]
                },
            }
        },
    }
}


def _about(root: str) -> DocumentPage:
    """Tell a reader what the service is for."""
    return DocumentPage(
        title="Reconciliation service",
        about="Matches the names, identifiers and places of a spreadsheet with the things of this "
        "graph. In OpenRefine: Reconcile, Start reconciling, Add standard service, and this "
        "address. Programs read the manifest at the same address.",
        iri=f"{root}reconcile",
        facts=[("Version", "Reconciliation Service API 0.2", _SPECIFICATION)],
        heads=("Type", "Its name for programs"),
        rows=[[(k.title, f"/search?kind={k.name}"), (k.name, "")] for k in KINDS.values()],
    )


_SPECIFICATION: Final = (
    "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
)


def _form(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("utf-8"), errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise InputError("the form is not UTF-8; encode it as UTF-8") from None
    for name in ("queries", "extend"):
        if len(found.get(name, ())) > 1:
            raise InputError(f"{name} is given {len(found[name])} times; give one value")
    return {name: values[-1] for name, values in found.items()}


def _no_batch(sent: str) -> InputError | UnsupportedMedia:
    if sent and _URLENCODED not in sent.lower():
        return UnsupportedMedia(f"content type {sent[:100]}; send {_URLENCODED}")
    return InputError("the form has neither `queries` nor `extend`")


async def _answer(
    server: ReleaseServer, worker: MatchWorker, queries: str | None, extend: str | None
) -> Response:
    """Answer a batch or an extension, beside the event loop."""
    if queries is not None and extend is not None:
        raise InputError("`queries` and `extend` in one request; send one of them")
    asked = _object(queries, "queries") if queries is not None else _object(extend or "", "extend")
    async with server.served() as served:
        if queries is not None:
            return JSONResponse(await query_batch(served, worker, asked))
        return JSONResponse(await asyncio.to_thread(extension, served.directory, asked))


def _object(text: str | bytes, name: str) -> dict[str, Any]:
    found = read_json(text, name)
    if not isinstance(found, dict):
        raise InputError(f"{name}: is JSON, but no object {{...}}")
    return found


def _preview(directory: Directory, given: str) -> Response:
    thing = directory.id_of(given) or given
    number = directory.row_of.get(thing)
    row = directory.things.row(number, named=True) if number is not None else None
    if row is None or row["kind"] not in KINDS:
        raise NotFoundError(f"no entity {given[:200]!r} here; search for it at /search")
    named = described(directory, row)
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Preview</title>'
        '<link rel="stylesheet" href="/static/style.css"></head><body><main>'
        f"<h3>{escape(named['name'])}</h3><p>{escape(named['description'])}</p>"
        f"<p><code>{escape(thing)}</code></p></main></body></html>"
    )
    policy = SECURITY["Content-Security-Policy"].replace("frame-ancestors 'self'", _ANYBODY)
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})


_ANYBODY: Final = "frame-ancestors *"  # clients show a preview inside pages of their own
