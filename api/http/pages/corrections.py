"""The pages `/correction` and `/missing`: what readers report goes into the queue of the home.

The first is about a statement of the graph, the second about a project, call or strategy that it
does not hold. Both share one limit, and nobody is shown what waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.limits.rate_limit import RateLimit
from permed.api.http.protocol.http_errors import RateLimited
from permed.api.http.protocol.parameters import takes
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.graph.contributions.corrections import MISSING, Correction, Corrections
from permed.graph.errors import InputError, NotFoundError, PermedError

__all__ = ["correction_routes"]

_FIELDS: Final = ("thing", "statement", "value", "source", "message")
_MISSING_FIELDS: Final = ("kind", "name", "of", "source", "message")
_Page = Callable[..., Awaitable[Response]]
_RATE, _BURST = 1 / 30, 6  # reports a second and client: a reader writes some, a program many


def correction_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the page; what is reported is shown to nobody here."""
    router = APIRouter(include_in_schema=False)
    limit = RateLimit(_RATE, _BURST)

    @router.get("/correction", openapi_extra=takes(*_FIELDS))
    async def form(request: Request) -> Response:
        return await _page(server, _asked(request, _FIELDS))

    @router.post("/correction")
    async def report(request: Request) -> Response:
        return await take(request, _FIELDS, _page, _of_statement)

    @router.get("/missing", openapi_extra=takes(*_MISSING_FIELDS))
    async def missing_form(request: Request) -> Response:
        return await _missing_page(server, _asked(request, _MISSING_FIELDS))

    @router.post("/missing")
    async def report_missing(request: Request) -> Response:
        return await take(request, _MISSING_FIELDS, _missing_page, _of_missing)

    async def take(
        request: Request, fields: tuple[str, ...], page: _Page,
        correction: Callable[[dict[str, str], ServedRelease], Correction],
    ) -> Response:  # fmt: skip
        """Put what a form says into the queue; the page says the number, or what is wrong."""
        said = _said(await request.body(), fields)
        try:
            _admit(request)
            async with server.served() as served:
                told = correction(said, served)
            kept = await asyncio.to_thread(Corrections(server.home).add, told)
        except PermedError as problem:
            return await page(server, said, trouble=str(problem), status=problem.status)
        return await page(server, said, number=kept.id)

    def _admit(request: Request) -> None:
        client = request.client.host if request.client else "unknown"
        if not limit.admit(client, time.monotonic()):
            raise RateLimited("some reports came from you just now; send the next in a minute")

    return router


def _asked(request: Request, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in fields}


def _of_statement(said: dict[str, str], served: ServedRelease) -> Correction:
    if said["thing"] not in served.directory.row_of:
        raise NotFoundError(f"{said['thing'][:200]}: no such thing in this release")
    return Correction(**said, release=served.id)


def _of_missing(said: dict[str, str], served: ServedRelease) -> Correction:
    return Correction(
        "", said["message"], said["of"], said["name"], said["source"],
        missing=said["kind"] or "other", release=served.id,
    )  # fmt: skip


async def _missing_page(
    server: ReleaseServer,
    said: dict[str, str],
    *,
    number: str = "",
    trouble: str = "",
    status: int = 200,
) -> Response:
    async with server.served() as served:
        values = {"said": said, "kinds": MISSING, "number": number, "trouble": trouble}
        response = render("missing.html", served, values, status)
        response.headers["Cache-Control"] = "no-store"
        return response


def _said(body: bytes, fields: tuple[str, ...]) -> dict[str, str]:
    try:
        pairs = parse_qs(body.decode("utf-8"), max_num_fields=20)
    except ValueError:
        raise InputError("the form cannot be read; fill it in once more") from None
    return {name: pairs.get(name, [""])[0] for name in fields}


async def _page(
    server: ReleaseServer,
    said: dict[str, str],
    *,
    number: str = "",
    trouble: str = "",
    status: int = 200,
) -> Response:
    async with server.served() as served:
        thing = said["thing"]
        values: dict[str, Any] = {
            "said": said,
            "label": served.directory.labels.get(thing, thing),
            "known": thing in served.directory.row_of,
            "number": number,
            "trouble": trouble,
        }
        response = render("correction.html", served, values, status)
        response.headers["Cache-Control"] = "no-store"
        return response
