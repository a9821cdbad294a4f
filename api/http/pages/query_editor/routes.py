"""The page of the SPARQL editor: a query, its answer as a table, and examples."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from permed.api.http.pages.answer_table import answer_table
from permed.api.http.pages.query_editor.result_views import VIEWS, ResultView, View, result_view
from permed.api.http.pages.questions import by_theme
from permed.api.http.protocol.templates import render
from permed.api.http.release.answer_cache import release_headers, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.graph.errors import PermedError
from permed.graph.store import inspect
from permed.graph.store.executor import QueryRequest
from permed.ontology import PREFIXES
from permed.queries.catalogue import Catalogue

__all__ = ["classes_of", "editor_routes", "terms_used"]

_LONGEST: Final = 100_000  # letters of a query in an address
_VOID: Final = PREFIXES["void"]
_FIRST: Final = f"""PREFIX pm: <{PREFIXES["pm"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

# Which organisations are partners in most activities?
SELECT ?organisation ?name (COUNT(?activity) AS ?activities) WHERE {{
  ?activity pm:partner ?organisation .
  ?organisation rdfs:label ?name .
}}
GROUP BY ?organisation ?name ORDER BY DESC(?activities) LIMIT 20"""

_OF_CLASS: Final = f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>

SELECT ?thing ?label WHERE {{{{
  ?thing a <{{iri}}> .
  OPTIONAL {{{{ ?thing rdfs:label ?label }}}}
}}}} LIMIT 100"""


def editor_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the routes of the editor; they are left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/editor")
    async def query_editor(
        query: Annotated[str, Query(max_length=_LONGEST)] = "",
        question: str = "",
        run: bool = False,
        view: View = "table",
    ) -> Response:
        async with server.served() as served:
            base = served.base
            asked = query or (catalogue.get(question).sparql(base) if question else _FIRST)
            runs = run and bool(query or question)
            values: dict[str, Any] = {
                "query": asked,
                "themes": by_theme(catalogue),
                "classes": classes_of(served),
                "base": base,
                "prefixes": {k: str(v) for k, v in PREFIXES.items()},
                "answer": await _answer(served, asked, view) if runs else _Shown(),
                "view": view,
                "views": VIEWS,
            }
            return render("editor.html", served, values)

    @router.get("/editor/terms")
    async def terms() -> Response:
        async with server.served() as served:
            found = await asyncio.to_thread(terms_used, served)
            return JSONResponse(found, headers=release_headers(served.id, tag_of(served.id, found)))

    return router


@dataclass(frozen=True)
class _Shown:
    """An answer as the page shows it: rows, yes or no, a text, or what went wrong."""

    table: dict[str, Any] = field(default_factory=dict)
    said: str = ""
    text: str = ""
    trouble: str = ""
    view: ResultView | None = None


async def _answer(served: ServedRelease, query: str, view: View) -> _Shown:
    seconds = served.settings.deadline_seconds
    try:
        form = inspect(query).form
        written = {"select": "json", "ask": "json"}.get(form, "ttl")
        asked = QueryRequest(query, {}, written, None, served.caps, seconds)
        answer = await served.query(asked)
    except PermedError as problem:
        return _Shown(trouble=str(problem))
    if form == "ask":
        return _Shown(said="Yes" if b"true" in answer.body else "No")
    if form != "select":
        return _Shown(text=answer.body.decode("utf-8", "replace"))
    table = answer_table(answer, served, joined=False)
    picture = await asyncio.to_thread(result_view, view, answer, served)
    return _Shown(table, view=picture)


def classes_of(served: ServedRelease) -> list[tuple[str, str, int, str]]:
    """Return the classes that the release holds: words, IRI, how many, address of a query."""
    counts = served.release.receipt.get("counts", {}).get("classes", {})
    order = sorted(counts.items(), key=lambda pair: (-int(pair[1]), pair[0]))
    return [
        (served.directory.label_of_iri(iri) or iri.replace("#", "/").rsplit("/", 1)[-1], iri,
         int(count), f"/editor?{urlencode({'query': _OF_CLASS.format(iri=iri), 'run': '1'})}")
        for iri, count in order
    ]  # fmt: skip


def terms_used(served: ServedRelease) -> dict[str, list[str]]:
    """Return the classes and properties that the release holds, by its VoID description."""
    path = served.release.path / "void.ttl"
    found: dict[str, set[str]] = {"classes": set(), "properties": set()}
    if path.is_file():
        named = {f"{_VOID}class": "classes", f"{_VOID}property": "properties"}
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            if (kind := named.get(quad.predicate.value)) and isinstance(quad.object, ox.NamedNode):
                found[kind].add(quad.object.value)
    return {kind: sorted(iris) for kind, iris in found.items()}
