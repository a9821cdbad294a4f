"""Write the report: figures, data files, page, PDF."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from permed.api.report.claims.claim import claim_table
from permed.api.report.claims.subject import subject_claim
from permed.api.report.data_files import DECIMALS, write_descriptions
from permed.api.report.drawing.colours import LIGHT, variables
from permed.api.report.family import actions, calls, through_time
from permed.api.report.figures import (
    collaboration,
    countries,
    gaps,
    organisations,
    reliability,
    timeline,
)
from permed.api.report.figures.data import ReportData, silent
from permed.api.report.figures.figure import Content, FigureSpec
from permed.api.report.key_figures import key_figures, key_table
from permed.api.report.page import Chapter, Figure, render
from permed.api.report.pdf import printed
from permed.api.report.structure import backbone, core, gravity, survival, topics
from permed.api.report.subject.own_file import OwnFile
from permed.graph.errors import NotFoundError
from permed.graph.files import make_folder
from permed.graph.network.projection.selection import Selection
from permed.graph.releases.release import Release
from permed.graph.tables.output.writing import csv_text

__all__ = ["CHAPTERS", "FIGURE_SPECS", "Report", "build_figure", "build_report"]

CHAPTERS = (
    Chapter(
        "who",
        "Who",
        "Who is central, who bridges, and what if they left",
        (*organisations.FIGURE_SPECS, *core.FIGURE_SPECS, *topics.FIGURE_SPECS),
    ),
    Chapter(
        "when",
        "When",
        "How the network came to be what it is",
        (*timeline.FIGURE_SPECS, *survival.FIGURE_SPECS),
    ),
    Chapter(
        "family",
        "The family",
        "The programme's own actions and calls",
        (*through_time.FIGURE_SPECS, *actions.FIGURE_SPECS, *calls.FIGURE_SPECS),
    ),
    Chapter(
        "where",
        "Where",
        "Which countries take part, and with whom they tie",
        (*countries.FIGURE_SPECS, *gravity.FIGURE_SPECS),
    ),
    Chapter(
        "whom",
        "With whom",
        "Circles, flows and bonds",
        (*collaboration.FIGURE_SPECS, *backbone.FIGURE_SPECS),
    ),
    Chapter("gaps", "Gaps", "What is missing, and who should meet", gaps.FIGURE_SPECS),
    Chapter("method", "Trust", "How far to trust these figures", reliability.FIGURE_SPECS),
)
FIGURE_SPECS: dict[str, FigureSpec] = {
    spec.key: spec for chapter in CHAPTERS for spec in chapter.figures
}


@dataclass(frozen=True)
class Report:
    """What was written; remark: why there is no PDF, if there is none.

    described: the same data as one workbook, and what the columns of the CSV files hold.
    """

    page: Path
    pdf: Path | None
    data: list[Path]
    remark: str | None
    described: list[Path] = field(default_factory=list)


def build_report(
    release: Release,
    folder: Path,
    selection: Selection | None = None,
    *,
    earlier: Release | None = None,
    pdf: bool = True,
    say: Callable[[str], None] = silent,
) -> Report:
    """Write index.html, report.pdf and data/*.csv into a folder, which is made if need be.

    earlier: the release that key figures are compared with; only one of the same sources counts.
    say: told what is going on. InputError if the folder cannot be written.
    """
    report = ReportData(release, selection or Selection(), _comparable(release, earlier), say, True)
    _ = report.rows  # what the data do not know is refused before a folder is made
    data = make_folder(folder / "data", "choose another --out")
    specs = {key: spec for key, spec in FIGURE_SPECS.items() if spec.applies(report)}
    made = _all_made(specs, report)
    keys = key_table(report)
    about = subject_claim(report.rows)
    claims = [claim for figure in made.values() for claim in figure.content.claims]
    claims = [about, *claims] if about else claims
    tables = {key: (specs[key].title, figure.content.data) for key, figure in made.items()}
    tables["key-figures"] = ("Key figures", keys)
    tables["claims"] = ("Every sentence of the report", claim_table(claims))
    say("writing the page")
    page = folder / "index.html"
    page.write_text(
        render(report, CHAPTERS, made, key_figures(keys, report.whose), about), encoding="utf-8"
    )
    with ThreadPoolExecutor(1) as pool:  # the browser prints while the tables are written
        printing = pool.submit(printed, page, folder / "report.pdf", say) if pdf else None
        files = [_csv(data / f"{key}.csv", table) for key, (_, table) in tables.items()]
        described = write_descriptions(data, tables, release)
        paper, remark = printing.result() if printing else (None, None)
    return Report(page, paper, files, remark, described)


def build_figure(
    release: Release, key: str, folder: Path, selection: Selection | None = None
) -> list[Path]:
    """Write one figure again: data/{key}.csv and, if it has a picture, {key}.svg.

    NotFoundError for an unknown key.
    """
    if key not in FIGURE_SPECS:
        raise NotFoundError(f"no figure '{key}'; choose from {', '.join(FIGURE_SPECS)}")
    report = ReportData(release, selection or Selection())
    content = FIGURE_SPECS[key].make(report)
    data = make_folder(folder / "data", "choose another --out")
    files = [_csv(data / f"{key}.csv", content.data)]
    if content.svg:
        picture = folder / f"{key}.svg"
        style = f"<style>svg{{{variables(LIGHT)}background:#fff;font-family:sans-serif}}</style>"
        picture.write_text(content.svg.replace("<title", f"{style}<title", 1), encoding="utf-8")
        files.append(picture)
    return files


def _comparable(release: Release, earlier: Release | None) -> Release | None:
    same = earlier is not None and set(earlier.sources) == set(release.sources)
    return earlier if same else None


def _all_made(specs: dict[str, FigureSpec], report: ReportData) -> dict[str, Figure]:
    """Make the figures, those that read random networks last: these are drawn meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        if report.has("links"):
            pool.submit(lambda: report.draws)
        first = [key for key in specs if not specs[key].beside_chance]
        made = {key: _made(key, specs[key], report) for key in first}
        _prepare(report)
        made |= {key: _made(key, specs[key], report) for key in specs if key not in made}
    return {key: made[key] for key in specs}


def _prepare(report: ReportData) -> None:
    """Compute what figures beside chance need besides, before anybody waits for chance."""
    if report.has("links"):
        _ = report.measures
        if not report.whose and report.network.incidence is not None:
            _ = report.rank_intervals


def _made(key: str, spec: FigureSpec, report: ReportData) -> Figure:
    content: Content = spec.make(report)
    read: tuple[str, ...] = ("--release", report.release.id)
    if isinstance(report.release, OwnFile):
        read = report.release.options
    words = f"permed report network --figure {key} {shlex.join(read)}"
    options = report.asked.arguments()
    return Figure(spec, content, f"{words} {options} --out .".replace("  ", " "))


def _csv(path: Path, frame: pl.DataFrame) -> Path:
    """Write a frame, lists joined; one without columns becomes a file with a heading only."""
    frame = frame if frame.width else pl.DataFrame(schema={"empty": pl.String})
    path.write_text(csv_text(frame, decimals=DECIMALS), encoding="utf-8")
    return path
