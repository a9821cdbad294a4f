"""Pages for people: made on the server, readable without scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.http.answers import not_modified, tag_of
from api.http.company import family_map
from api.http.kinds import KINDS
from api.http.linked_data import moved_to, resource_iri
from api.http.lists import Filters, list_things
from api.http.page_parts import grouped, resource_view
from api.http.resources import fetch
from api.http.serving import Edition, Serving
from graph.errors import NotFoundError
from ontology import PREFIXES
from queries.catalogue import Catalogue

__all__ = ["page_routes", "render"]

_HERE: Final = Path(__file__).parent
_EDITOR_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'"
)
_OWN_STYLE: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=ChainableUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["grouped"] = lambda n: grouped(str(n))


def render(name: str, edition: Edition, values: Mapping[str, Any], status: int = 200) -> Response:
    """Return a page made of a template."""
    text = _ENVIRONMENT.get_template(name).render(release=edition.id, **values)
    headers = {"ETag": tag_of(edition.id, name, text), "Vary": "Accept"}
    return HTMLResponse(text, status, headers)


def page_routes(serving: Serving, catalogue: Catalogue, editor: bool) -> APIRouter:
    """Return the routes of the pages; they are left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home() -> Response:
        async with serving.edition() as edition:
            counts = dict(edition.directory.things.group_by("kind").len().iter_rows())
            kinds = [(k, counts[k.name]) for k in KINDS.values() if counts.get(k.name)]
            values = {
                "kinds": kinds,
                "questions": list(catalogue),
                "quads": edition.pool.quads,
                "picture": await asyncio.to_thread(family_map, edition.directory),
            }
            return render("home.html", edition, values)

    @router.get("/page/{path:path}")
    async def page(request: Request, path: str) -> Response:
        async with serving.edition() as edition:
            tag = tag_of(edition.id, "page", path)
            if (unchanged := not_modified(request, tag)) is not None:
                return unchanged
            return await _page(edition, path, tag)

    @router.get("/search")
    async def search(request: Request, q: str = "", kind: str = "", cursor: str = "") -> Response:
        async with serving.edition() as edition:
            found = list_things(edition.directory, Filters(q=q, kind=kind or None), 50, cursor)
            values = {"q": q, "kind": kind, "found": found, "hits": found.items, "kinds": KINDS}
            return render("search.html", edition, values)

    @router.get("/editor")
    async def query_editor(query: str = "") -> Response:
        async with serving.edition() as edition:
            values = {
                "query": query or _FIRST,
                "questions": list(catalogue),
                "base": edition.settings.base,
                "yasgui": editor,
            }
            response = render("editor.html", edition, values)
            if editor:
                response.headers["Content-Security-Policy"] = _EDITOR_POLICY
            return response

    @router.get("/docs")
    async def reference(request: Request) -> Response:
        async with serving.edition() as edition:
            groups = _operations(request.app.openapi())
            return render("rest.html", edition, {"groups": groups})

    @router.get("/vocabulary/{name}")
    async def vocabulary(name: str) -> Response:
        documents = await asyncio.to_thread(_vocabulary)
        if name not in documents:
            raise NotFoundError(f"/vocabulary/{name}: the pages are {', '.join(documents)}")
        return HTMLResponse(documents[name], headers={"Content-Security-Policy": _OWN_STYLE})

    @router.get("/favicon.ico")
    async def icon() -> Response:
        return RedirectResponse("/static/icon.svg", 308)

    return router


_FIRST: Final = f"""PREFIX pm: <{PREFIXES["pm"]}>
PREFIX eurio: <{PREFIXES["eurio"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

# Which organisations take part in most activities?
SELECT ?organisation ?name (COUNT(?role) AS ?roles) WHERE {{
  ?role pm:roleOf ?organisation .
  ?organisation a eurio:Organisation ; rdfs:label ?name .
}}
GROUP BY ?organisation ?name ORDER BY DESC(?roles) LIMIT 20"""


@cache
def _vocabulary() -> dict[str, str]:
    """Return the pages about the vocabulary: half a second of work that the start is spared."""
    from ontology import reference

    return reference.pages()


def _operations(openapi: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the operations of the OpenAPI description by tag."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            route = {"path": path, "method": method.upper(), "description": "", **operation}
            groups.setdefault(operation["tags"][0], []).append(route)
    return list(groups.items())


async def _page(edition: Edition, path: str, tag: str) -> Response:
    base = edition.settings.base
    iri = resource_iri(path, base)
    if target := moved_to(edition, iri):
        return RedirectResponse(f"/page{target}", 301)
    resource = await fetch(edition, iri)
    values = {"path": path, "view": resource_view(resource, edition.directory)}
    response = render("resource.html", edition, values)
    response.headers["ETag"] = tag
    response.headers["Link"] = (
        f'<{resource.iri}>; rel="describes", '
        f'</data/{path}.ttl>; rel="alternate"; type="text/turtle", '
        f'</data/{path}.jsonld>; rel="alternate"; type="application/ld+json"'
    )
    return response
