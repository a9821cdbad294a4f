"""Running the application with uvicorn."""

from __future__ import annotations

import gc
import signal
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from permed.api.http.app import create_app
from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.network.settings import NetworkSettings
from permed.api.http.protocol.connection import protocol_of
from permed.api.http.protocol.logs import configure_logs
from permed.api.http.release.settings import Settings
from permed.graph.store.remote.store_address import StoreAddress

__all__ = ["configuration", "serve"]


def serve(
    home: Path,
    settings: Settings | None = None,
    network: NetworkSettings | None = None,
    matcher: MatchWorker | None = None,
    judgements: Path | None = None,
    store: StoreAddress | None = None,
) -> None:
    """Serve the current release of `home` until interrupted.

    `store`: a SPARQL server that holds the releases, in place of our own engine.
    A stop lets running requests end within the grace of the settings.
    """
    chosen = settings or Settings()
    configure_logs()
    gc.disable()  # routes stay: looking for garbage among them takes longer than to make them
    app = create_app(home, chosen, network, matcher, judgements, store)
    gc.freeze()
    gc.enable()
    server = uvicorn.Server(configuration(app, chosen))
    # uvicorn sends itself again what it was stopped by, once all is closed: that is a good end
    signal.signal(signal.SIGTERM, lambda *_: None)
    server.run()


def configuration(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn runs the application: bounded connections, and no trust in proxies.

    The client's address behind a proxy is read by our own middleware where that is configured.
    """
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=protocol_of(settings),
        ws="none",
        lifespan="on",
        proxy_headers=False,
        limit_concurrency=settings.connections,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(settings.grace_seconds)),
    )
