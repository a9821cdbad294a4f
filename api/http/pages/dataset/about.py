"""The page `/about`: sources and licences, how to cite a release, removal of a person, contact."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from permed.api.http.protocol.openapi import CONTACT
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer
from permed.graph.releases.citation import LICENCE, Citation

__all__ = ["about_routes", "bibtex"]


def about_routes(server: ReleaseServer) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/about")
    async def page() -> Response:
        async with server.served() as served:
            values: dict[str, Any] = {
                "citation": served.citation,
                "bibtex": bibtex(served.citation),
                "licence": LICENCE,
                "contact": CONTACT,
                "software": version("permed-graph"),
                "built_on": served.built[:10],
            }
            return render("about.html", served, values)

    return router


def bibtex(citation: Citation) -> str:
    """Return the release as an entry of BibTeX; type misc, which every style knows."""
    year, month, _ = (citation.built + "--").split("-")[:3]
    fields = {
        "author": f"{{{citation.creator}}}",
        "title": f"{{{citation.title}}}, release {citation.release}",
        "year": year,
        "month": month,
        "url": f"{citation.base}dataset",
        "note": LICENCE["title"],
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{permed-graph-{citation.release},\n{lines}}}"
