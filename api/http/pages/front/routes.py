"""The route of the front page, drawn ahead for every release."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from permed.api.http.pages.front.view import front_page, prepare
from permed.api.http.protocol.public_address import root_of
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.rest.distributions import distributions
from permed.graph.releases.dataset_metadata import schema_dataset
from permed.queries.catalogue import Catalogue

__all__ = ["front_page_routes"]


def front_page_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the route; it is left out of the OpenAPI description."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        drawing = asyncio.create_task(_draw_ahead(server))
        yield
        drawing.cancel()

    router = APIRouter(include_in_schema=False, lifespan=lifespan)

    @router.get("/")
    async def home(request: Request) -> Response:
        async with server.served() as served:
            root = root_of(request, server.settings)
            told = schema_dataset(served.citation, root, distributions(served, root))
            values = await asyncio.to_thread(front_page, served, catalogue)
            return render("home.html", served, {**values, "dataset": told})

    return router


async def _draw_ahead(server: ReleaseServer) -> None:
    """Draw the front page of every release as it comes: the first reader need not wait."""
    drawn: Directory | None = None
    while True:
        if server.current is not None and server.current.directory is not drawn:
            drawn = server.current.directory
            await asyncio.to_thread(prepare, drawn)
        await asyncio.sleep(server.settings.poll_seconds)
