"""The pages of `/review`: sign in, look at what waits, decide, take back."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from permed.api.http.protocol.http_errors import Unauthorised
from permed.api.http.protocol.public_address import root_of
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.release.tokens import token_holder
from permed.api.http.review.desk import KINDS, PAGE, QueueFilter, ReviewDesk
from permed.api.http.review.session import Sessions
from permed.graph.errors import InputError, PermedError

__all__ = ["review_routes"]

_FILTERS: Final = ("country", "least", "most", "kind", "page")


def review_routes(server: ReleaseServer, desk: ReviewDesk) -> APIRouter:
    """Return the routes; without a session they show the form to sign in, and nothing else."""
    router, sessions = APIRouter(include_in_schema=False), Sessions()

    @router.get("/review")
    async def queue(
        request: Request,
        country: Annotated[str, Query(max_length=2)] = "",
        least: Annotated[float, Query(ge=0, le=1)] = 0.0,
        most: Annotated[float, Query(ge=0, le=1)] = 1.0,
        kind: str = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        said: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        if kind and kind not in KINDS:
            raise InputError(f"kind: {kind[:60]!r} is not known; use {', '.join(KINDS)}")
        reviewer = sessions.reviewer(request)
        if reviewer is None:
            return await _sign_in(server)
        wish = QueueFilter(country, least, most, kind)
        return await _queue(server, desk, reviewer, wish, page, said)

    @router.post("/review/session")
    async def sign_in(request: Request) -> Response:
        name = token_holder(server.settings.tokens, (await _form(request)).get("token", ""))
        if name is None:
            return await _sign_in(server, "this token is nobody's here", 401)
        response = RedirectResponse("/review", 303)
        secure = root_of(request, server.settings).startswith("https://")
        sessions.begin(response, name, secure=secure)
        return response

    @router.post("/review/sign-out")
    async def sign_out() -> Response:
        response = RedirectResponse("/review", 303)
        sessions.end(response)
        return response

    @router.post("/review/decide")
    async def decide(request: Request) -> Response:
        reviewer, form = _reviewer(sessions, request), await _form(request)
        item, choice = form.get("item", ""), form.get("choice", "")
        said = await asyncio.to_thread(desk.decide, item, choice, reviewer)
        return _back(form, said)

    @router.post("/review/undo")
    async def undo(request: Request) -> Response:
        reviewer, form = _reviewer(sessions, request), await _form(request)
        try:
            said = await asyncio.to_thread(desk.undo, reviewer)
        except InputError as problem:
            said = str(problem)
        return _back(form, said)

    return router


def _reviewer(sessions: Sessions, request: Request) -> str:
    """Return who decides; a form of another site is refused, cookie or not."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Unauthorised("a decision is made on the pages of /review")
    reviewer = sessions.reviewer(request)
    if reviewer is None:
        raise Unauthorised("sign in at /review first")
    return reviewer


async def _form(request: Request) -> dict[str, str]:
    try:
        pairs = parse_qs((await request.body()).decode("utf-8"), max_num_fields=20)
    except ValueError:
        raise InputError("the form cannot be read; fill it in once more") from None
    return {name: values[0] for name, values in pairs.items()}


def _back(form: dict[str, str], said: str) -> Response:
    kept = {name: form[name] for name in _FILTERS if form.get(name)}
    return RedirectResponse("/review?" + urlencode({**kept, "said": said[:500]}), 303)


async def _sign_in(server: ReleaseServer, trouble: str = "", status: int = 200) -> Response:
    values = {"reviewer": "", "trouble": trouble, "known": bool(server.settings.tokens)}
    return await _page(server, values, status)


async def _queue(
    server: ReleaseServer,
    desk: ReviewDesk,
    reviewer: str,
    wish: QueueFilter,
    number: int,
    said: str,
) -> Response:
    trouble, found = "", None
    try:
        found = await asyncio.to_thread(desk.page, wish, number)
    except PermedError as problem:
        trouble = str(problem)
    asked = {"country": wish.country, "least": wish.least, "most": wish.most, "kind": wish.kind}
    more = found is not None and number * PAGE < found.total
    values: dict[str, Any] = {
        "reviewer": reviewer,
        "trouble": trouble,
        "said": said,
        "found": found,
        "asked": {**asked, "page": number},
        "kinds": KINDS,
        "onward": "/review?" + urlencode({**asked, "page": number + 1}) if more else "",
        "before": "/review?" + urlencode({**asked, "page": number - 1}) if number > 1 else "",
    }
    return await _page(server, values)


async def _page(server: ReleaseServer, values: dict[str, Any], status: int = 200) -> Response:
    async with server.served() as served:
        response = render("review.html", served, values, status)
    response.headers["Cache-Control"] = "no-store"
    if "etag" in response.headers:
        del response.headers["ETag"]
    return response
