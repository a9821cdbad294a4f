"""`/newsletter`: what is new since a day, for a country or a topic, as page, text and Atom feed."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.protocol.public_address import root_of
from permed.api.http.protocol.templates import render
from permed.api.http.release.answer_cache import not_modified, release_headers, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.text.newsletter import as_atom, as_text, headline, nothing_new
from permed.graph.errors import PermedError
from permed.graph.releases.newsletter import (
    NewsItem,
    NewsScope,
    by_section,
    first_day,
    newsletter,
    only_one,
)
from permed.graph.releases.release import Release
from permed.queries.resolution import country_code

__all__ = ["newsletter_routes"]

_USUAL: Final = dt.timedelta(days=92)  # before the release, where no day is given
_MOST_SHOWN: Final = 100  # items of a section on the page
_ATOM: Final = "application/atom+xml"
_Since = Annotated[
    str, Query(description="First day; default: three months before the release",
               examples=["2026-01-31"], max_length=40)
]  # fmt: skip
_Country = Annotated[
    str, Query(description="Only of this country, by name or code", examples=["FI"], max_length=200)
]
_Topic = Annotated[
    str, Query(description="Only with this word in a name or topic", examples=["cancer"],
               max_length=200)
]  # fmt: skip


def newsletter_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the page, the text and the feed."""
    router = APIRouter(tags=["Discovery"])

    @router.get("/newsletter", include_in_schema=False)
    async def page(since: _Since = "", country: _Country = "", topic: _Topic = "") -> Response:
        async with server.served() as served:
            return await _page(served, {"since": since, "country": country, "topic": topic})

    @router.get("/newsletter.txt", response_class=Response, responses=_answers("text/plain"))
    async def read_newsletter(
        request: Request, since: _Since = "", country: _Country = "", topic: _Topic = ""
    ) -> Response:
        """What is new since a day, as plain text to send on."""
        async with server.served() as served:
            scope, items = await _found(served, since, country, topic)
            alone = await asyncio.to_thread(only_one, served.release.path.parent)
            text = as_text(items, scope, _name(served, scope), alone=alone)
            return _sent(request, served, text, "text/plain")

    @router.get("/newsletter.atom", response_class=Response, responses=_answers(_ATOM))
    async def follow_news(
        request: Request, since: _Since = "", country: _Country = "", topic: _Topic = ""
    ) -> Response:
        """What is new since a day, as a feed to follow: by country and topic."""
        async with server.served() as served:
            scope, items = await _found(served, since, country, topic)
            root = root_of(request, server.settings)
            asked = _asked(since, country, topic)
            address = f"{root}newsletter.atom{asked}"
            text = as_atom(items, scope, root, address, served.built, _name(served, scope))
            return _sent(request, served, text, _ATOM)

    return router


def _answers(media: str) -> dict[int | str, dict[str, Any]]:
    refused = {400: "The day cannot be read or is in the future", 404: "There is no such country"}
    told: dict[int | str, dict[str, Any]] = {
        status: {"description": about, "content": {PROBLEM: {}}}
        for status, about in refused.items()
    }
    return {200: {"content": {media: {}}}, 304: {"description": "Unchanged"}, **told}


def _sent(request: Request, served: ServedRelease, text: str, media: str) -> Response:
    tag = tag_of(served.id, text)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    return Response(text, headers=release_headers(served.id, tag), media_type=media)


def _asked(since: str, country: str, topic: str) -> str:
    pairs = {"since": since, "country": country, "topic": topic}
    filled = {name: value for name, value in pairs.items() if value}
    return f"?{urlencode(filled)}" if filled else ""


async def _found(
    served: ServedRelease, since: str, country: str, topic: str
) -> tuple[NewsScope, list[NewsItem]]:
    """Return what is asked for, and the news; InputError for a day that is none."""
    naming = await asyncio.to_thread(getattr, served.directory, "naming")
    code = country_code(country, naming, served.base) or ""
    scope = NewsScope(_day(since, served), code, topic.strip())
    return scope, list(await asyncio.to_thread(_news, served.release.path, scope))


def _name(served: ServedRelease, scope: NewsScope) -> str:
    """Return the name of the country that is asked for, however it was written."""
    return served.directory.naming.label(f"country/{scope.country}") if scope.country else ""


@lru_cache(maxsize=32)
def _news(release: Path, scope: NewsScope) -> tuple[NewsItem, ...]:
    """Releases never change, so neither does what they say is new."""
    return tuple(newsletter(release.parent, Release(release), scope))


def _day(since: str, served: ServedRelease) -> dt.date:
    if not since:
        built = served.built[:10] or "2000-01-01"
        return dt.date.fromisoformat(built) - _USUAL
    return first_day(since)


async def _page(served: ServedRelease, said: dict[str, str]) -> Response:
    trouble, status, told = "", 200, ""
    sections: dict[str, list[NewsItem]] = {}
    try:
        scope, items = await _found(served, **said)
        sections, told = by_section(items), headline(scope, len(items), _name(served, scope))
        said = {**said, "since": scope.since.isoformat()}
    except PermedError as problem:
        trouble, status = str(problem), problem.status
    values = {
        "said": said, "sections": sections, "told": told, "trouble": trouble,
        "asked": _asked(**said), "most": _MOST_SHOWN,
        "nothing": nothing_new(
            alone=await asyncio.to_thread(only_one, served.release.path.parent)
        ),
    }  # fmt: skip
    return render("newsletter.html", served, values, status)
