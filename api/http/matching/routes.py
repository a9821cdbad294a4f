"""`/match`: what `permed match` does, for one row or a batch, as JSON or CSV."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
import polars as pl
from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from permed.api.http.matching.asked import MatchRequest, of_csv, of_json, of_parameters
from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.protocol.http_errors import NotAcceptable, UnsupportedMedia
from permed.api.http.protocol.negotiation import preferences
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.served_release import ReleaseServer
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.tables.output.safe_text import csv_frame

__all__ = ["match_routes"]

_NAME: Final = Query(description="Name of an organisation", examples=["Deutsches Zentrum DLR"])
_COUNTRY: Final = Query(description="Its country: a code or a name", examples=["DE"])
_CITY: Final = Query(description="Its city", examples=["Bonn"])
_SHORT: Final = Query(
    description="Its short name, read where the name is not accepted", examples=["DLR"]
)
_AFFILIATION: Final = Query(
    description="A raw affiliation string", examples=["Dept. of Physics, DLR, Bonn, Germany"]
)
_AGAINST: Final = Query(
    description="Match to the organisations of the release, or to the registry where configured",
    examples=["graph"],
)
_CANDIDATES: Final = Query(
    ge=0, le=10, description="Likeliest records to list for a name", examples=[3]
)
_FORMAT: Final = Query(description="json or csv; else the Accept header decides", examples=["json"])
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": about, "content": {PROBLEM: {}}}
    for status, about in {
        400: "A parameter or the body cannot be used",
        406: "No acceptable format",
        413: "Too much at once",
        415: "The body is neither JSON nor CSV",
        503: "The release is being loaded, or too many requests wait",
        504: "Matching took more time or memory than allowed; send fewer rows",
    }.items()
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {"names": [{"name": "DLR", "country": "DE"}], "candidates": 3},
            },
            "text/csv": {"schema": {"type": "string"}, "example": "name,country\nDLR,DE\n"},
        },
    }
}


class MatchedRow(BaseModel):
    """What was found for one row, and why."""

    match_id: str | None = Field(description="Address of the record; several are joined by `;`")
    match_name: str | None
    match_score: float = Field(description="Chance that it is right, 0 to 1")
    decision: Literal["accept", "review", "none"]
    reason: str
    features: dict[str, float] = Field(description="The evidence in numbers")
    candidates: list[dict[str, Any]] = Field(default=[], description="Likeliest records, if asked")


class Matches(BaseModel):
    """All rows in the order in which they were asked, and what they were matched with."""

    release: str
    against: Literal["graph", "ror"]
    made_with: dict[str, str]
    rows: list[MatchedRow]


def match_routes(server: ReleaseServer, worker: MatchWorker) -> APIRouter:
    """Return the routes; the worker's process starts with the first request."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await worker.close()

    answers: dict[int | str, dict[str, Any]] = {
        200: {"model": Matches, "content": {"text/csv": {"schema": {"type": "string"}}}}
    }
    router = APIRouter(tags=["Matching"], responses={**_ERRORS, **answers}, lifespan=lifespan)

    @router.get("/match")
    async def match_one(
        request: Request,
        name: Annotated[str | None, _NAME] = None,
        country: Annotated[str | None, _COUNTRY] = None,
        city: Annotated[str | None, _CITY] = None,
        short_name: Annotated[str | None, _SHORT] = None,
        affiliation: Annotated[str | None, _AFFILIATION] = None,
        against: Annotated[Literal["graph", "ror"], _AGAINST] = "graph",
        candidates: Annotated[int, _CANDIDATES] = 0,
        format: Annotated[str | None, _FORMAT] = None,  # noqa: A002
    ) -> Response:
        """The organisation that a name or an affiliation string speaks of, and why."""
        form = _form(request)
        return await _answered(server, worker, of_parameters(request.query_params), form)

    @router.post("/match", openapi_extra=_BODY)
    async def match_batch(
        request: Request,
        against: Annotated[Literal["graph", "ror"], _AGAINST] = "graph",
        candidates: Annotated[int, _CANDIDATES] = 0,
        format: Annotated[str | None, _FORMAT] = None,  # noqa: A002
    ) -> Response:
        """The organisations that many names or affiliation strings speak of, in their order."""
        form, body = _form(request), await request.body()
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in ("application/json", "text/csv"):
            raise UnsupportedMedia("send application/json or text/csv")
        given = request.query_params
        if media == "application/json" and ("against" in given or "candidates" in given):
            raise InputError("say against and candidates in the JSON body")
        read = (
            partial(of_json, body) if media == "application/json" else partial(of_csv, body, given)
        )
        wish = await asyncio.to_thread(read)
        return await _answered(server, worker, wish, form)

    return router


def _form(request: Request) -> str:
    """Return json or csv; InputError for another name, NotAcceptable where neither is taken."""
    asked = request.query_params.get("format")
    if asked is not None:
        if asked not in ("json", "csv"):
            raise InputError(unknown("format", asked[:100], ("json", "csv")))
        return asked
    wanted = preferences(request.headers.get("accept", "*/*"))
    for media, weight in sorted(wanted, key=lambda pair: -pair[1]):
        if weight and media in ("text/csv", "text/*"):
            return "csv"
        if weight and media in ("*/*", "application/*", "application/json", "text/html"):
            return "json"
    raise NotAcceptable("answers are application/json or text/csv")


async def _answered(
    server: ReleaseServer, worker: MatchWorker, wish: MatchRequest, form: str
) -> Response:
    if len(wish.rows) > worker.rows:
        raise InputError(f"{len(wish.rows):,} rows in one request; send at most {worker.rows:,}")
    if wish.against == "ror" and not worker.has_registry:
        raise InputError("this server has no registry; leave out against, or name one (ror) there")
    async with server.served() as served:
        found = orjson.loads((await worker.answer({**asdict(wish), "release": served.id})).body)
        told = {"release": served.id, "against": wish.against, **found}
    headers = {"Vary": "Accept", "X-Permed-Release": told["release"]}
    if form == "json":
        return Response(orjson.dumps(told), 200, headers, "application/json")
    return Response(_table(wish, found["rows"]), 200, headers, "text/csv; charset=utf-8")


def _table(wish: MatchRequest, rows: list[dict[str, Any]]) -> str:
    """Return what was asked and what was found, a line a row; features and candidates as JSON."""
    names = ("name", "country", "city", "short_name")
    columns = names if wish.kind == "names" else ("affiliation",)
    lines = [
        {
            **dict(zip(columns, asked, strict=True)),
            **{name: _cell(value) for name, value in r.items()},
        }
        for asked, r in zip(wish.rows, rows, strict=True)
    ]
    return csv_frame(pl.DataFrame(lines, infer_schema_length=None), 4).write_csv()


def _cell(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value
