"""`permed serve`: the current release over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from permed.api.cli.common.options import ConfigFile, Home, config_of, file_of, option_of
from permed.api.cli.common.output import remark
from permed.api.cli.common.store_options import EndpointAddress, endpoint_of
from permed.api.http import Settings, serve
from permed.api.http.matching.worker_client import MatchWorker
from permed.api.settings import serve_settings
from permed.graph.errors import InputError
from permed.graph.releases.release import Releases

__all__ = ["serve_command"]


def serve_command(
    bundle: Annotated[
        Path | None, typer.Argument(help="Bundle to serve, in place of a folder of releases.")
    ] = None,
    host: Annotated[str | None, option_of(Settings, "host")] = None,
    port: Annotated[int | None, option_of(Settings, "port", min=1, max=65535)] = None,
    workers: Annotated[int | None, option_of(Settings, "ready", "--workers", min=1)] = None,
    endpoint: EndpointAddress = None,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Serve SPARQL, REST, linked data and pages; a new release is switched to while serving.

    With --endpoint, or `store` in permed.toml, that server answers the queries: load the release
    there with `permed publish --to`. Lists and search use the files of the release here.
    """
    if bundle is not None and not bundle.is_file():
        raise InputError(f"{bundle}: there is no such file; a folder of releases goes to --into")
    file = file_of(config)
    build = config_of(config, home if bundle is None else bundle)
    settings, network, matching = serve_settings(file)
    given = {"host": host, "port": port, "ready": workers}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    release = Releases(build.home).current()
    store = endpoint_of(build, endpoint)
    asked = "" if store is None else f", queries answered by {store.address}"
    where = f"http://{settings.host}:{settings.port}/"
    remark(f"serving {release.id} on {where}{asked} (stop with Ctrl-C)")
    matcher = MatchWorker(build.home, build.ror, matching)
    serve(build.home, settings, network, matcher, build.judgements, store)
