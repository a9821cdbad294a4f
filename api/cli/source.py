"""`permed source`: list the sources, and write the skeleton of a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson
from permed.api.cli.common.output import remark, show
from permed.ingest.skeleton import write_skeleton
from permed.ingest.source import load, names

__all__ = ["app"]

app = typer.Typer(help="List sources, or write the skeleton of a new one.", no_args_is_help=True)


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the sources that permed.toml can name."""
    told = ("publisher", "licence", "homepage") if as_json else ()
    columns = ("name", "title", "packaged", *told)
    infos = [load(name).info for name in names()]
    rows = [{column: getattr(info, column) for column in columns} for info in infos]
    show(pl.DataFrame(rows), "json" if as_json else "table")


@app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(help="Name of the source: small letters, digits and _.")],
    checkout: Annotated[Path, typer.Option(help="Checkout of the project.")] = Path(),
) -> None:
    """Write a working source into a checkout: source.yml, reader, tiny fixture, test."""
    for path in write_skeleton(name, checkout):
        print(path)
    tests = Path("tests", "ingest", "sources", name)
    remark(
        f"it works as it is: .venv/bin/python -m pytest -q {tests}; docs/add-a-source.md goes on"
    )
