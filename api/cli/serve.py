"""`permed serve`: the current release over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from permed.api.cli.common.options import ConfigFile, Home, config_of
from permed.api.cli.common.output import remark
from permed.api.http import serve
from permed.graph.releases.release import Releases

__all__ = ["serve_command"]


def serve_command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8000,
    workers: Annotated[int | None, typer.Option(min=1, help="Query processes kept ready.")] = None,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Serve SPARQL, REST, linked data and pages; a new release is switched to while serving."""
    folder = config_of(config, home).home
    release = Releases(folder).current()
    remark(f"serving {release.id} on http://{host}:{port}/ (stop with Ctrl-C)")
    serve(folder, host, port, workers)
