"""`permed network export`: the network as a file for another tool."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from permed.api.cli.common.output import remark, working
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.graph import network as networks
from permed.graph.errors import InputError

__all__ = ["export_command"]


class ExportLayout(StrEnum):
    """Where the nodes of a picture stand."""

    own = "own"
    release = "release"


@filtered
def export_command(
    asked: NetworkOptions,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="One of gexf, graphml, pajek, vosviewer, edges-csv, nodes-csv, csv, statnet,"
            " goldfish.",
        ),
    ] = "gexf",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: the terminal.")
    ] = None,
    groups: Annotated[
        bool, typer.Option("--communities", help="Colour by community, not by component.")
    ] = False,
    layout: Annotated[
        ExportLayout,
        typer.Option(help="own: made for it; release: as the release has laid out all of it."),
    ] = ExportLayout.own,
    most: Annotated[
        int | None, typer.Option(help="Nodes to keep, those with most partners.", min=1)
    ] = None,
) -> None:
    """The network as a file for Gephi, VOSviewer, Pajek, yEd, R or a spreadsheet."""
    known = networks.read_layout(asked.release) if layout is ExportLayout.release else None
    with working("laying out"):
        text, notes = networks.analyses.export(asked.selected, form, grouped=groups, most=most,
                                              layout=known)  # fmt: skip
    for note in notes:
        remark(note)
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    opens = networks.EXPORTS["edges-csv" if form == "csv" else form].opens_in
    remark(f"wrote {output}, {output.stat().st_size:,} bytes; for {opens}")
