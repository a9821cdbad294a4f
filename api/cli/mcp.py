"""`permed mcp`: the graph for AI assistants."""

from __future__ import annotations

import io
import os
import sys
from functools import partial
from typing import Annotated

import typer

from permed.api.cli.common.options import ConfigFile, Home, config_of
from permed.api.cli.common.output import remark
from permed.api.cli.common.store_options import EndpointAddress, opened_of
from permed.graph.errors import InputError
from permed.graph.releases.release import Releases

__all__ = ["mcp_command"]


def mcp_command(
    http: Annotated[
        bool, typer.Option("--http", help="Answer over HTTP at /mcp, not on standard input.")
    ] = False,
    host: Annotated[str, typer.Option(help="With --http: address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http: port.")] = 8001,
    endpoint: EndpointAddress = None,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Serve the current release to AI assistants by the Model Context Protocol; read-only.

    With --endpoint, or `store` in permed.toml, that server answers queries and questions; search,
    networks and matching read the files of the release, which must be here.
    """
    releases = Releases(config_of(config, home).home)
    from permed.api.mcp.assistant_server import assistant_server  # late: an extra

    opened = partial(opened_of, config, home, "current", endpoint)
    now, server = opened().files, assistant_server(releases.home, opened)
    if http:
        remark(f"serving {now.id} on http://{host}:{port}/mcp (stop with Ctrl-C)")
        server.run("streamable-http", host=host, port=port, stateless_http=True)
    else:
        _wait_for_a_client()
        server.run("stdio")


def _wait_for_a_client() -> None:
    """Wait for the first byte; input that ends before it is a mistake of the caller.

    What came with that byte waits in a buffer, so that this buffer becomes standard input: the
    package would read descriptor 0 anew, and the first message would be lost.
    """
    wire = os.fdopen(os.dup(0), "rb")
    if not wire.peek(1):
        wire.close()
        raise InputError(
            "standard input is empty: an assistant starts this command and speaks to it there;"
            " to answer over HTTP add --http"
        )
    sys.stdin = io.TextIOWrapper(wire, encoding="utf-8")
