"""`permed serve`: the current release over HTTP."""

from __future__ import annotations

from typing import Annotated

from permed.api.cli.common.options import ConfigFile, Home, file_of, option_of
from permed.api.cli.common.output import remark
from permed.api.http import Settings, serve
from permed.api.http.matching.worker_client import MatchWorker
from permed.api.settings import serve_settings
from permed.graph.releases.release import Releases
from permed.ingest.building.config import Config

__all__ = ["serve_command"]


def serve_command(
    host: Annotated[str | None, option_of(Settings, "host")] = None,
    port: Annotated[int | None, option_of(Settings, "port", min=1, max=65535)] = None,
    workers: Annotated[int | None, option_of(Settings, "ready", "--workers", min=1)] = None,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Serve SPARQL, REST, linked data and pages; a new release is switched to while serving."""
    file = file_of(config)
    build = Config.of(file) if home is None else Config.of(file).at(home)
    settings, network, matching = serve_settings(file)
    given = {"host": host, "port": port, "ready": workers}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    release = Releases(build.home).current()
    remark(f"serving {release.id} on http://{settings.host}:{settings.port}/ (stop with Ctrl-C)")
    matcher = MatchWorker(build.home, build.ror, matching)
    serve(build.home, settings, network, matcher, build.judgements)
