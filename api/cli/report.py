"""`permed report`: a page to read, to print and to hand on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from permed.api import report
from permed.api.cli.common.options import config_of
from permed.api.cli.common.output import remark, working
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.graph.releases.release import Release, Releases

__all__ = ["app"]

app = typer.Typer(help="Reports to read, print and hand on.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Reports to read, print and hand on."""


# a report has its own
_UNUSED = ("nodes", "counting", "loops", "form", "as_json", "output", "backbone", "level", "around",
           "steps")  # fmt: skip


@app.command("network")
@partial(filtered, without=_UNUSED, files=False, renamed={"country": "of"})
def network_command(
    asked: NetworkOptions,
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    figure: Annotated[
        str | None, typer.Option(help="Only this figure: its data, and its picture as SVG.")
    ] = None,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="Leave out the PDF.")] = False,
) -> None:
    """The strategy report: who, when, where, with whom, gaps; index.html, report.pdf, data/*.csv.

    The PDF needs Chromium: PERMED_CHROMIUM, or chromium, chromium-browser, google-chrome on PATH.
    """
    if figure is not None:
        for path in report.build_figure(asked.release, figure, out, asked.selection):
            remark(str(path))
        return
    with working("reading the release") as say:
        done = report.build_report(
            asked.release, out, asked.selection, earlier=_earlier(asked), pdf=not no_pdf, say=say
        )
    remark(done.remark)
    pages = [str(page) for page in (done.page, done.pdf) if page]
    remark(
        f"wrote {' and '.join(pages)}, {len(done.data)} data files, "
        f"{len(report.FIGURE_SPECS)} figures",
    )


def _earlier(asked: NetworkOptions) -> Release | None:
    """The release built before the one reported on."""
    known = Releases(config_of(asked.config, asked.home).home).list()
    built = asked.release.receipt["built"]
    older = [release for release in known if release.receipt["built"] < built]
    return older[-1] if older else None
