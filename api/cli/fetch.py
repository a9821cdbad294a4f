"""`permed fetch`: download the official files of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson
from permed.api.cli.common.output import print_json, remark, show, working
from permed.ingest.fetch import fetch, remotes
from permed.ingest.source import load
from permed.queries.sentences import agreeing

__all__ = ["fetch_command"]


def fetch_command(
    source: Annotated[str, typer.Argument(help="Source, e.g. cordis.")],
    only: Annotated[
        list[str] | None, typer.Option(help="Only files whose name holds this (repeatable).")
    ] = None,
    into: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("downloads"),
    as_json: AsJson = False,
) -> None:
    """Download the official files named in the source's metadata; go on where it broke off.

    Files that have not changed on the server are not downloaded again.
    """
    files = remotes(load(source).info, only or ())
    with working(agreeing(f"fetching {len(files)} file(/s)")) as say:
        fetched = fetch(files, into, say)
    rows = [vars(f) for f in fetched]
    if as_json:
        print_json(rows)
        return
    show(pl.DataFrame(rows).select("name", "outcome", "size", "last_modified", "sha256"), "table")
    remark(f"put into permed.toml:  files = {[str(into / f.name) for f in fetched]}")
