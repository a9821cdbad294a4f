"""Health, metrics, and the descriptions at well-known addresses."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from permed.api.http.protocol.documents import (
    FORMAT_PARAMETER,
    GRAPH_CONTENT,
    DocumentPage,
    document_page,
    graph_format,
    links_to_formats,
    wants_page,
)
from permed.api.http.protocol.metrics import Metrics
from permed.api.http.protocol.problems import problem_response
from permed.api.http.protocol.public_address import root_of
from permed.api.http.release.answer_cache import release_headers, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.sparql.graph_pages import graph_rows
from permed.api.http.sparql.void import convert, void_description
from permed.api.text.wording import day, grouped
from permed.queries.catalogue import Catalogue

__all__ = ["system_routes"]

_NOW: Final = {"Cache-Control": "no-store"}  # what is so at this moment only


class Health(BaseModel):
    """Whether the process is alive."""

    status: str = Field(examples=["alive"])


class Readiness(BaseModel):
    """What is served, and whether a newer release could not be."""

    status: str = Field(examples=["ready"])
    release: str = Field(description="Id of the release", examples=["2026-01-01-0123abcd"])
    store: str = Field(description="disk, memory or remote", examples=["memory"])
    quads: int = Field(description="Statements in the store", examples=[330271])
    load_seconds: float = Field(examples=[4.2])
    last_error: str | None = Field(description="Why a newer release is not served")


def system_routes(server: ReleaseServer, metrics: Metrics, catalogue: Catalogue) -> APIRouter:
    """Return the routes that tools and operators use."""
    router = APIRouter(tags=["System"])

    @router.get("/healthz", responses={200: {"model": Health}})
    async def check_health() -> Response:
        """Say that the process is alive."""
        return JSONResponse({"status": "alive"}, headers=_NOW)

    @router.get(
        "/readyz", responses={200: {"model": Readiness}, 503: {"description": "Not ready yet"}}
    )
    async def check_readiness() -> Response:
        """Say which release is served; 503 until there is one."""
        served = server.current
        if served is None or not served.pool.is_alive:
            reason = server.last_error or "the release is being loaded"
            return problem_response(503, "Not ready", reason, {"Retry-After": "2"})
        if served.pool.problem is not None:  # another server is the store, and is not well
            return problem_response(503, "Not ready", served.pool.problem, {"Retry-After": "5"})
        told = {
            "status": "ready",
            "release": served.id,
            "store": served.pool.kind,
            "quads": served.pool.quads,
            "load_seconds": round(served.seconds, 3),
            "last_error": server.last_error,
        }
        return JSONResponse(told, headers=_NOW)

    @router.get("/metrics", response_class=Response)
    async def read_metrics() -> Response:
        """Metrics in the Prometheus text format."""
        media = "text/plain; version=0.0.4; charset=utf-8"
        return Response(metrics.text(), headers=_NOW, media_type=media)

    _add_descriptions(router, server, catalogue)
    return router


def _add_descriptions(router: APIRouter, server: ReleaseServer, catalogue: Catalogue) -> None:
    @router.get(
        "/.well-known/void",
        response_class=Response,
        responses=GRAPH_CONTENT,
        openapi_extra=FORMAT_PARAMETER,
    )
    async def describe_data_set(request: Request) -> Response:
        """Describe the data set: VoID with class and property partitions."""
        async with server.served() as served:
            if wants_page(request):
                return document_page(served, _data_set(served))
            wanted = graph_format(request)
            headers = release_headers(served.id, tag_of(served.id, "void", wanted.name))
            body = void_description(served, wanted)
            return Response(body, headers=headers, media_type=wanted.content_type)

    @router.get(
        "/.well-known/sparql-examples",
        response_class=Response,
        responses=GRAPH_CONTENT,
        openapi_extra=FORMAT_PARAMETER,
    )
    async def list_sparql_examples(request: Request) -> Response:
        """The query catalogue in the vocabulary of sib-swiss/sparql-examples."""
        if wants_page(request):
            return RedirectResponse("/questions", 303, {"Vary": "Accept"})
        from permed.api.http.sparql.service_description import (
            example_queries,  # late: rdflib is slow
        )

        wanted = graph_format(request)
        body = example_queries(catalogue, server.base, root_of(request, server.settings), wanted)
        return Response(body, headers={"Vary": "Accept"}, media_type=wanted.content_type)

    @router.get(
        "/shacl-report",
        response_class=Response,
        responses=GRAPH_CONTENT,
        openapi_extra=FORMAT_PARAMETER,
    )
    async def read_quality_report(request: Request) -> Response:
        """The SHACL report of the release."""
        async with server.served() as served:
            path = served.release.path / "shacl-report.ttl"
            text = path.read_bytes() if path.is_file() else b""
            if wants_page(request):
                return document_page(served, _quality(text.decode()))
            wanted = graph_format(request)
            headers = release_headers(served.id, tag_of(served.id, "shacl", wanted.name))
            body = convert(text, wanted)
            return Response(body, headers=headers, media_type=wanted.content_type)


def _data_set(served: ServedRelease) -> DocumentPage:
    """Tell of the data set what its description says in RDF."""
    facts = [
        ("Release", served.id, ""),
        ("Built", day(served.built[:10]), ""),
        ("Statements", grouped(str(served.pool.quads)), ""),
        ("Licence", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("Queries", "SPARQL 1.1", "/editor"),
    ]
    return DocumentPage(
        title="PerMed Graph as a data set",
        about="What the graph holds, by source: one named graph each.",
        iri=f"{served.base}dataset",
        facts=facts,
        heads=("Graph", "Title", "Publisher", "Licence"),
        rows=graph_rows(served),
        formats=links_to_formats("/.well-known/void"),
    )


def _quality(text: str) -> DocumentPage:
    return DocumentPage(
        title="Quality report",
        about="What the shapes found in each source, in the words of SHACL. Rows that violate one "
        "are kept out of the release.",
        formats=links_to_formats("/shacl-report"),
        text=text,
    )
