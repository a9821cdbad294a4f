"""`permed publish`: a release as a folder that any web host serves, or in a SPARQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, ProgressColumn

from permed.api.cli.common.options import AsJson, ConfigFile, Home, config_of
from permed.api.cli.common.output import console, print_json, remark, step_text
from permed.api.cli.common.store_options import endpoint_of
from permed.graph.errors import InputError
from permed.graph.releases.release import Releases
from permed.graph.store.remote.store_address import StoreAddress
from permed.ingest.building.config import Config

__all__ = ["publish_command"]


def publish_command(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to write; new, empty or published before.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", help="SPARQL server to load the release into, by its query address."),
    ] = None,
    keep: Annotated[
        int, typer.Option(min=1, help="With --to: releases that stay in that server.")
    ] = 2,
    server: Annotated[
        str | None,
        typer.Option(help="Address of a running server, for links to what files cannot do."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(help="Where the folder will stand, for its sitemap and descriptions."),
    ] = None,
    sheets: Annotated[
        str | None,
        typer.Option(
            help="Also the sheets of country, region, funder, organisation (several by commas), or"
            " all: thousands, which takes minutes; without, they stay with the server."
        ),
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write the current release as plain files: all pages, and SPARQL and search in the browser.

    Only files that changed are written. The folder works at any address: copy it to a web host, or
    try it with `python -m http.server -d FOLDER`.

    With --to, load the release into a SPARQL server instead, beside the one that its readers ask,
    and switch once all triples are counted; run it again after a cut, and it goes on from there.
    """
    if to is not None:
        if folder is not None:
            raise InputError("name a folder or --to, not both")
        _load(config_of(config, home), to, keep, as_json)
        return
    if folder is None:
        raise InputError("name the folder to write, or a SPARQL server with --to")
    from permed.api.publishing.site import SHEETS, publish

    kinds = _kinds(sheets, SHEETS)
    with _progress(MofNCompleteColumn()) as report:
        done = publish(
            config_of(config, home).home,
            folder,
            server=server,
            address=address,
            sheets=kinds,
            progress=report,
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


def _kinds(asked: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Read the kinds of sheets; InputError for one that there is not."""
    kinds = tuple(word.strip() for word in asked.split(",")) if asked is not None else ()
    if kinds == ("all",):
        return known
    for kind in kinds:
        if kind not in known:
            raise InputError(f"--sheets: no kind '{kind}'; use {', '.join(known)}, or all")
    return kinds


@contextmanager
def _progress(amount: ProgressColumn) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on a terminal; yield what moves it: step, done, total."""
    columns = (step_text(), BarColumn(), amount)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("start", total=None)

        def report(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total or None)

        yield report


def _load(config: Config, address: str, keep: int, as_json: bool) -> None:
    """Load the current release into a SPARQL server."""
    from permed.graph.store.remote.loading import load_release

    release = Releases(config.home).current()
    release.check("graphs")
    endpoint = endpoint_of(config, address) or StoreAddress(address)
    with _progress(DownloadColumn()) as report:
        done = load_release(
            endpoint, release.id, release.base, release.receipt["built"], release.graphs,
            keep=keep, report=report,
        )  # fmt: skip
    if as_json:
        print_json({**asdict(done), "store": address})
        return
    removed = f"; removed {', '.join(done.removed)}" if done.removed else ""
    remark(
        f"{done.release} is what {address} answers from: {done.triples:,} triples counted there,"
        f" {done.sent:,} sent now with the merge of the graphs{removed}"
    )
