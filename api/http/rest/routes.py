"""REST under `/api/v1`: lists of things with filters, search, facets and cursors; single things."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from importlib.metadata import version
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
import polars as pl
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from permed.api.http.linked_data import jsonld
from permed.api.http.linked_data.resource import fetch
from permed.api.http.protocol.negotiation import choose, prefers_html
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.protocol.public_address import root_of
from permed.api.http.release.answer_cache import not_modified, release_headers, tag_of
from permed.api.http.release.earlier import asked_release
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.columns import known_columns
from permed.api.http.rest.filters import ListFilters
from permed.api.http.rest.formats import LIST_FORMATS, formats_of
from permed.api.http.rest.list_files import ListFile, file_name
from permed.api.http.rest.lists import Listing, ListRequest, list_things
from permed.api.http.rest.parameters import ListParameters, SearchParameters
from permed.graph.errors import InputError, NotFoundError

__all__ = ["Problem", "rest_routes"]


class Problem(BaseModel):
    """The one error shape (RFC 9457)."""

    type: str = Field(examples=["urn:permed:problem:unusable-input"])
    title: str = Field(examples=["Unusable input"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["the cursor is not one of ours; start again without it"])


class Facet(BaseModel):
    """One value that the found things have, with how many have it."""

    value: str = Field(description="As the filter of the same name takes it", examples=["DE"])
    label: str = Field(examples=["Germany"])
    count: int = Field(examples=[12])


class Page(BaseModel):
    """One page of a list."""

    release: str = Field(description="The release that answered", examples=["2026-01-01-0123abcd"])
    total: int = Field(description="How many things pass all the filters", examples=[120])
    count: int = Field(description="How many of them stand here", examples=[50])
    next: str | None = Field(description="Cursor of the next page; null on the last one")
    items: list[dict[str, Any]] = Field(description="The things: the same keys in each")
    facets: dict[str, list[Facet]] = Field(description="Most frequent values of all that pass")
    facet_totals: dict[str, int] = Field(description="How many values each facet has in all")


_LISTS: Final[dict[str, tuple[str | None, ListFilters]]] = {
    # name of the list: kind of thing, filters that the name implies
    "organisations": ("organisations", ListFilters()),
    "funders": ("organisations", ListFilters(role=("funder",))),
    "projects": ("projects", ListFilters()),
    "csas": ("projects", ListFilters(type=("csa",))),
    "calls": ("calls", ListFilters()),
    "infrastructures": ("infrastructures", ListFilters()),
    "experts": ("people", ListFilters()),
    "events": ("events", ListFilters()),
    "publications": ("publications", ListFilters()),
    "topics": ("topics", ListFilters()),
    "countries": ("countries", ListFilters()),
    "consortia": ("consortia", ListFilters()),
    "programmes": ("programmes", ListFilters()),
    "awards": ("awards", ListFilters()),
    "strategies": ("strategies", ListFilters()),
    "initiatives": ("initiatives", ListFilters()),
    "regions": ("regions", ListFilters()),
}
_SEARCH: Final = "search"
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": about, "content": {PROBLEM: {}}, "model": Problem}
    for status, about in {
        400: "A parameter cannot be used",
        404: "There is no such thing",
        406: "No acceptable format",
        413: "Request too large",
        429: "Too many requests",
        503: "The release is being loaded, or the server is full",
        504: "A deadline was reached",
    }.items()
}
_HEADERS: Final[dict[str, Any]] = {
    name: {"description": about, "schema": {"type": "string"}}
    for name, about in {
        "ETag": "Tag of the answer, for If-None-Match",
        "Last-Modified": "When the release was built",
        "Link": "The next page, with rel=next",
        "X-Permed-Release": "The release that answered",
        "X-Permed-Total": "How many things pass all the filters",
        "X-Permed-Next": "Cursor of the next page",
    }.items()
}


def rest_routes(server: ReleaseServer) -> APIRouter:
    """Return one list and one detail route for every kind of thing, and their index."""
    router = APIRouter(tags=["REST"], responses=_ERRORS)
    _add_index(router, server)
    _add_list(router, server, _SEARCH, None, ListFilters())
    for name, (kind, implied) in _LISTS.items():
        _add_list(router, server, name, kind, implied)
        _add_thing(router, server, name, str(kind))
    return router


def _add_index(router: APIRouter, server: ReleaseServer) -> None:
    @router.get("/api", operation_id="api_index", summary="Index of the API", responses=_TO_PAGE)
    @router.get("/api/v1", operation_id="api_v1_index", summary="Index", responses=_TO_PAGE)
    async def index(request: Request) -> Response:
        """The lists with their addresses and formats; for a reader the page about them."""
        if prefers_html(request.headers.get("accept")):
            return RedirectResponse("/docs", 303, {"Vary": "Accept"})
        below = server.settings.below
        lists = {n: {"href": below(f"/api/v1/{n}"), "title": _title(n)} for n in (_SEARCH, *_LISTS)}
        told = {
            "name": "PerMed Graph",
            "versions": {"v1": below("/api/v1")},
            "release": asked_release.get() or (server.current.id if server.current else None),
            "releases": below("/releases"),
            "software": {"name": "permed-graph", "version": version("permed-graph")},
            "description": below("/openapi.json"),
            "documentation": below("/docs"),
            "formats": {f.name: f.media_type for f in LIST_FORMATS.values()},
            "lists": lists,
            "questions": below("/queries"),
            "network": below("/api/v1/network"),
            "sparql": below("/sparql"),
            "reconciliation": below("/reconcile"),
        }
        return JSONResponse(told, headers={"Vary": "Accept"})


_TO_PAGE: Final[dict[int | str, dict[str, Any]]] = {303: {"description": "The page about it"}}


def _title(name: str) -> str:
    own = {
        "csas": "CSAs",
        "experts": "experts",
        "funders": "funders",
        _SEARCH: "things of all kinds",
    }
    return own.get(name) or KINDS[str(_LISTS[name][0])].title.lower()


def _add_list(
    router: APIRouter, server: ReleaseServer, name: str, kind: str | None, implied: ListFilters
) -> None:
    model = ListParameters if kind else SearchParameters

    async def listed(request: Request, wish: Annotated[Any, Query()]) -> Response:
        async with server.served() as served:
            return await _list(request, server, served, kind, implied, wish)

    listed.__annotations__["wish"] = Annotated[model, Query()]
    router.add_api_route(
        f"/api/v1/{name}",
        listed,
        methods=["GET"],
        name=f"list_{name}",
        operation_id=f"list_{name}",
        summary=f"List {_title(name)}",
        description="Every filter must hold; of several values of one filter any.",
        response_model=Page,
        responses={
            200: {
                "headers": _HEADERS,
                "content": {f.media_type: {} for f in formats_of(kind) if f.name != "json"},
            },
            304: {"description": "The client has this answer already"},
        },
    )


async def _list(
    request: Request,
    server: ReleaseServer,
    served: ServedRelease,
    kind: str | None,
    implied: ListFilters,
    wish: ListParameters,
) -> Response:
    form = _form(request, kind, wish)
    path, root = request.url.path, root_of(request, server.settings)
    tag = tag_of(served.id, path, wish.model_dump_json(), form, root)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    if form == "json" and (wish.limit or 0) > wish.page_size(form):
        raise InputError(f"limit={wish.limit}: a page of JSON holds 1000; take a table, or `next`")
    columns = known_columns(kind, wish.fields)
    asked = ListRequest(
        filters=(wish.filters(kind), *([implied] if implied != ListFilters() else [])),
        sort=tuple(wish.sort),
        limit=wish.page_size(form),
        cursor=wish.cursor,
        facets=wish.facets and form == "json",
    )
    found = await asyncio.to_thread(list_things, served.directory, asked)
    name = path.rsplit("/", 1)[-1]
    given = tuple((k, v) for k, v in request.query_params.multi_items() if k not in _NO_FILTER)
    file = ListFile(
        served, name, _title(name), kind, given, root, found, columns, asked.start, wish.safe
    )
    headers = release_headers(served.id, tag) | _paging(request, found)
    if form == "json":
        rows = await asyncio.to_thread(file.rows, columns)
        return Response(_page(served, found, rows), headers=headers, media_type="application/json")
    body = await asyncio.to_thread(file.body, form)
    called = file_name(name, given, served.id, form)
    headers["Content-Disposition"] = f'{_DISPOSITION.get(form, "inline")}; filename="{called}"'
    if form == "csv":
        headers["Link"] = ", ".join(filter(None, (headers.get("Link"), _described_by(path, given))))
    return Response(body, headers=headers, media_type=LIST_FORMATS[form].content_type)


_NO_FILTER: Final = ("format", "safe", "facets")
_DISPOSITION: Final = dict.fromkeys(("xlsx", "parquet"), "attachment")


def _form(request: Request, kind: str | None, wish: ListParameters) -> str:
    """Return the form that is asked for; InputError where things of the kind have it not."""
    offered = formats_of(kind)
    if not wish.format:
        return choose(request.headers.get("accept"), offered).name
    if wish.format not in (f.name for f in offered):
        fit = ", ".join(f.name for f in offered)
        what = "no places are known" if wish.format == "geojson" else "it is not"
        of = f"of {kind or 'all kinds'}"
        raise InputError(f"format={wish.format}: {what} {of}; there are: {fit}")
    return wish.format


def _described_by(path: str, given: Iterable[tuple[str, str]]) -> str:
    """Return the link to the description of the columns (RFC 8288; CSV on the Web, 5.2)."""
    address = f"{path}?{urlencode([*given, ('format', 'csvw')])}"
    return f'<{address}>; rel="describedby"; type="application/csvm+json"'


def _paging(request: Request, found: Listing) -> dict[str, str]:
    told = {"X-Permed-Total": str(found.total)}
    if found.next is None:
        return told
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    address = f"{request.url.path}?{urlencode([*kept, ('cursor', found.next)])}"
    return told | {"X-Permed-Next": found.next, "Link": f'<{address}>; rel="next"'}


def _page(served: ServedRelease, found: Listing, rows: pl.DataFrame) -> bytes:
    return orjson.dumps(
        {
            "release": served.id,
            "total": found.total,
            "count": rows.height,
            "next": found.next,
            "items": rows.to_dicts(),
            "facets": found.facets,
            "facet_totals": found.facet_totals,
        }
    )


def _add_thing(router: APIRouter, server: ReleaseServer, name: str, kind: str) -> None:
    async def one(request: Request, key: str) -> Response:
        if not key.strip("/"):  # a slash too many is sent on, as at other addresses
            return RedirectResponse(f"/api/v1/{name}", 307)
        key = key.rstrip("/")
        async with server.served() as served:
            return await _thing(request, served, kind, key)

    router.add_api_route(
        f"/api/v1/{name}/{{key:path}}",
        one,
        methods=["GET"],
        name=f"get_{name}",
        operation_id=f"get_{name}",
        summary=f"One of the {KINDS[kind].title.lower()}, as JSON-LD",
        responses={200: {"content": {"application/json": {}}}, 304: {"description": "Same"}},
        response_class=Response,
    )


async def _thing(request: Request, served: ServedRelease, kind: str, key: str) -> Response:
    """Answer with a thing; the key may leave out the first part of the id where it is clear."""
    tag = tag_of(served.id, kind, key)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    stems = KINDS[kind].stems
    names = [key, *(f"{stem}/{key}" for stem in stems)]
    known = served.directory.things.filter(pl.col("id").is_in(names) & (pl.col("kind") == kind))[
        "id"
    ]
    if known.is_empty():
        raise NotFoundError(f"no {kind} with the id {key[:200]!r}; search the list with ?q=")
    resource = await fetch(served, served.directory.iri(str(known[0])))
    body = jsonld.tree(resource.iri, resource.with_labels())
    link = {"Link": f'<{resource.iri}>; rel="describes"'}
    headers = release_headers(served.id, tag) | link
    return Response(body, headers=headers, media_type="application/json")
