"""`permed match`: a spreadsheet of names in, the same spreadsheet with identifiers out."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from permed.api.cli.common.options import (
    AsJson,
    ConfigFile,
    Home,
    WhichRelease,
    config_of,
    release_of,
)
from permed.api.cli.common.output import console, print_json, remark, step_text
from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.ingest.linking.matching.csv_file import MatchSummary, match_file
from permed.ingest.linking.matching.matcher import made_with
from permed.ingest.linking.matching.output_file import STANDARD
from permed.ingest.linking.review.organisations import entities_of

__all__ = ["match_command"]


class Against(StrEnum):
    """What names are matched to."""

    ror = "ror"
    graph = "graph"


class OneOrAll(StrEnum):
    """How many organisations of an affiliation string are wanted."""

    all = "all"
    one = "one"


class Successor(StrEnum):
    """What is answered where an organisation has closed."""

    keep = "keep"
    follow = "follow"


@dataclass(frozen=True)
class _Target:
    """Where candidates come from: a dump, or the organisations of a release."""

    ror: Path | None
    release: Release | None
    cache: Path


@dataclass(frozen=True)
class _Options:
    """How the file is read, and what is accepted."""

    encoding: str | None
    threshold: float
    limit: int | None
    missing: tuple[str, ...]
    answer: OneOrAll
    successor: Successor


def match_command(
    file: Annotated[
        Path, typer.Argument(help="CSV file with a header, any delimiter, or workbook; - is stdin.")
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="File to write: .csv, .xlsx; - is stdout.")
    ],
    name: Annotated[str | None, typer.Option(help="Column of organisation names.")] = None,
    country: Annotated[str | None, typer.Option(help="Column of countries.")] = None,
    city: Annotated[str | None, typer.Option(help="Column of cities.")] = None,
    short_name: Annotated[
        str | None, typer.Option(help="Column of acronyms or second names.")
    ] = None,
    affiliation: Annotated[
        str | None, typer.Option(help="Column of raw affiliation strings, instead of --name.")
    ] = None,
    against: Annotated[
        Against | None, typer.Option(help="What to match to.", show_default="ror")
    ] = None,
    ror: Annotated[Path | None, typer.Option("--ror", help="ROR dump (zip, JSON, CSV).")] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of the file, such as cp1252.", show_default="UTF-8, UTF-16"),
    ] = None,
    answer: Annotated[
        OneOrAll, typer.Option(help="Of an affiliation: all its organisations, or the main one.")
    ] = OneOrAll.all,
    successor: Annotated[
        Successor, typer.Option(help="Of a closed organisation: keep it, or follow to its heir.")
    ] = Successor.keep,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Leave to review what scores less than this.")
    ] = 0.0,
    limit: Annotated[int, typer.Option(min=0, help="Take the first rows only; 0 is all.")] = 0,
    missing: Annotated[
        list[str] | None, typer.Option(help="Word for an empty cell, such as NA (repeatable).")
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
    as_json: AsJson = False,
) -> None:
    """Add seven columns to every row: match_id, match_name, match_score, decision, reason ...

    decision is accept, review (the best guess: look at it) or none. An affiliation may hold several
    organisations: their ids are joined by ';'. A name that is not found as it stands is read as an
    affiliation too.
    """
    if as_json and str(out) == STANDARD:
        raise InputError("--json and -o - both write to standard output; name a file with -o")
    settings = config_of(config, home)
    chosen = release_of(config, home, release) if _to_graph(against, ror) else None
    target = _Target(ror, chosen, _cache(settings.home))
    columns = {"name": name, "country": country, "city": city, "short_name": short_name}
    columns["affiliation"] = affiliation
    bounds: dict[str, float | int | None] = {"threshold": threshold, "limit": limit or None}
    options = _Options(encoding, threshold, limit or None, tuple(missing or ()), answer, successor)
    summary = _with_progress(file, out, target, columns, options)
    made = made_with("names" if name else "affiliations", ror, chosen.id if chosen else None)
    if as_json:
        print_json({**asdict(summary), "out": str(out), "columns": columns, **bounds, **made})
    else:
        _tell(summary, out, made)


def _to_graph(against: Against | None, ror: Path | None) -> bool:
    if against is Against.graph and ror is not None:
        raise InputError("--against graph and --ror exclude each other; leave one of them out")
    if against is not Against.graph and ror is None:
        raise InputError(
            "give the ROR dump with --ror DUMP.zip (from https://doi.org/10.5281/zenodo.6347574),"
            " or match to the release with --against graph"
        )
    return against is Against.graph


def _cache(home: Path) -> Path:
    """Beside the releases, or where there are none in the user's own cache."""
    if home.is_dir():
        return home / ".cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "permed" / "match"


def _tell(summary: MatchSummary, out: Path, made: dict[str, str]) -> None:
    lines = [
        f"{_rows(summary.rows)}: {summary.accept:,} accept, {summary.review:,} review,"
        f" {summary.none:,} none; in {out}"
    ]
    lines += summary.warnings
    if summary.unknown_country:
        shown = ", ".join(summary.unknown_countries)
        verb = "names" if summary.unknown_country == 1 else "name"
        lines.append(
            f"{_rows(summary.unknown_country)} {verb} a country that is not known: {shown}"
        )
    source = made.get("registry") or f"release {made.get('release')}"
    lines.append(f"matched to {source} by {made['software']}; --json tells the checksums")
    remark("\n".join(lines))


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def _with_progress(
    file: Path,
    out: Path,
    target: _Target,
    columns: dict[str, str | None],
    options: _Options,
) -> MatchSummary:
    frame = None if target.release is None else entities_of(target.release)
    shown = (step_text(), BarColumn(), MofNCompleteColumn())
    with Progress(
        *shown, TimeRemainingColumn(), console=console, transient=True,
        disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        task = progress.add_task("read the file, open the index", total=None)

        def report(rows: int, total: int) -> None:
            progress.update(task, description="match rows", completed=rows, total=total)

        return match_file(
            file, out, **columns, ror=target.ror, against_frame=frame, cache_dir=target.cache,
            encoding=options.encoding, threshold=options.threshold, limit=options.limit,
            missing=options.missing, answer=options.answer.value, successor=options.successor.value,
            progress=report,
        )  # fmt: skip
