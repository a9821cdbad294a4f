"""Pages of the running application, fetched as a browser would, without a network."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import httpx2

from permed.api.http import Settings, create_app
from permed.api.http.network.settings import NetworkSettings
from permed.api.http.release.answers_about_things import PartedAnswers
from permed.api.http.release.served_release import ServedRelease
from permed.api.publishing.question_data import names_of_things
from permed.api.publishing.relinking import ROOT
from permed.api.publishing.shared_answers import share
from permed.graph.errors import InputError

__all__ = ["AT_ONCE", "Pages", "opened"]

_SITEMAP: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_PATIENCE: Final = 600.0  # seconds for a release to be ready, and for a page
AT_ONCE: Final = 2  # pages that one process makes side by side
_PAUSE: Final = 0.2
_UNABLE: Final = 503
_NOT_INSTALLED: Final = 501
_LATER: Final = (202, _UNABLE)  # being made; too much to do, or not able to
_TRIES: Final = 3
_BROWSER: Final = {"Accept": "text/html,*/*", "Accept-Encoding": "identity"}
NETWORK: Final = NetworkSettings(seconds=_PATIENCE, niceness=0)
_PANEL_BYTES: Final = 1 << 30  # of answers that stand on pages of things
_TYPE: Final = "content-type"


class Pages:
    """The application, asked in this process."""

    def __init__(self, client: httpx2.AsyncClient, names: Callable[[], bytes] = bytes) -> None:
        """Take what asks the application, and what tells the names that parameters may have."""
        self._client, self.names = client, names

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
        """Fetch one path as a browser does; InputError where the server fails to make it.

        A page that is still being made is asked for again. What the server is not able to make of
        this release (503 time after time: a report on a network too small for one) is left out,
        and standard error says so.
        """
        clock = asyncio.get_running_loop()
        deadline = clock.time() + _PATIENCE
        refused = 0
        while True:
            answer = await self._client.get(quote(path, safe="/%"), headers=_BROWSER)
            refused += answer.status_code == _UNABLE
            over = clock.time() > deadline or refused >= _TRIES
            if answer.status_code not in _LATER or over:
                break
            await asyncio.sleep(_PAUSE)
        said = f"{answer.status_code} {_detail(answer)}".strip()
        told = f"{path}: the page cannot be made: {said}"
        if answer.status_code in (_UNABLE, _NOT_INSTALLED):
            print(f"{told}; it is left out", file=sys.stderr)
        elif answer.status_code in _LATER or answer.is_server_error:
            raise InputError(told)
        return answer


def publishing_settings() -> Settings:
    """Return settings for a server that we alone ask.

    No query makes way for others: on a busy machine it would not come back. It is loaded once, into
    memory, as no reader waits for a first answer.
    """
    return Settings(
        rate=0,
        log_requests=False,
        public_url=ROOT.rstrip("/"),
        waiting=100_000,
        disk_first=False,
        ready=AT_ONCE,
        slow_after=_PATIENCE,
        panel_seconds=_PATIENCE,
        panel_bytes=0,  # made by all processes together
        deadline_seconds=_PATIENCE,
    )


@asynccontextmanager
async def opened(home: Path, answers: Path) -> AsyncIterator[Pages]:
    """Start the application over a home, wait until it is ready, and stop it at the end.

    answers: folder through which processes share the answers that stand on many pages. InputError
    says why the release cannot be served.
    """
    app = create_app(home, publishing_settings(), NETWORK)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=ROOT, timeout=_PATIENCE
        ) as client:
            await _ready(client)
            served: ServedRelease = app.state.server.current
            served.parted = PartedAnswers(served.base, _PANEL_BYTES)
            await share(served.parted, served.pool.run, answers, _PATIENCE)
            yield Pages(client, lambda: names_of_things(served.directory.naming))


async def _ready(client: httpx2.AsyncClient) -> None:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while (answer := await client.get("/readyz")).status_code != 200:
        if asyncio.get_running_loop().time() > deadline:
            raise InputError(f"the release cannot be served: {answer.json().get('detail', '')}")
        await asyncio.sleep(_PAUSE)


def _detail(answer: httpx2.Response) -> str:
    """Return what a problem document says of itself."""
    is_problem = "problem+json" in answer.headers.get(_TYPE, "")
    return str(answer.json().get("detail", "")) if is_problem else ""
