"""The vocabulary's own documents: versions, alignments and shapes, as data and for readers."""

from __future__ import annotations

from typing import Annotated, Any, Final

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from permed.api.http.protocol.documents import (
    FORMAT_PARAMETER,
    GRAPH_CONTENT,
    graph_format,
    wants_page,
)
from permed.api.http.protocol.problems import PROBLEM
from permed.graph.errors import NotFoundError
from permed.graph.store import Format
from permed.ontology import (
    ONTOLOGY_IRI,
    PREFIXES,
    SHAPES_IRI,
    alignments_text,
    ontology_text,
    ontology_version,
    shapes_text,
)

__all__ = ["vocabulary_routes"]

_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    303: {"description": "To the page for readers"},
    404: {"description": "There is no such version", "content": {PROBLEM: {}}},
}

_VersionNumber = Annotated[
    str, Path(description="Version of the vocabulary", examples=[ontology_version()])
]


def vocabulary_routes() -> APIRouter:
    """Return the routes of the documents; the vocabulary itself is at /ontology."""
    router = APIRouter(tags=["Linked data"], responses=_RESPONSES | GRAPH_CONTENT)

    @router.get("/ontology/alignments", response_class=Response, openapi_extra=FORMAT_PARAMETER)
    async def get_alignments(request: Request) -> Response:
        """How the terms sit beside those of other vocabularies."""
        iri = f"{ONTOLOGY_IRI}/alignments"
        return _document(request, alignments_text(), iri, "/vocabulary/index.html")

    @router.get("/ontology/{version}", response_class=Response, openapi_extra=FORMAT_PARAMETER)
    async def get_ontology_version(request: Request, version: _VersionNumber) -> Response:
        """The terms as of one version."""
        if version != ontology_version():
            raise NotFoundError(
                f"version {version} of the vocabulary is not kept; the present one is"
                f" {ontology_version()}, and /vocabulary/versions.html says what changed"
            )
        iri = f"{ONTOLOGY_IRI}/{version}"
        return _document(request, ontology_text(), iri, "/vocabulary/index.html")

    @router.get("/shape", response_class=Response, openapi_extra=FORMAT_PARAMETER)
    async def get_shapes(request: Request) -> Response:
        """The SHACL shapes that every release keeps."""
        return _document(request, shapes_text(), SHAPES_IRI, "/vocabulary/shapes.html")

    return router


def _document(request: Request, turtle: str, iri: str, page: str) -> Response:
    if wants_page(request):
        return RedirectResponse(page, 303, {"Vary": "Accept"})
    wanted = graph_format(request)
    headers = {
        "Vary": "Accept",
        "Link": f'<{iri}>; rel="describes", <{page}>; rel="alternate"; type="text/html"',
        "Cache-Control": "public, max-age=3600",
    }
    return Response(_converted(turtle, wanted), headers=headers, media_type=wanted.content_type)


def _converted(turtle: str, wanted: Format) -> bytes:
    if not isinstance(wanted.engine, ox.RdfFormat):
        raise NotFoundError(f"{wanted.name} is no format of data")
    triples = (quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    return ox.serialize(triples, format=wanted.engine, prefixes=dict(PREFIXES)) or b""
