"""The page `/search/changes`: what came to a list since the release before, and what went."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import Response

from permed.api.http.pages.explore.list_before import ListChange, ReleaseBefore
from permed.api.http.pages.search import SearchPage, search_page
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.links import within_release
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.text.names import name_of
from permed.graph.errors import NotFoundError

__all__ = ["ChangedThing", "list_change_routes"]

_PATIENCE: Final = 60.0  # seconds for the release before to be read
_ROWS: Final = 500  # of a page


@dataclass(frozen=True)
class ChangedThing:
    """A thing that came or went: its name, where it is read, its kind, and why, in words."""

    name: str
    href: str
    kind: str
    why: str


def list_change_routes(server: ReleaseServer, before: ReleaseBefore) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        yield
        before.close()

    router = APIRouter(include_in_schema=False, lifespan=lifespan)

    @router.get("/search/changes")
    async def page(request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
        asked = [(k, v) for k, v in request.query_params.multi_items() if k != "page"]
        async with server.served() as served:
            values = await asyncio.to_thread(_filled, server, served, before, asked, page)
            return render("list_changes.html", served, values)

    return router


def _filled(
    server: ReleaseServer, served: ServedRelease, before: ReleaseBefore,
    asked: list[tuple[str, str]], page: int,
) -> dict[str, Any]:  # fmt: skip
    view = search_page(served.directory, asked, 1)
    now = served.directory
    change = None
    if served is server.current:
        change = before.change(served.release, now, view.state.filters, _PATIENCE)
    if change is None:
        raise NotFoundError(
            "this list cannot be compared: no release before it is kept, or it is too large or in "
            "other words; /changes tells what changed between releases"
        )
    came, went = _part(change.came, change.went, page)
    return {
        "view": view,
        "change": change,
        "came": [_came(now, change, thing) for thing in came],
        "went": [_went(now, change, thing) for thing in went],
        "page": page,
        "pages": list(_around(view, page, len(change.came) + len(change.went))),
        "lists": [
            ("This list now", view.state.address()),
            (f"The list in release {change.before}",
             within_release(view.state.address(), change.before)),
        ],
    }  # fmt: skip


def _part(came: list[str], went: list[str], page: int) -> tuple[list[str], list[str]]:
    """Return what stands on a page: first what came, then what went."""
    first, last = (page - 1) * _ROWS, page * _ROWS
    behind = len(came)
    return came[first:last], went[max(first - behind, 0) : max(last - behind, 0)]


def _around(view: SearchPage, page: int, rows: int) -> Iterator[tuple[str, str]]:
    start = view.state.address().removeprefix("/search")
    for text, other in (("← Previous", page - 1), ("Next →", page + 1)):
        if other >= 1 and (other - 1) * _ROWS < rows:
            more = f"{'&' if start else '?'}page={other}" if other > 1 else ""
            yield text, f"/search/changes{start}{more}"


def _came(now: Directory, change: ListChange, thing: str) -> ChangedThing:
    href = f"/{thing}" if thing.startswith("scheme/") else f"/id/{thing}"
    new = change.was_new(thing)
    why = "new in the graph" if new else "was in the graph, and not in this list"
    return ChangedThing(_name(now, thing), href, _kind(now, thing), why)


def _went(now: Directory, change: ListChange, thing: str) -> ChangedThing:
    stays = thing in now.row_of
    why = "is in the graph, and no longer in this list" if stays else "no longer in the graph"
    known = now if stays else change.earlier
    return ChangedThing(_name(known, thing), change.address(thing, now), _kind(known, thing), why)


def _name(directory: Directory, thing: str) -> str:
    return name_of(thing, directory.label(thing))


def _kind(directory: Directory, thing: str) -> str:
    row = directory.row_of.get(thing)
    kind = None if row is None else directory.things["kind"][row]
    return KINDS[kind].one if kind in KINDS else ""
