"""REST under `/api/v1`: lists of things with filters, search, facets and cursors; single things."""

from __future__ import annotations

import asyncio
import io
from typing import Annotated, Any, Final, Literal

import polars as pl
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from permed.api.http.linked_data import jsonld
from permed.api.http.linked_data.resource import fetch
from permed.api.http.protocol.negotiation import TABLES
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified, tag_of
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.lists import Filters, Listing, list_things
from permed.graph.errors import NotFoundError

__all__ = ["Problem", "rest_routes"]


class Problem(BaseModel):
    """The one error shape (RFC 9457)."""

    type: str = Field(examples=["urn:permed:problem:unusable-input"])
    title: str = Field(examples=["Unusable input"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["the cursor is not one of ours; start again without it"])


class Facet(BaseModel):
    """One value that the found things have, with how many have it."""

    value: str
    label: str
    count: int


class Page(BaseModel):
    """One page of a list."""

    release: str
    total: int
    count: int
    next: str | None = Field(description="Cursor of the next page; null on the last one")
    items: list[dict[str, Any]]
    facets: dict[str, list[Facet]]


class Views(BaseModel):
    """How a list is cut and written."""

    limit: int = Field(default=50, ge=1, le=1000, description="Things a page")
    cursor: str = Field(default="", max_length=2000, description="`next` of the page before")
    format: Literal["json", "csv", "parquet"] = Field(
        default="json", description="Form of the answer"
    )
    facets: bool = Field(default=True, description="Whether counts by country, role ... are wanted")


class Listed(Views):
    """Filters; several of them must all hold."""

    q: str = Field(
        default="", description="Words of a name; small errors are forgiven", max_length=200
    )
    country: str | None = Field(default=None, description="ISO 3166-1 code", examples=["DE"])
    type: str | None = Field(default=None, description="Code of the kind of organisation or output")
    role: str | None = Field(
        default=None, description="Role held in any activity", examples=["funder"]
    )
    activity: str | None = Field(
        None, description="Activity taken part in", examples=["consortium/icpermed"]
    )
    programme: str | None = Field(
        default=None, description="Programme", examples=["horizon-europe"]
    )
    topic: str | None = Field(default=None, description="`scheme/code`", examples=["euroscivoc/1"])
    relevance: str | None = Field(
        default=None, description="core, related or none", examples=["core"]
    )
    year: int | None = Field(
        default=None, ge=1900, le=2200, description="Year of activity or publication"
    )
    has_identifier: str | None = Field(default=None, description="Registry", examples=["ror"])

    def filters(self, kind: str, role: str | None = None) -> Filters:
        """Return the filters of one list."""
        names = ("q", "country", "type", "activity", "programme", "topic", "relevance", "year")
        chosen = {name: getattr(self, name) for name in (*names, "has_identifier")}
        return Filters(kind=kind, role=self.role or role, **chosen)


_LISTS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    # name of the list: kind of thing, filters that the name implies
    "organisations": ("organisations", {}),
    "funders": ("organisations", {"role": "funder"}),
    "projects": ("projects", {}),
    "csas": ("projects", {"type": "csa"}),
    "calls": ("calls", {}),
    "infrastructures": ("infrastructures", {}),
    "experts": ("people", {}),
    "events": ("events", {}),
    "publications": ("publications", {}),
    "topics": ("topics", {}),
    "countries": ("countries", {}),
    "consortia": ("consortia", {}),
    "programmes": ("programmes", {}),
    "awards": ("awards", {}),
    "initiatives": ("initiatives", {}),
    "regions": ("regions", {}),
}
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": about, "content": {PROBLEM: {}}, "model": Problem}
    for status, about in {
        400: "A parameter cannot be used",
        404: "There is no such thing",
        413: "Request too large",
        429: "Too many requests",
        503: "The release is being loaded, or the server is full",
        504: "A deadline was reached",
    }.items()
}


def rest_routes(server: ReleaseServer) -> APIRouter:
    """Return one list and one detail route for every kind of thing."""
    router = APIRouter(prefix="/api/v1", tags=["REST"], responses=_ERRORS)
    for name, (kind, implied) in _LISTS.items():
        _add_list(router, server, name, kind, implied)
        _add_thing(router, server, name, kind)
    return router


def _add_list(
    router: APIRouter, server: ReleaseServer, name: str, kind: str, implied: dict[str, str]
) -> None:
    async def listed(request: Request, wish: Annotated[Listed, Query()]) -> Response:
        async with server.served() as served:
            tag = tag_of(served.id, name, wish.model_dump_json())
            if (unchanged := not_modified(request, tag)) is not None:
                return unchanged
            filters = wish.model_copy(update=dict(implied)).filters(kind)
            with_facets = wish.facets and wish.format == "json"
            asked = served.directory, filters, wish.limit, wish.cursor, with_facets
            found = await asyncio.to_thread(list_things, *asked)
            return _written(served, found, wish.format, tag, f"/api/v1/{name}")

    own = {"csas": "CSAs", "experts": "experts", "funders": "funders"}
    title = own.get(name, KINDS[kind].title.lower())
    router.add_api_route(
        f"/{name}",
        listed,
        methods=["GET"],
        name=f"list_{name}",
        summary=f"List {title}",
        response_model=Page,
        responses={
            200: {"content": {"text/csv": {}, TABLES["parquet"]: {}}},
            304: {"description": "Same"},
        },
    )


def _written(served: ServedRelease, found: Listing, form: str, tag: str, path: str) -> Response:
    headers = {"ETag": tag, "X-Permed-Release": served.id, "X-Permed-Total": str(found.total)}
    if found.next:
        headers["X-Permed-Next"] = found.next
    if form == "csv":
        body = found.frame.write_csv().encode()
        return Response(body, headers=headers, media_type=TABLES["csv"])
    if form == "parquet":
        out = io.BytesIO()
        found.frame.write_parquet(out)
        return Response(out.getvalue(), headers=headers, media_type=TABLES["parquet"])
    page = {
        "release": served.id,
        "total": found.total,
        "count": len(found.items),
        "next": found.next,
        "items": found.items,
        "facets": found.facets,
    }
    return JSONResponse(page, headers=headers)


def _add_thing(router: APIRouter, server: ReleaseServer, name: str, kind: str) -> None:
    async def one(request: Request, key: str) -> Response:
        async with server.served() as served:
            return await _thing(request, served, kind, key)

    router.add_api_route(
        f"/{name}/{{key:path}}",
        one,
        methods=["GET"],
        name=f"get_{name}",
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
    headers = {"ETag": tag, "Link": f'<{resource.iri}>; rel="describes"'}
    return Response(body, headers=headers, media_type="application/json")
