"""`permed report`: a page to read, to print and to hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from permed.api import report
from permed.api.cli.common.options import ConfigFile, Home, WhichRelease, config_of
from permed.api.cli.common.output import remark, working
from permed.api.cli.common.store_options import EndpointAddress, opened_of
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.api.report.sheets.kinds import SHEET_WORDS
from permed.graph.extras import refuse_without
from permed.graph.releases.release import Release, Releases
from permed.queries.sentences import agreeing

if TYPE_CHECKING:
    from permed.api.python.opened_release import OpenedRelease
    from permed.api.report.documents.asking import AskedRelease
    from permed.api.report.documents.section import Document

__all__ = ["app"]

app = typer.Typer(help="Reports to read, print and hand on.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Reports to read, print and hand on."""


# a report has its own
_UNUSED = ("nodes", "counting", "loops", "form", "as_json", "output", "backbone", "level", "around",
           "steps")  # fmt: skip


@app.command("network")
@partial(filtered, without=_UNUSED, renamed={"country": "of"})
def network_command(
    asked: NetworkOptions,
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    figure: Annotated[
        str | None, typer.Option(help="Only this figure: its data, and its picture as SVG.")
    ] = None,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="Leave out the PDF.")] = False,
    endpoint: Annotated[
        str | None,
        typer.Option(
            help="Report on the release that this SPARQL endpoint holds; its files are read here."
        ),
    ] = None,
) -> None:
    """The strategy report: who, when, where, with whom, gaps; index.html, report.pdf, data/*.csv.

    Of the release, or of --members FILE: a list of one's own of who takes part in what.
    The PDF needs Chromium: PERMED_CHROMIUM, or chromium, chromium-browser, google-chrome on PATH.
    """
    asked = replace(asked, endpoint=endpoint)
    subject = _subject(asked)
    if figure is not None:
        for path in report.build_figure(subject, figure, out, asked.selection):
            remark(str(path))
        return
    with working("reading the release") as say:
        done = report.build_report(
            subject, out, asked.selection, earlier=_earlier(asked), pdf=not no_pdf, say=say
        )
    remark(done.remark)
    pages = [str(page) for page in (done.page, done.pdf) if page]
    remark(
        f"wrote {' and '.join(pages)}, {len(done.data)} data files, {len(done.data) - 2} figures",
    )


def _subject(asked: NetworkOptions) -> Release:
    """What is reported on: the release, or the file that takes its place."""
    path = asked.files.members or asked.files.edges
    if path is None:
        return asked.release
    from permed.api.report.subject.own_file import OwnFile

    return OwnFile(path, asked.data, asked.files.words)


def _earlier(asked: NetworkOptions) -> Release | None:
    """The release built before the one reported on; none before a file."""
    if asked.files.given:
        return None
    known = Releases(config_of(asked.config, asked.home).home).list()
    built = asked.release.receipt["built"]
    older = [release for release in known if release.receipt["built"] < built]
    return older[-1] if older else None


Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder to write into; default: named after the report, here."),
]
NoPdf = Annotated[bool, typer.Option("--no-pdf", help="Leave out the PDF.")]


@app.command("state-of-the-art")
def state_of_the_art_command(
    year: Annotated[int, typer.Option("--year", help="Year that it is about.")],
    out: Out = None,
    no_pdf: NoPdf = False,
    endpoint: EndpointAddress = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """The State-of-the-Art report of a year: index.html, report.pdf, report.docx, data/*.csv.

    The PDF needs Chromium: PERMED_CHROMIUM, or chromium, chromium-browser, google-chrome on PATH.
    """
    from permed.api.report.state_of_the_art.yearly import state_of_the_art

    served = opened_of(config, home, release, endpoint)
    _write(served, lambda evidence: state_of_the_art(evidence, year), out, no_pdf)


def _sheet_command(name: str, about: str) -> None:
    def command(
        which: Annotated[
            str, typer.Argument(help="Its name, acronym, code, identifier or id (Austria, AT).")
        ],
        out: Out = None,
        no_pdf: NoPdf = False,
        endpoint: EndpointAddress = None,
        config: ConfigFile = None,
        home: Home = None,
        release: WhichRelease = "current",
    ) -> None:
        from permed.api.report.sheets.sheet import sheet_of

        served = opened_of(config, home, release, endpoint)
        _write(served, lambda evidence: sheet_of(name, which, evidence), out, no_pdf)

    command.__doc__ = f"{about}\n\nWrites index.html, report.pdf, report.docx, data/*.csv."
    app.command(name)(command)


for _name, _about in SHEET_WORDS:
    _sheet_command(_name, _about)


def _write(
    served: OpenedRelease, make: Callable[[AskedRelease], Document], out: Path | None, no_pdf: bool
) -> None:
    refuse_without("report")
    from permed.api.report.documents.writing import write_document

    with working("asking the questions of the report") as say:
        document = make(_evidence(served))
        folder = out or Path(document.slug)
        done = write_document(document, folder, pdf=not no_pdf, say=say)
    remark(done.remark)
    pages = [str(page) for page in (done.page, done.pdf, done.word) if page]
    tables = agreeing(f"{len(done.data)} table(/s)")
    remark(f"{document.title}: wrote {', '.join(pages)} and {tables}")


def _evidence(served: OpenedRelease) -> AskedRelease:
    from permed.api.report.claims.coverage import thin_years
    from permed.api.report.documents.asking import AskedRelease, scope_of

    return AskedRelease(
        release=served.id,
        base=served.base,
        built=date.fromisoformat(served.receipt["built"][:10]),
        ask=served.ask,
        naming=served.naming,
        roles=lambda: report.release_roles(served.files),
        scope=scope_of(served.receipt),
        thin=lambda: thin_years(served.files),
    )
