"""`permed publish`: a release as a folder that any web host serves."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from permed.api.cli.common.options import AsJson, ConfigFile, Home, config_of
from permed.api.cli.common.output import console, print_json, remark, step_text

__all__ = ["publish_command"]


def publish_command(
    folder: Annotated[
        Path, typer.Argument(help="Folder to write; new, empty or published before.")
    ],
    server: Annotated[
        str | None,
        typer.Option(help="Address of a running server, for links to what files cannot do."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(help="Where the folder will stand, for its sitemap and descriptions."),
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write the current release as plain files: all pages, and SPARQL and search in the browser.

    Only files that changed are written. The folder works at any address: copy it to a web host, or
    try it with `python -m http.server -d FOLDER`.
    """
    from permed.api.publishing.site import publish

    columns = (step_text(), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("start", total=None)

        def report(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        done = publish(
            config_of(config, home).home, folder, server=server, address=address, progress=report
        )
    if as_json:
        told = {k: v for k, v in asdict(done).items() if k != "told"}
        print_json({**told, "folder": str(folder)})
        return
    remark(
        f"published {done.release} in {folder}: {done.files:,} files, {done.size / 1e6:.1f} MB;"
        f" {done.written:,} written, {done.removed:,} removed"
    )
    if not done.queries_in_browser:
        remark(
            "without SPARQL and search in the browser: the scripts are not built (needs npm), or"
            " the graph is too large for a browser; name a running server with --server"
        )
