"""The query catalogue as pages under `/questions`: a form, the answer as a table, the query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl
from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.pages.answer_table import answer_table
from permed.api.http.protocol.parameters import refuse_unknown, without_trackers
from permed.api.http.protocol.public_address import root_of
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.questions import ask
from permed.graph.errors import NotFoundError, PermedError
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.sentences import known_of, sentence
from permed.queries.themes import THEMES, theme_of

__all__ = ["by_theme", "first_of_each", "question_page_routes"]

_MOST_CHOICES: Final = 300  # in a list to choose from; above it an identifier is typed
_FURTHER: Final = re.compile(r"[2-9]|[1-9]\d{1,6}")  # number of a further part of a table
_INPUTS: Final = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class Field:
    """One parameter as a field of the form: things to choose from, or a text to type."""

    parameter: Parameter
    value: str
    kind: str
    choices: list[tuple[str, str]]
    needed: bool


def question_page_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the routes of the pages; they are left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/questions")
    async def pages() -> Response:
        async with server.served() as served:
            themes = by_theme(catalogue)
            return render("questions.html", served, {"themes": themes, "count": len(catalogue)})

    @router.get("/questions/{name}")
    async def page(request: Request, name: str) -> Response:
        async with server.served() as served:
            root = root_of(request, server.settings)
            return await _page(request, served, catalogue.get(name), root)

    @router.get("/questions/{name}/rows/{part}")
    async def further(request: Request, name: str, part: str) -> Response:
        question = catalogue.get(name)
        if not _FURTHER.fullmatch(part):
            raise NotFoundError(f"/questions/{name}/rows/: further rows are 2, 3 and so on")
        async with server.served() as served:
            root = root_of(request, server.settings)
            return await _page(request, served, question, root, int(part))

    return router


async def _page(
    request: Request, served: ServedRelease, question: Question, root: str, part: int = 1
) -> Response:
    """Return the page of a question, or of a further part of its table."""
    pairs = without_trackers(request.query_params.multi_items())
    asked = dict(pairs) or question.examples()
    query = f"?{urlencode(asked)}" if asked else ""
    sparql = question.sparql(served.base)
    values: dict[str, Any] = {
        "question": question,
        "fields": [_field(p, asked.get(p.name, ""), served.directory) for p in question.params],
        "sparql": sparql,
        "address": f"/queries/{question.name}{query}",
        "before": _part_address(question, part - 1, asked if pairs else {}),
        "after": _part_address(question, part + 1, asked if pairs else {}),
        "root": root,
        "last_error": "",
        "taken": [],
        "sentence": "",
        "known": known_of(question) if question.answer else "",
    }
    status = 200
    try:
        refuse_unknown([name for name, _ in pairs], [p.name for p in question.params])
        answer, taken = await ask(served, question, asked, "json")
        values |= answer_table(answer, served, chart=question.chart, part=part) | {
            "taken": [t for t in taken if t.given != t.value]
        }
        if question.answer and part == 1 and not answer.truncated:
            found = answer.frame()
            values["sentence"] = sentence(question, found)
            values["known"] = known_of(question, found.is_empty())
        chosen = asked | {t.parameter: t.value for t in taken}
        values["fields"] = [
            _field(p, chosen.get(p.name, ""), served.directory) for p in question.params
        ]
    except PermedError as problem:
        values["last_error"], status = str(problem), problem.status
    return render("question.html", served, values, status)


def _part_address(question: Question, part: int, asked: Mapping[str, str]) -> str:
    """Return where a part of the table stands: the page of the question holds the first."""
    page = f"/questions/{question.name}{f'/rows/{part}' if part > 1 else ''}"
    return f"{page}?{urlencode(asked)}" if asked else page


def _field(parameter: Parameter, value: str, directory: Directory) -> Field:
    """Return the field of a parameter; what an optional one leaves open stays empty."""
    choices = _choices(parameter, directory)
    known = {key for key, _ in choices}
    if value and choices and value not in known:
        choices = [(value, value), *choices]
    needed = not parameter.optional and parameter.default is None
    kind = _INPUTS.get(parameter.type, "text")
    return Field(parameter, value or parameter.default or "", kind, choices, needed)


def _choices(parameter: Parameter, directory: Directory) -> list[tuple[str, str]]:
    """Return the things of the kind of a parameter's example, where they are few enough."""
    if parameter.type not in ("iri", "concept"):
        return []
    before = "scheme/" if parameter.type == "concept" else ""
    stem = f"{before}{parameter.example.partition('/')[0]}/"
    found = directory.things.filter(pl.col("id").str.starts_with(stem)).select("id", "label")
    if found.height > _MOST_CHOICES:
        return []
    pairs = [(thing.removeprefix(before), label or thing) for thing, label in found.iter_rows()]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def by_theme(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Return the questions by theme, in the order of themes; empty themes are left out."""
    found: dict[str, list[Question]] = {theme: [] for theme in THEMES}
    for question in questions:
        found[theme_of(question.tags)].append(question)
    return {theme: held for theme, held in found.items() if held}


def first_of_each(questions: Iterable[Question], most: int) -> list[Question]:
    """Return some questions of many kinds: the first of every theme, then the second ..."""
    rows = zip_longest(*by_theme(questions).values())
    return [q for q in chain.from_iterable(rows) if q is not None][:most]
