"""Health, metrics, and the descriptions at well-known addresses."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.protocol.metrics import Metrics
from permed.api.http.protocol.negotiation import choose
from permed.api.http.protocol.problems import problem_response
from permed.api.http.release.answer_cache import tag_of
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.sparql.void import convert, void_description
from permed.graph.store import GRAPH_FORMATS
from permed.queries.catalogue import Catalogue

__all__ = ["system_routes"]


def system_routes(server: ReleaseServer, metrics: Metrics, catalogue: Catalogue) -> APIRouter:
    """Return the routes that tools and operators use."""
    router = APIRouter(tags=["System"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """Say that the process is alive."""
        return {"status": "alive"}

    @router.get("/readyz", responses={503: {"description": "Not ready yet"}})
    async def ready() -> Any:
        """Say which release is served; 503 until there is one."""
        served = server.current
        if served is None:
            reason = server.last_error or "the release is being loaded"
            return problem_response(503, "Not ready", reason, {"Retry-After": "2"})
        return {
            "status": "ready",
            "release": served.id,
            "store": served.pool.kind,
            "quads": served.pool.quads,
            "load_seconds": round(served.seconds, 3),
            "last_error": server.last_error,
        }

    @router.get("/metrics", response_class=Response)
    async def scrape() -> Response:
        """Metrics in the Prometheus text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @router.get("/.well-known/void", response_class=Response)
    async def void(request: Request) -> Response:
        """Describe the data set: VoID with class and property partitions."""
        wanted = choose(request.headers.get("accept"), list(GRAPH_FORMATS.values()))
        async with server.served() as served:
            headers = {"ETag": tag_of(served.id, "void", wanted.name), "Vary": "Accept"}
            body = void_description(served, wanted)
            return Response(body, headers=headers, media_type=wanted.content_type)

    @router.get("/.well-known/sparql-examples", response_class=Response)
    async def examples(request: Request) -> Response:
        """The query catalogue in the vocabulary of sib-swiss/sparql-examples."""
        from permed.api.http.sparql.service_description import (
            example_queries,  # late: rdflib is slow
        )

        wanted = choose(request.headers.get("accept"), list(GRAPH_FORMATS.values()))
        body = example_queries(catalogue, server.base, str(request.base_url), wanted)
        return Response(body, headers={"Vary": "Accept"}, media_type=wanted.content_type)

    @router.get("/shacl-report", response_class=Response)
    async def report(request: Request) -> Response:
        """The SHACL report of the release."""
        wanted = choose(request.headers.get("accept"), list(GRAPH_FORMATS.values()))
        async with server.served() as served:
            path = served.release.path / "shacl-report.ttl"
            body = convert(path.read_bytes() if path.is_file() else b"", wanted)
            return Response(body, headers={"Vary": "Accept"}, media_type=wanted.content_type)

    return router
