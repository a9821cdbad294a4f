"""Sheets and State-of-the-Art reports as pages and files, under `/report`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final
from urllib.parse import quote

import polars as pl
from cachetools import LRUCache
from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from permed.api.http.pages.dataset.changes import changes_about
from permed.api.http.protocol.templates import render
from permed.api.http.release.answer_cache import not_modified, release_headers, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.questions import ask
from permed.api.report.documents.asking import AskedRelease, scope_of
from permed.api.report.documents.section import Document
from permed.api.report.documents.web_page import body, page
from permed.api.report.documents.writing import csv_archive, csv_files, pdf_file
from permed.api.report.sheets.kinds import SHEET_WORDS
from permed.api.report.sheets.sheet import sheet_of
from permed.api.report.state_of_the_art.yearly import state_of_the_art
from permed.api.report.state_of_the_art.years import covered_years
from permed.graph.errors import InputError, LimitExceeded, NotFoundError
from permed.graph.releases.release import Release
from permed.graph.tables.output.safe_text import harmless_csv
from permed.queries.catalogue import Catalogue

__all__ = ["report_routes"]

_FORMS: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}
_KEPT: Final = 12  # documents
_YEARLY: Final = "state-of-the-art"
Make = Callable[[AskedRelease], Document]


def report_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the routes; they are left out of the OpenAPI description, as all pages are."""
    router = APIRouter(include_in_schema=False)
    # one report at a time: each asks a dozen questions, and a PDF starts a browser
    turn = asyncio.Lock()
    # a page, its files and each of its tables come from one document, which holds as its release
    kept: LRUCache[tuple[str, str, str], Document] = LRUCache(_KEPT)

    @router.get("/report")
    async def kinds(kind: str = "", name: str = "") -> Response:
        known = [*(sheet for sheet, _ in SHEET_WORDS), _YEARLY]
        if kind and kind not in known:
            raise InputError(f"kind: {kind[:40]!r} is not known; use {', '.join(known)}")
        if kind and name:
            return RedirectResponse(f"/report/{quote(kind)}/{quote(name)}", 303)
        async with server.served() as served:
            evidence = _evidence(served, catalogue)
            years = await asyncio.to_thread(covered_years, evidence)
            values = {"sheets": SHEET_WORDS, "years": list(reversed(years))}
            return render("reports.html", served, values)

    @router.get("/report/{kind}/{name:path}")
    async def document(
        request: Request, kind: str, name: str,
        form: str = Query("", alias="format"), table: str = Query("", max_length=60),
    ) -> Response:  # fmt: skip
        if form and form not in _FORMS:
            raise InputError(f"no format '{form[:40]}'; there are {', '.join(_FORMS)}")
        async with server.served() as served:
            tag = tag_of(served.id, "report", kind, name, form, table)
            if (unchanged := not_modified(request, tag)) is not None:
                return unchanged
            async with turn:
                key = (served.id, kind, name)
                if (made := kept.get(key)) is None:
                    evidence = _evidence(served, catalogue)
                    made = kept[key] = await asyncio.to_thread(_maker(kind, name), evidence)
                if not form:
                    address = f"/report/{kind}/{quote(name)}"
                    return await asyncio.to_thread(_page, served, made, address)
                content = await asyncio.to_thread(_file, made, form, table)
            ending = "zip" if form == "zip" else form
            called = f"{made.slug}-{table}.csv" if table else f"{made.slug}.{ending}"
            headers = release_headers(served.id, tag)
            headers["Content-Disposition"] = f'attachment; filename="{called}"'
            return Response(content, headers=headers, media_type=_FORMS[form])

    return router


def _maker(kind: str, name: str) -> Make:
    if kind != _YEARLY:
        return lambda evidence: sheet_of(kind, name, evidence)
    if not name.isdigit():
        raise NotFoundError(f"no State-of-the-Art report of '{name[:40]}'; give a year, as 2023")
    return lambda evidence: state_of_the_art(evidence, int(name[:9]))


def _page(served: ServedRelease, made: Document, address: str) -> Response:
    text = body(made, f"{address}?format=csv&table={{}}", local="/")
    thing = served.directory.id_of(made.address) if made.address else None
    values = {
        "document": made,
        "body": Markup(text),  # noqa: S704 - escaped
        "address": address,
        "since": changes_about(served.release, thing) if thing else None,
    }
    return render("report.html", served, values)


def _file(made: Document, form: str, table: str) -> bytes:
    """Return one file of a document; NotFoundError for a table that it has not."""
    if form == "csv":
        files = csv_files(made)
        if f"{table}.csv" not in files:
            names = ", ".join(name.removesuffix(".csv") for name in files)
            raise NotFoundError(f"no table '{table}'; there are {names}")
        return harmless_csv(files[f"{table}.csv"].encode())
    if form == "zip":
        return csv_archive(made)
    if form == "pdf":
        return pdf_file(made)
    if form == "html":
        return page(made).encode()
    # the library of DOCX files and of its pictures is needed by few
    from permed.api.report.documents.word import word_file

    return word_file(made)


def _evidence(served: ServedRelease, catalogue: Catalogue) -> AskedRelease:
    """The served release as documents ask it, from a thread of its own."""
    loop = asyncio.get_running_loop()

    def rows(name: str, **given: str) -> pl.DataFrame:
        asked = ask(served, catalogue.get(name), given, "json")
        answer, _ = asyncio.run_coroutine_threadsafe(asked, loop).result()
        if answer.truncated:
            raise LimitExceeded(
                f"the answer to {name} is longer than this server gives; make the report with "
                "permed report on a copy of the release"
            )
        return answer.frame()

    built = date.fromisoformat(served.built[:10])
    return AskedRelease(
        served.id,
        served.base,
        built,
        rows,
        served.directory.naming,
        None,
        catalogue,
        scope_of(served.release.receipt),
        partial(_thin_years, served.release),
    )


def _thin_years(release: Release) -> tuple[int, ...]:
    # coverage reads networks, which load scipy: the start does without
    from permed.api.report.claims.coverage import thin_years

    return thin_years(release)
