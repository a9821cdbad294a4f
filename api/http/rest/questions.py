"""The query catalogue over HTTP, as data under `/queries`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from permed.api.http.protocol.negotiation import choose, names_html
from permed.api.http.protocol.parameters import without_trackers
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.protocol.public_address import root_of
from permed.api.http.release.answer_cache import (
    answer_response,
    is_steady,
    not_modified,
    release_headers,
    tag_of,
)
from permed.api.http.release.answer_files import (
    ANSWER_FILES,
    DESCRIPTION_FILES,
    ENGINE_FORM,
    AnswerFile,
)
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.list_files import file_name
from permed.graph.errors import InputError
from permed.graph.store import (
    GRAPH_FORMATS,
    SOLUTION_FORMATS,
    Answer,
    Format,
    format_named,
    inspect,
)
from permed.graph.store.executor import QueryRequest
from permed.graph.tables.output.safe_text import harmless_csv
from permed.graph.tables.output.writing import FileFormat
from permed.ontology import DEFAULT_BASE
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.ordered_cells import concatenated_columns, in_order
from permed.queries.resolution import Resolved, resolve_all
from permed.queries.sentences import missing_of

__all__ = ["ask", "question_routes"]

_SCHEMAS = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


def question_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the routes of the catalogue; every question has a route of its own in OpenAPI."""
    router = APIRouter(tags=["Questions"])

    @router.get("/queries")
    async def list_questions() -> list[dict[str, Any]]:
        """List the catalogue: what each question asks and which parameters it takes."""
        return [_described(question, server) for question in catalogue]

    for question in catalogue:
        _add_question(router, server, question)

    @router.get("/queries/{name}", include_in_schema=False)
    async def unknown(name: str) -> None:
        catalogue.get(name)

    return router


_FILES: Final = {**ANSWER_FILES, **DESCRIPTION_FILES}


def is_graph(question: Question) -> bool:
    """Whether the answer of a question is a graph and no table."""
    return inspect(question.sparql(DEFAULT_BASE)).form in ("construct", "describe")


def _file_of(request: Request, question: Question, name: str | None) -> FileFormat | None:
    """Return the file that is asked for by name or by Accept, None for a format of SPARQL."""
    if name:
        wanted = name.strip().lower()
        return next(
            (f for f in _FILES.values() if wanted in (f.name, f.media_type, *f.aliases)), None
        )
    if is_graph(question):
        return None
    accept = request.headers.get("accept")
    offered: list[Format | FileFormat] = [*SOLUTION_FORMATS.values(), *_FILES.values()]
    chosen = choose(accept, offered)
    return chosen if isinstance(chosen, FileFormat) else None


async def _as_file(
    request: Request, server: ReleaseServer, served: ServedRelease, question: Question,
    given: dict[str, str], wanted: FileFormat,
) -> Response:  # fmt: skip
    """Answer with a workbook, Parquet, lines of JSON, or the description of the columns."""
    root = root_of(request, server.settings)
    tag = tag_of(served.id, "question", question.name, sorted(given.items()), wanted.name, root)
    steady = is_steady(question.text)
    if steady and (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    answer, _ = await ask(served, question, given, ENGINE_FORM)
    query = urlencode({**given, "format": "csv", "safe": "false"})
    asked = "; ".join(f"{name}={value}" for name, value in given.items() if value)
    file = AnswerFile(
        served, answer, question.name, f"PerMed Graph: {question.title}",
        f"{root}queries/{question.name}?{query}",
        (("Question", question.question), ("About", question.description), ("Parameters", asked)),
    )  # fmt: skip
    body = await asyncio.to_thread(file.body, wanted.name)
    headers = release_headers(served.id, tag) if steady else {"X-Permed-Release": served.id}
    called = file_name(question.name, given.items(), served.id, wanted.name)
    kind = "attachment" if wanted.name in ("xlsx", "parquet") else "inline"
    headers["Content-Disposition"] = f'{kind}; filename="{called}"'
    headers |= _lacking(question)
    if answer.truncated:
        headers["X-Permed-Truncated"] = "rows"
    return Response(body, headers=headers, media_type=wanted.content_type)


def _add_question(router: APIRouter, server: ReleaseServer, question: Question) -> None:
    async def run(request: Request) -> Response:
        async with server.served() as served:
            given = dict(without_trackers(request.query_params.multi_items()))
            name, safe = given.pop("format", None), _is_safe(given.pop("safe", "true"))
            if name and names_html(name):
                page = f"/questions/{question.name}"
                return RedirectResponse(f"{page}?{urlencode(given)}" if given else page, 303)
            if (file := _file_of(request, question, name)) is not None:
                return await _as_file(request, server, served, question, given, file)
            wanted = _format(request, question, served, name)
            asked = question.name, sorted(given.items()), wanted.name, safe
            tag = tag_of(served.id, "question", *asked) if is_steady(question.text) else None
            if tag and (unchanged := not_modified(request, tag)) is not None:
                return unchanged
            answer, taken = await ask(served, question, given, wanted.name)
            if wanted.name == "csv" and safe:
                answer = replace(answer, body=await asyncio.to_thread(harmless_csv, answer.body))
            editor = f"/editor?{urlencode({'query': question.sparql(served.base)})}"
            links = f'</questions/{question.name}>; rel="about"'
            if wanted.name == "csv":
                described = urlencode({**given, "format": "csvw"})
                links += f', </queries/{question.name}?{described}>; rel="describedby"'
            more = {"Link": links if len(editor) > 2000 else f'{links}, <{editor}>; rel="edit"'}
            called = file_name(question.name, given.items(), served.id, wanted.name)
            more["Content-Disposition"] = f'inline; filename="{called}"'
            more |= _lacking(question)
            if taken:
                more["Permed-Parameters"] = "; ".join(f"{t.parameter}={t.value}" for t in taken)
            return answer_response(answer, served.id, tag, more)

    files = () if is_graph(question) else ANSWER_FILES.values()
    media = [*(f.media_type for f in SOLUTION_FORMATS.values()), *(f.media_type for f in files)]
    run.__doc__ = question.question
    router.add_api_route(
        f"/queries/{question.name}",
        run,
        methods=["GET"],
        name=question.name,
        summary=question.title,
        description=f"{question.question}\n\n{question.description}".strip(),
        openapi_extra={"parameters": [*map(_parameter, question.params), _FORMAT, _SAFE]},
        responses={
            200: {"content": {m: {} for m in media}},
            304: {"description": "The client has this answer already"},
            400: {"description": "A parameter cannot be used", "content": {PROBLEM: {}}},
            404: {
                "description": "A parameter names nothing, or several things",
                "content": {PROBLEM: {}},
            },
            406: {"description": "No acceptable format", "content": {PROBLEM: {}}},
            504: {"description": "A deadline was reached", "content": {PROBLEM: {}}},
        },
        response_class=Response,
    )


_FORMAT: dict[str, Any] = {
    "name": "format",
    "in": "query",
    "description": "Short name of the format; else Accept decides",
    "schema": {"type": "string", "enum": [*SOLUTION_FORMATS, *_FILES, *GRAPH_FORMATS]},
    "example": "csv",
}


_SAFE: dict[str, Any] = {
    "name": "safe",
    "in": "query",
    "description": "Whether an apostrophe in CSV keeps spreadsheets from running texts as formulas",
    "schema": {"type": "boolean", "default": True},
    "example": True,
}


def _lacking(question: Question) -> dict[str, str]:
    """Return the header that says what a partial answer lacks, none for another.

    A header takes ASCII: other signs are percent-encoded, % as well.
    """
    told = quote(missing_of(question), safe=" !\"#$&'()*+,/:;<=>?@[]")
    return {"X-Permed-Lacking": told} if told else {}


def _is_safe(text: str) -> bool:
    """Read the parameter `safe`; InputError for what is neither true nor false."""
    try:
        return TypeAdapter(bool).validate_python(text)
    except ValidationError:
        raise InputError(f"safe: {text[:80]!r} is not known; use true or false") from None


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.about} ({_accepted(parameter)})",
        "required": not parameter.optional and parameter.default is None,
        "schema": _SCHEMAS.get(parameter.type, {"type": "string"}),
        "example": parameter.example,
    }


def _accepted(parameter: Parameter) -> str:
    """Say what a parameter takes: things go by name, acronym, code, label or id."""
    named = parameter.type in ("iri", "concept")
    return "name, acronym, code, label or id" if named else parameter.type


def _described(question: Question, server: ReleaseServer) -> dict[str, Any]:
    return {
        "name": question.name,
        "title": question.title,
        "question": question.question,
        "description": question.description,
        "tags": list(question.tags),
        "number": question.competency,
        "grade": question.grade or None,
        "lacking": question.lacking or None,
        "params": [
            {
                "name": p.name,
                "type": p.type,
                "about": p.about,
                "example": p.example,
                "default": p.default,
                "optional": p.optional,
            }
            for p in question.params
        ],
        "href": server.settings.below(f"/queries/{question.name}"),
        "page": server.settings.below(f"/questions/{question.name}"),
        "sparql": question.sparql(server.base),
    }


def _format(
    request: Request, question: Question, served: ServedRelease, name: str | None
) -> Format:
    form = inspect(question.sparql(served.base)).form
    graph = form in ("construct", "describe")
    if name:
        return format_named(name, graph=graph)
    offered = GRAPH_FORMATS if graph else SOLUTION_FORMATS
    return choose(request.headers.get("accept"), list(offered.values()))


async def ask(
    served: ServedRelease, question: Question, given: dict[str, str], name: str
) -> tuple[Answer, list[Resolved]]:
    """Run a question; empty parameters count as not given, as forms send them.

    Returns the answer, and what was taken for each parameter that names a thing; NotFoundError
    where one names nothing or several things.
    """
    base = served.base
    filled = {k: v for k, v in given.items() if v != ""}
    naming = await asyncio.to_thread(getattr, served.directory, "naming")
    taken = resolve_all(question, filled, naming, base)
    bound = question.bind(filled | {t.parameter: t.value for t in taken}, base)
    seconds = served.settings.deadline_seconds
    sparql = question.sparql(base)
    asked = "json" if name == "csv" and concatenated_columns(sparql) else name
    request = QueryRequest(sparql, bound, asked, None, served.caps, seconds)
    answer = await served.query(request)
    return await asyncio.to_thread(in_order, answer, sparql, name), taken
