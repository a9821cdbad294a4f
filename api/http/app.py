"""The application: routers, middleware, and the life of what is served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from permed.api.http.discovery import discovery_routes
from permed.api.http.linked_data.routes import linked_data_routes
from permed.api.http.linked_data.vocabulary import vocabulary_routes
from permed.api.http.matching.routes import match_routes
from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.network.page import network_page_routes
from permed.api.http.network.routes import network_routes
from permed.api.http.network.settings import NetworkSettings
from permed.api.http.network.worker_client import AnalysisWorker
from permed.api.http.pages.corrections import correction_routes
from permed.api.http.pages.dataset.about import about_routes
from permed.api.http.pages.dataset.changes import change_page_routes
from permed.api.http.pages.dataset.list_changes import list_change_routes
from permed.api.http.pages.dataset.quality import quality_routes
from permed.api.http.pages.dataset.report import network_report_routes
from permed.api.http.pages.explore.compare import compare_routes
from permed.api.http.pages.explore.flows import flow_routes
from permed.api.http.pages.explore.list_before import ReleaseBefore
from permed.api.http.pages.explore.places import place_routes
from permed.api.http.pages.front.routes import front_page_routes
from permed.api.http.pages.query_editor.routes import editor_routes
from permed.api.http.pages.questions import question_page_routes
from permed.api.http.pages.routes import page_routes
from permed.api.http.pages.secretariat.newsletter import newsletter_routes
from permed.api.http.pages.secretariat.reports import report_routes
from permed.api.http.pages.secretariat.stakeholders import stakeholder_page_routes
from permed.api.http.pages.secretariat.strategies import strategy_page_routes
from permed.api.http.protocol.conditional import ConditionalAnswers
from permed.api.http.protocol.methods import allowed_methods
from permed.api.http.protocol.metrics import Metrics
from permed.api.http.protocol.middleware import RequestMiddleware
from permed.api.http.protocol.openapi import (
    CONTACT,
    LICENCE,
    complete_description,
    operation_id,
)
from permed.api.http.protocol.parameters import refuse_undeclared
from permed.api.http.protocol.problems import install_problems
from permed.api.http.reconciliation.routes import reconciliation_routes
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.release.settings import Settings
from permed.api.http.release_choice import ReleaseChoice
from permed.api.http.release_files import release_file_routes
from permed.api.http.rest.changes import change_routes
from permed.api.http.rest.questions import question_routes
from permed.api.http.rest.routes import rest_routes
from permed.api.http.rest.stakeholders import stakeholder_data_routes
from permed.api.http.review.desk import ReviewDesk
from permed.api.http.review.routes import review_routes
from permed.api.http.sparql.endpoint import sparql_routes
from permed.api.http.sparql.fast_path import SparqlFastPath
from permed.api.http.sparql.graph_store import graph_routes
from permed.api.http.sparql.text_search import text_search_routes
from permed.api.http.sub_path import SubPath
from permed.api.http.system import system_routes
from permed.graph.errors import InputError
from permed.graph.store.remote.store_address import StoreAddress
from permed.queries.catalogue import Catalogue

__all__ = ["create_app"]

_ABOUT = (
    "SPARQL 1.1, lists and search, linked data, a catalogue of questions and reconciliation over "
    "an open knowledge graph of personalised-medicine research."
)


class Compression(GZipMiddleware):
    """Compresses for those who ask for it; others are not looked at.

    Files of releases go out as they are: a checksum and a range speak of the bytes on disk.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event."""
        heads = scope.get("headers", ())
        wanted = any(k == b"accept-encoding" and b"gzip" in v for k, v in heads)
        wanted = wanted and not scope.get("path", "").startswith("/releases/")
        await (super().__call__ if wanted else self.app)(scope, receive, send)


def create_app(
    home: Path,
    settings: Settings | None = None,
    network: NetworkSettings | None = None,
    matcher: MatchWorker | None = None,
    judgements: Path | None = None,
    store: StoreAddress | None = None,
) -> FastAPI:
    """Return the application over the releases in `home`; it starts serving with its lifespan.

    `judgements` is the file of decisions on identity, which the review writes into; `store` a
    SPARQL server that holds the releases and is asked in place of our own engine.
    """
    settings = settings or Settings()
    server, metrics, catalogue = ReleaseServer(home, settings, store), Metrics(), Catalogue.load()
    metrics.watch(server)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await server.start()
        yield
        await server.stop()

    app = FastAPI(
        title="PerMed Graph",
        version="1",
        description=_ABOUT,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        license_info=LICENCE,
        contact=CONTACT,
        servers=[{"url": settings.below("/"), "description": "This server"}],
        generate_unique_id_function=operation_id,
        dependencies=[Depends(refuse_undeclared)],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # /metrics tells instead
    )
    complete_description(app)
    app.state.server = server
    install_problems(app)
    app.include_router(system_routes(server, metrics, catalogue))
    # routers are tried one after another, so what is asked for most stands early; the pages of
    # the vocabulary come after its documents, whose names they would take
    app.include_router(vocabulary_routes())
    before = ReleaseBefore()
    app.include_router(page_routes(server, catalogue, before))
    app.include_router(discovery_routes(server, catalogue))
    app.include_router(release_file_routes(server))
    app.include_router(sparql_routes(server))
    app.include_router(text_search_routes(server))
    app.include_router(linked_data_routes(server))
    app.include_router(graph_routes(server))
    worker = AnalysisWorker(home, network)
    app.include_router(network_routes(server, worker))
    app.include_router(network_page_routes(server, worker))
    app.include_router(flow_routes(server, worker))
    app.include_router(stakeholder_data_routes(server))
    app.include_router(stakeholder_page_routes(server))
    app.include_router(strategy_page_routes(server, catalogue))
    app.include_router(newsletter_routes(server))
    app.include_router(change_routes(server))
    matcher = matcher or MatchWorker(home)
    app.include_router(match_routes(server, matcher))
    app.include_router(rest_routes(server))
    app.include_router(reconciliation_routes(server, matcher))
    app.include_router(question_routes(server, catalogue))
    app.include_router(question_page_routes(server, catalogue))
    app.include_router(editor_routes(server, catalogue))
    app.include_router(correction_routes(server))
    desk = ReviewDesk(home, judgements or home.parent / "judgements.sssom.tsv")
    app.include_router(review_routes(server, desk))
    app.include_router(change_page_routes(server))
    app.include_router(list_change_routes(server, before))
    app.include_router(quality_routes(server, catalogue))
    app.include_router(about_routes(server))
    app.include_router(network_report_routes(server, worker.settings.niceness))
    app.include_router(compare_routes(server))
    app.include_router(place_routes(server))
    app.include_router(front_page_routes(server, catalogue))
    app.include_router(report_routes(server, catalogue))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_middleware(SparqlFastPath, server=server)
    app.add_middleware(ConditionalAnswers, server=server)
    if settings.root_path:
        app.add_middleware(SubPath, path=settings.root_path)
    app.add_middleware(Compression, minimum_size=2048, compresslevel=4)
    app.add_middleware(ReleaseChoice)
    app.add_middleware(RequestMiddleware, settings=settings, metrics=metrics)
    if settings.root_path:
        _refuse_own_path(app, settings.root_path)
        app.add_middleware(SubPath, path=settings.root_path)
    return app


def _refuse_own_path(app: FastAPI, path: str) -> None:
    """InputError where an address below the path could also be one without it."""
    for below in (path, f"{path}/x"):
        if allowed_methods({"type": "http", "app": app, "path": below, "headers": []}):
            raise InputError(f"root_path: the service has addresses at {path}; choose another path")
