"""The query catalogue as pages under `/questions`: a form, the answer as a table, the query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl
import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.linked_data.resource import text_of
from permed.api.http.linked_data.routes import local_path
from permed.api.http.pages.thing import Value, source_link
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.questions import ask
from permed.api.text.names import name_of
from permed.api.text.wording import day, grouped
from permed.graph.errors import PermedError
from permed.graph.store import Answer
from permed.ontology import PREFIXES
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.themes import THEMES, theme_of

__all__ = ["by_theme", "first_of_each", "question_page_routes"]

_YEAR: Final = 4  # digits; longer numbers are parted into thousands
_MOST_ROWS: Final = 500
_MOST_CHOICES: Final = 300  # in a list to choose from; above it an identifier is typed
_XSD: Final = str(PREFIXES["xsd"])
_NUMBERS: Final = frozenset(f"{_XSD}{n}" for n in ("integer", "decimal", "double", "float"))
_INPUTS: Final = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class Cell:
    """What one cell shows; numbers stand to the right."""

    values: list[Value]
    number: bool = False


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
            return await _page(request, served, catalogue.get(name))

    return router


async def _page(request: Request, served: ServedRelease, question: Question) -> Response:
    given = dict(request.query_params)
    asked = given or question.examples()
    query = f"?{urlencode(asked)}" if asked else ""
    sparql = question.sparql(served.base)
    values: dict[str, Any] = {
        "question": question,
        "fields": [_field(p, asked.get(p.name, ""), served.directory) for p in question.params],
        "sparql": sparql,
        "address": f"/queries/{question.name}{query}",
        "last_error": "",
    }
    status = 200
    try:
        values |= _table(await ask(served, question, asked, "json"), served)
    except PermedError as problem:
        values["last_error"], status = str(problem), problem.status
    return render("question.html", served, values, status)


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


def _table(answer: Answer, served: ServedRelease) -> dict[str, Any]:
    """Return the table as people read it: a thing and its name in one column, heads in words."""
    rows = answer.rows()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    named = {column: f"{column}Name" for column in columns if f"{column}Name" in columns}
    things = {name: column for column, name in named.items()}
    shown = [column for column in columns if column not in named]
    cells = [
        [_named_cell(row, c, things.get(c), served) for c in shown] for row in rows[:_MOST_ROWS]
    ]
    numeric = [any(r[i].number for r in cells) for i in range(len(shown))]
    heads = list(zip([_words(things.get(c, c)) for c in shown], numeric, strict=True))
    return {
        "columns": heads,
        "rows": cells,
        "total": len(rows),
        "truncated": answer.truncated,
    }


def _words(column: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower()


def _named_cell(
    row: Mapping[str, object], column: str, thing: str | None, served: ServedRelease
) -> Cell:
    cell = _cell(row.get(column), served)
    if thing is None or row.get(thing) is None:
        return cell
    me = served.directory.id_of(text_of(row[thing])) or ""
    lead = _cell(row[thing], served).values[0]
    named = [replace(v, text=name_of(me, v.text), href=lead.href) for v in cell.values]
    return Cell(named or [lead])


def _cell(term: object, served: ServedRelease) -> Cell:
    """Return what a cell of the table shows: mostly one value, of sources one link each."""
    if term is None:
        return Cell([])
    value = text_of(term)
    if not isinstance(term, ox.NamedNode):
        return _literal_cell(value, term.datatype.value if isinstance(term, ox.Literal) else "")
    local = local_path(value, served.base)
    if label := served.directory.label_of_iri(value):
        me = served.directory.id_of(value) or ""
        return Cell([Value(name_of(me, label), local or value)])
    return Cell([Value(value, local) if local else source_link(value)])


def _literal_cell(value: str, datatype: str) -> Cell:
    parts = value.split()
    if parts and all(part.startswith(("http://", "https://")) for part in parts):
        return Cell([source_link(part) for part in parts])
    if datatype in _NUMBERS:
        return Cell([Value(grouped(value) if len(value) > _YEAR else value)], number=True)
    return Cell([Value(day(value) if datatype == f"{_XSD}date" else value)])


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
