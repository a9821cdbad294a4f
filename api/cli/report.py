"""`permed report`: a page to read, to print and to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.network_options import Asked, filtered, remark, working
from api.cli.options import config_of
from api.cli.output import console
from api.report import RECIPES, build_figure, build_report
from graph.errors import InputError
from graph.release import Release, Releases

__all__ = ["app"]

app = typer.Typer(help="Reports to read, print and hand on.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Reports to read, print and hand on."""


@app.command("network")
@filtered
def network_command(
    asked: Asked,
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    figure: Annotated[
        str | None, typer.Option(help="Only this figure: its data, and its picture as SVG.")
    ] = None,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="Leave out the PDF.")] = False,
) -> None:
    """The strategy report: who, when, where, with whom, gaps; index.html, report.pdf, data/*.csv.

    The PDF needs Chromium: PERMED_CHROMIUM, or chromium, chromium-browser, google-chrome on PATH.
    """
    if asked.selection.nodes != "organisations":
        raise InputError("the report is about organisations; leave --nodes out")
    if figure is not None:
        for path in build_figure(asked.release, figure, out, asked.selection):
            console.print(str(path), highlight=False, soft_wrap=True)
        return
    with working("reading the release") as say:
        report = build_report(
            asked.release, out, asked.selection, earlier=_earlier(asked), pdf=not no_pdf, say=say
        )
    remark(report.remark)
    pages = [str(page) for page in (report.page, report.pdf) if page]
    console.print(
        f"wrote {' and '.join(pages)}, {len(report.data)} data files, {len(RECIPES)} figures",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


def _earlier(asked: Asked) -> Release | None:
    """The release built before the one reported on."""
    known = Releases(config_of(asked.config, asked.home).home).list()
    built = asked.release.receipt["built"]
    older = [release for release in known if release.receipt["built"] < built]
    return older[-1] if older else None
