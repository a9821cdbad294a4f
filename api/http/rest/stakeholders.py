"""`/api/v1/stakeholders`: a list of names in, who takes part in what out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import Response

from permed.api.http.protocol.negotiation import choose
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.participation import stakeholder_check
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.formats import named
from permed.api.http.rest.list_files import file_name
from permed.graph.documents import read_json
from permed.graph.errors import InputError
from permed.graph.releases.citation import file_facts
from permed.graph.tables.columns import Column
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.writing import FILE_FORMATS, write_table
from permed.queries.resolution import country_code
from permed.queries.stakeholder_lists import GivenName, as_text, given_names, plain_names
from permed.queries.stakeholders import ANSWER_COLUMNS, STATES

__all__ = [
    "StakeholderList",
    "checked",
    "given_list",
    "stakeholder_data_routes",
    "states_of",
]

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_NAMES_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "text/plain": {"schema": {"type": "string"}, "example": "DLR\nAalto University\n"},
        "text/csv": {"schema": {"type": "string"}, "example": "name,country\nDLR,Germany\n"},
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["names"],
                "properties": {
                    "names": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                    "country": {"type": "string"},
                },
            },
            "example": {"names": ["DLR", "Aalto University"]},
        },
    },
}


@dataclass(frozen=True)
class StakeholderList:
    """Names that were given, and the country of those without one where one was named."""

    names: tuple[GivenName, ...]
    country: str = ""

    @property
    def lines(self) -> str:
        """What a reader sees of it again: a name a line, a table where countries are given."""
        if any(one.country for one in self.names):
            return as_text(self.names).replace('"', "")
        return "\n".join(one.name for one in self.names)

    @property
    def table(self) -> str:
        """The list as a table that is read as the same list."""
        return as_text(self.names)


def stakeholder_data_routes(server: ReleaseServer) -> APIRouter:
    """Return the route of the data; the page is in pages/secretariat."""
    router = APIRouter(tags=["Lists"])

    @router.post(
        "/api/v1/stakeholders",
        openapi_extra={"requestBody": _NAMES_BODY},
        response_class=Response,
        responses={
            200: {"content": {f.media_type: {} for f in FILE_FORMATS.values()}},
            **{
                status: {"description": about, "content": {PROBLEM: {}}}
                for status, about in {
                    400: "The list cannot be read",
                    404: "No such country",
                    406: "No acceptable format",
                }.items()
            },
        },
    )
    async def check_stakeholders(
        request: Request,
        country: Annotated[
            str,
            Query(
                description="Country of the names that the list gives none",
                examples=["FI"],
                max_length=200,
            ),
        ] = "",
        format: Annotated[  # noqa: A002 - the name of the parameter everywhere
            str | None, Query(description="Else Accept decides", examples=["csv"])
        ] = None,
    ) -> Response:
        """Check a list of names: who is known, in which action, body and call, and the way in."""
        offered = list(FILE_FORMATS.values())
        form = (
            named(format, offered)
            if format
            else choose(request.headers.get("accept"), offered).name
        )
        given = await given_list(request)
        async with server.served() as served:
            found = await checked(served, given, country or given.country)
            body = await asyncio.to_thread(_written, found, form, served)
            called = file_name("stakeholders", (), served.id, form)
            headers = {
                "X-Permed-Release": served.id,
                "Cache-Control": "no-store",
                "Content-Disposition": f'inline; filename="{called}"',
            }
            return Response(body, headers=headers, media_type=FILE_FORMATS[form].content_type)

    return router


async def given_list(request: Request) -> StakeholderList:
    """Read a list from a request: text, table, workbook, JSON, or the form of the page.

    InputError where there is no list in it.
    """
    kind = request.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
    if kind in _FORMS:
        return await _of_form(request)
    body = await request.body()
    if kind != "application/json":
        return StakeholderList(tuple(given_names(body, "the list")))
    told = read_json(body, "the body")
    names = told.get("names") if isinstance(told, dict) else told
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError('give {"names": ["DLR", ...]}, a list of texts')
    country = told.get("country", "") if isinstance(told, dict) else ""
    if not isinstance(country, str):
        raise InputError("country is a text, such as FI or Finland")
    return StakeholderList(tuple(plain_names(names, "the list")), country)


async def _of_form(request: Request) -> StakeholderList:
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("file")
            pasted = str(form.get("names", "")).encode()
            if isinstance(file, UploadFile) and file.filename:
                pasted, name = await file.read(), file.filename[:100]
            else:
                name = "the list"
            country = str(form.get("country", ""))[:200]
    except MultiPartException:
        raise InputError(
            "the form cannot be read; send multipart/form-data with one file"
        ) from None
    return StakeholderList(tuple(await asyncio.to_thread(given_names, pasted, name)), country)


async def checked(served: ServedRelease, given: StakeholderList, country: str) -> pl.DataFrame:
    """Return the answer, a row a name; NotFoundError for a country that there is not."""
    return await asyncio.to_thread(_checked, served, given, country.strip())


def _checked(served: ServedRelease, given: StakeholderList, country: str) -> pl.DataFrame:
    code = country_code(country, served.directory.naming, served.base)
    return stakeholder_check(served.directory).check(given.names, code)


def states_of(found: pl.DataFrame) -> str:
    """Say how many names are in each state: `3 connected, 1 not known`."""
    counts = dict(found.group_by("state").len().iter_rows())
    return ", ".join(f"{counts[state]:,} {state}" for state in STATES if state in counts)


def _written(found: pl.DataFrame, form: str, served: ServedRelease) -> bytes:
    columns = tuple(Column(name, "text", about) for name, about in ANSWER_COLUMNS.items())
    told = TableDescription(
        "stakeholders",
        "PerMed Graph: who of a list takes part in what",
        columns,
        file_facts(served.citation, ("Names", states_of(found))),
    )
    return write_table(found, form, told)
