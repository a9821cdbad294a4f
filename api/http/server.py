"""Running the application with uvicorn."""

from __future__ import annotations

import gc
from pathlib import Path

import uvicorn

from permed.api.http.app import create_app
from permed.api.http.network.settings import NetworkSettings
from permed.api.http.protocol.logs import configure_logs
from permed.api.http.release.settings import Settings

__all__ = ["serve"]


def serve(
    home: Path,
    settings: Settings | None = None,
    network: NetworkSettings | None = None,
) -> None:
    """Serve the current release of `home` until interrupted.

    A stop lets running requests end within the grace of the settings.
    """
    chosen = settings or Settings()
    configure_logs()
    gc.disable()  # routes stay: looking for garbage among them takes longer than to make them
    app = create_app(home, chosen, network)
    gc.freeze()
    gc.enable()
    uvicorn.run(
        app,
        host=chosen.host,
        port=chosen.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(chosen.grace_seconds)),
    )
