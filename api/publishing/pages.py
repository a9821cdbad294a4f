"""Pages of the running application, fetched as a browser would, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import httpx2

from permed.api.http import Settings, create_app
from permed.graph.errors import InputError

__all__ = ["ROOT", "Pages", "opened"]

ROOT: Final = "http://published.invalid/"  # what pages call themselves until it is replaced
_SITEMAP: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_PATIENCE: Final = 600.0  # seconds for a release to be ready
_AT_ONCE: Final = 4


class Pages:
    """The application, asked in this process."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def addresses(self) -> list[str]:
        """Return the paths of all pages, as the sitemaps list them."""
        maps = await self._locations("/sitemap.xml")
        return [*maps, *[path for place in maps for path in await self._locations(place)]]

    async def _locations(self, path: str) -> list[str]:
        text = (await self._client.get(path)).text
        # our own server wrote it: nothing hostile is in it
        found = ElementTree.fromstring(text).iter(_SITEMAP)  # noqa: S314
        return [urlsplit(place.text or "").path for place in found]

    async def get(self, path: str) -> httpx2.Response:
        """Fetch one path as a browser does."""
        return await self._client.get(quote(path, safe="/%"), headers={"Accept": "text/html,*/*"})

    async def each(
        self, paths: Iterable[str], take: Callable[[str, httpx2.Response], None]
    ) -> None:
        """Fetch paths, some at once, and hand each answer on."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def fetch(path: str) -> None:
            async with turn:
                take(path, await self.get(path))

        async with asyncio.TaskGroup() as group:
            for path in paths:
                group.create_task(fetch(path))


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Pages]:
    """Start the application over a home, wait until it is ready, and stop it at the end.

    InputError says why the release cannot be served.
    """
    settings = Settings(rate=0, log_requests=False, public_url=ROOT.rstrip("/"), waiting=100_000)
    app = create_app(home, settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=ROOT, timeout=120) as client:
            await _ready(client)
            yield Pages(client)


async def _ready(client: httpx2.AsyncClient) -> None:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while (answer := await client.get("/readyz")).status_code != 200:
        if asyncio.get_running_loop().time() > deadline:
            raise InputError(f"the release cannot be served: {answer.json().get('detail', '')}")
        await asyncio.sleep(0.2)
