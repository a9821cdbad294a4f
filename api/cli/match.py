"""`permed match`: a spreadsheet of names in, the same spreadsheet with identifiers out."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.cli.options import AsJson, ConfigFile, Home, WhichRelease, config_of, release_of
from api.cli.output import console, print_json
from graph.errors import InputError
from graph.release import Release
from ingest.linking.judgements.organisations import names_of, organisations_of
from ingest.linking.match_file import MatchSummary, match_file

__all__ = ["match_command"]


class Against(StrEnum):
    """What names are matched to."""

    ror = "ror"
    graph = "graph"


def match_command(
    file: Annotated[Path, typer.Argument(help="CSV file with a header; any delimiter.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="CSV file to write.")],
    name: Annotated[str | None, typer.Option(help="Column of organisation names.")] = None,
    country: Annotated[str | None, typer.Option(help="Column of countries.")] = None,
    city: Annotated[str | None, typer.Option(help="Column of cities.")] = None,
    affiliation: Annotated[
        str | None, typer.Option(help="Column of raw affiliation strings, instead of --name.")
    ] = None,
    against: Annotated[Against, typer.Option(help="What to match to.")] = Against.ror,
    ror: Annotated[Path | None, typer.Option("--ror", help="ROR dump (zip, JSON, CSV).")] = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
    as_json: AsJson = False,
) -> None:
    """Add match_id, match_name, match_score, decision and reason to every row of a CSV file.

    decision is accept, review (the best guess: look at it) or none. An affiliation may hold several
    organisations: their ids are joined by ';'.
    """
    if against is Against.ror and ror is None:
        raise InputError(
            "give the ROR dump with --ror DUMP.zip (from https://doi.org/10.5281/zenodo.6347574),"
            " or match to the release with --against graph"
        )
    settings = config_of(config, home)
    graph = against is Against.graph
    frame = _graph(release_of(config, home, release), settings.base) if graph else None
    cache = settings.home / ".cache"
    columns = {"name": name, "country": country, "city": city, "affiliation": affiliation}
    summary = _with_progress(file, out, columns, ror, frame, cache)
    if as_json:
        print_json(asdict(summary) | {"out": str(out)})
        return
    console.print(
        f"{summary.rows:,} rows: {summary.accept:,} accept, {summary.review:,} review,"
        f" {summary.none:,} none; in {out}"
    )


def _with_progress(
    file: Path,
    out: Path,
    columns: dict[str, str | None],
    ror: Path | None,
    frame: pl.DataFrame | None,
    cache: Path,
) -> MatchSummary:
    shown = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*shown, console=console, transient=True) as progress:
        task = progress.add_task("open the index", total=None)

        def report(rows: int) -> None:
            progress.update(task, description=f"{rows:,} rows")

        return match_file(
            file, out, **columns, ror=ror, against_frame=frame, cache_dir=cache, progress=report
        )


def _graph(release: Release, base: str) -> pl.DataFrame:
    """Organisations of the release under their addresses, with all names for the matcher."""
    names = names_of(release).group_by("entity").agg(pl.col("name").unique().alias("names"))
    return (
        organisations_of(release)
        .filter(pl.col("name").is_not_null())
        .join(names, left_on="id", right_on="entity", how="left", maintain_order="left")
        .select(
            pl.concat_str(pl.lit(f"{base}id/"), "id").alias("id"),
            "name",
            pl.col("names").fill_null([]),
            acronyms=pl.concat_list("short_name").list.drop_nulls(),
            country="country",
            city="city",
        )
    )
