"""Pages for people: made on the server, readable without scripts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from permed.api.http.linked_data.resource import fetch
from permed.api.http.linked_data.routes import moved_to, publication_of, resource_iri
from permed.api.http.pages.explore.key_numbers import key_numbers
from permed.api.http.pages.explore.list_before import ReleaseBefore
from permed.api.http.pages.explore.over_time import over_time
from permed.api.http.pages.explore.since import Since, changes_since
from permed.api.http.pages.search import SearchPage, search_page
from permed.api.http.pages.see_also import lists_of, panels_of, questions_about, sheets_of
from permed.api.http.pages.thing import thing_page
from permed.api.http.protocol.templates import render
from permed.api.http.release.answer_cache import not_modified, tag_of
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.graph.errors import NotFoundError
from permed.graph.releases.term_counts import term_counts
from permed.graph.tables.output.bibliography import citation_tags
from permed.ontology import PREFIXES
from permed.queries.catalogue import Catalogue

__all__ = ["page_routes"]

_HANDBOOK: Final = Path(__file__).parents[1] / "static" / "handbook" / "index.html"
_OWN_STYLE: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
_PATIENCE: Final = 0.05  # seconds that a list waits for the release before to be read
_SAID_EACH: Final = 3  # times that one parameter is explained again


def page_routes(server: ReleaseServer, catalogue: Catalogue, before: ReleaseBefore) -> APIRouter:
    """Return the routes of the pages; they are left out of the OpenAPI description.

    before: the release that lists are compared with.
    """

    router = APIRouter(include_in_schema=False)

    @router.get("/page/{path:path}")
    async def page(request: Request, path: str) -> Response:
        if path.strip("/") and path.endswith("/"):  # a slash too many leads to the same page
            return RedirectResponse(f"/page/{quote(path.rstrip('/'))}", 308)
        async with server.served() as served:
            tag = tag_of(served.id, "page", path)
            if (unchanged := not_modified(request, tag)) is not None:
                return unchanged
            return await _page(served, catalogue, path, tag)

    @router.get("/search")
    async def search(
        request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1
    ) -> Response:
        asked = [(k, v) for k, v in request.query_params.multi_items() if k != "page"]
        async with server.served() as served:
            view = await asyncio.to_thread(search_page, served.directory, asked, page)
            if page > 1 and not view.items:
                return RedirectResponse(view.before, 303)
            known = before if served is server.current else None
            since = await asyncio.to_thread(_list_since, served, view, known)
            values = {"view": view, "kinds": KINDS, "since": since}
            return render("search.html", served, values)

    @router.get("/docs")
    async def reference(request: Request) -> Response:
        async with server.served() as served:
            groups = _operations(request.app.openapi())
            values = {"groups": groups, "handbook": _HANDBOOK.is_file()}
            return render("rest.html", served, values)

    @router.get("/explore")
    async def explore() -> Response:  # what people type who look for the explorer
        return RedirectResponse("/search", 308)

    @router.get("/vocabulary")
    async def vocabulary_home() -> Response:
        return RedirectResponse("/vocabulary/index.html", 308)

    @router.get("/vocabulary/{name}")
    async def vocabulary(name: str) -> Response:
        async with server.served() as served:
            documents = await asyncio.to_thread(_vocabulary, served.release.path)
        if name not in documents:
            raise NotFoundError(f"/vocabulary/{name}: the pages are {', '.join(documents)}")
        return HTMLResponse(documents[name], headers={"Content-Security-Policy": _OWN_STYLE})

    @router.get("/favicon.ico")
    async def icon() -> Response:
        return RedirectResponse("/static/icon.svg", 308)

    return router


def _list_since(
    served: ServedRelease, view: SearchPage, before: ReleaseBefore | None
) -> Since | None:
    """Return what came and went of a list: of all of a kind by the record, else by comparing."""
    told = changes_since(served.release)
    if view.state.pairs == (("kind", view.kind),):
        return told.of_rows(view.kind) if told else None
    if told is None or before is None or not view.state.pairs:
        return None
    change = before.change(served.release, served.directory, view.state.filters, _PATIENCE)
    return change.since(view.state.address()) if change else None


_EVERY_ROLE: Final = f"""PREFIX pm: <{PREFIXES["pm"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

SELECT ?role ?type ?with ?name WHERE {{{{
  {{{{ ?role pm:roleOf <{{iri}}> ; pm:roleIn ?with }}}}
  UNION {{{{ ?role pm:roleIn <{{iri}}> ; pm:roleOf ?with }}}}
  ?role pm:roleType ?type . OPTIONAL {{{{ ?with rdfs:label ?name }}}}
}}}}"""


@lru_cache(maxsize=2)
def _vocabulary(release: Path) -> dict[str, str]:
    """Return the pages about the vocabulary: half a second of work that the start is spared."""
    from permed.ontology.pages import build as reference

    pages = reference.pages(term_counts(release))
    home = '<nav aria-label="Pages">\n<a href="/">PerMed Graph</a>'
    return {n: p.replace('<nav aria-label="Pages">', home, 1) for n, p in pages.items()}


def _operations(openapi: Mapping[str, Any]) -> list[_Group]:
    """Return the operations of the OpenAPI description by tag."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            route = {"path": path, "method": method.upper(), "description": "", **operation}
            needed = [p for p in operation.get("parameters", ()) if p.get("required")]
            examples = {p["name"]: p.get("example", "") for p in needed}
            route["tried"] = f"?{urlencode(examples)}" if examples else ""
            groups.setdefault(operation["tags"][0], []).append(route)
    return [_grouped(tag, routes) for tag, routes in groups.items()]


@dataclass(frozen=True)
class _Group:
    """Operations of a tag, each with the parameters of its `own`, and those that many `also` take.

    Where they are few, each has all of its own.
    """

    tag: str
    routes: list[dict[str, Any]]
    shared: list[dict[str, Any]]


def _grouped(tag: str, routes: list[dict[str, Any]]) -> _Group:
    told = [(_about(p), p) for route in routes for p in route.get("parameters", ())]
    count = Counter(about for about, _ in told)
    often = {about: p for about, p in told if count[about] > max(_SAID_EACH, len(routes) / 2)}
    for route in routes:
        given = route.get("parameters", ())
        route["own"] = [p for p in given if _about(p) not in often]
        route["also"] = [p["name"] for p in given if _about(p) in often]
    return _Group(tag, routes, list(often.values()))


def _about(parameter: Mapping[str, Any]) -> tuple[str, str, bool]:
    said = parameter.get("description") or parameter["schema"].get("description", "")
    return parameter["name"], said, bool(parameter.get("required"))


async def _page(served: ServedRelease, catalogue: Catalogue, path: str, tag: str) -> Response:
    base = served.base
    iri = resource_iri(path, base)
    if target := moved_to(served, iri):
        return RedirectResponse(f"/page{target}", 301)
    resource = await fetch(served, iri, about=False)  # roles are in the directory
    view = thing_page(resource, served.directory)
    cited = publication_of(served.directory, iri)
    lists = lists_of(served.directory, view.id)
    panels = await panels_of(served, catalogue, view.id, lists)
    numbers = key_numbers(served.directory, view.id)
    told = await asyncio.to_thread(changes_since, served.release) if numbers else None
    values = {
        "path": path,
        "view": view,
        "lists": lists,
        "questions": [*sheets_of(view.id), *questions_about(catalogue, served.directory, view.id)],
        "numbers": [(n, told.of_rows(*n.record) if told and n.record else None) for n in numbers],
        "years": over_time(served.directory, view.id),
        "panels": panels.shown,
        "late": panels.late,
        "connects": view.kind is not None and view.kind.name == "organisations",
        "compares": view.id.startswith(("country/", "scheme/")),
        "first_source": next((s.href for s in view.sources if s.href), ""),
        "every_role": _EVERY_ROLE.format(iri=iri),
        "citation": citation_tags(cited) if cited else [],
    }
    response = render("resource.html", served, values)
    if not panels.late:  # else the page is another one next time
        response.headers["ETag"] = tag
    response.headers["Link"] = (
        f'<{resource.iri}>; rel="describes", '
        f'</data/{path}.ttl>; rel="alternate"; type="text/turtle", '
        f'</data/{path}.jsonld>; rel="alternate"; type="application/ld+json"'
    )
    return response
