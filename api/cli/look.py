"""`permed look`: what a file is and what is wrong with it, before anything is built from it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson
from permed.api.cli.common.output import print_json, show
from permed.ingest.inspection.look import FileContent, look

__all__ = ["look_command"]

_SIGNS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


def look_command(
    files: Annotated[list[Path], typer.Argument(help="Files, folders or zip archives.")],
    as_json: AsJson = False,
) -> None:
    """Say what a file is, how it is written, which command reads it and what is wrong with it.

    Nothing is changed or built. Exit code 1 where a file cannot be read at all.
    """
    found = [content for file in files for content in look(file)]
    if as_json:
        print_json([asdict(content) for content in found])
    else:
        for content in found:
            _tell(content)
    if any(content.kind == "cannot be read" for content in found):
        raise typer.Exit(1)


def _tell(content: FileContent) -> None:
    written = [content.encoding or ""]
    if content.delimiter:
        written.append(f"separated by {_SIGNS.get(content.delimiter, repr(content.delimiter))}")
    if content.heading_row:
        written.append(f"heading in row {content.heading_row}")
    if content.rows is not None:
        written.append(f"{content.rows:,} rows")
    told = "; ".join(part for part in written if part)
    print(f"{content.name}: {content.kind}{f' ({told})' if told else ''}")
    if content.columns:
        rows = [
            {"column": c.name, "filled": c.filled, "holds": c.holds, "example": c.example}
            for c in content.columns
        ]
        show(pl.DataFrame(rows), "table")
    for command in content.read_by:
        print(f"  read by: {command}")
    for problem in content.problems:
        print(f"  look at: {problem}")
