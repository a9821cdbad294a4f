"""The short way to `/sparql`: past all routes, which take longer to look through than a look-up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from permed.api.http.protocol.problems import explain
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.sparql.endpoint import respond
from permed.graph.errors import PermedError

__all__ = ["SparqlFastPath"]


class SparqlFastPath:
    """ASGI middleware that answers `/sparql` itself; the routes above document it.

    To look through all routes and declared parameters takes longer than a look-up in the graph.
    """

    path = "/sparql"  # the route that metrics tell

    def __init__(self, app: ASGIApp, server: ReleaseServer) -> None:
        self._app, self._server = app, server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, pass everything else on."""
        mine = scope["type"] == "http" and scope["path"] in ("/sparql", "/sparql/")
        if not mine or scope["method"] not in ("GET", "POST"):
            await self._app(scope, receive, send)
            return
        scope["route"] = self
        request = Request(scope, receive)
        try:
            response = await respond(request, self._server)
        except PermedError as problem:
            response = explain(request, problem)
        await response(scope, receive, send)
