"""The page `/stakeholders`: paste or upload names, see who takes part in what."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.rest.stakeholders import StakeholderList, checked, given_list, states_of
from permed.graph.errors import PermedError

__all__ = ["stakeholder_page_routes"]

_MOST_SHOWN: Final = 500


def stakeholder_page_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the page; what is pasted is kept nowhere."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stakeholders")
    async def form() -> Response:
        return await _page(server, StakeholderList(()))

    @router.post("/stakeholders")
    async def check(request: Request) -> Response:
        try:
            given = await given_list(request)
        except PermedError as problem:
            return await _page(server, StakeholderList(()), str(problem), problem.status)
        return await _page(server, given)

    return router


async def _page(
    server: ReleaseServer, given: StakeholderList, trouble: str = "", status: int = 200
) -> Response:
    async with server.served() as served:
        values: dict[str, Any] = {"rows": [], "total": 0, "told": ""}
        if given.names:
            try:
                found = await checked(served, given, given.country)
                values["rows"] = found.head(_MOST_SHOWN).to_dicts()
                values |= {"total": found.height, "told": states_of(found)}
            except PermedError as problem:
                trouble, status = str(problem), problem.status
        values |= {"given": given, "trouble": trouble}
        response = render("stakeholders.html", served, values, status)
        response.headers["Cache-Control"] = "no-store"
        return response
