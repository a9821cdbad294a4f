"""`permed build`: sources in, a validated release out."""

from __future__ import annotations

import time
from typing import Annotated

import polars as pl
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from permed.api.cli.common.options import AsJson, ConfigFile, Home, config_of
from permed.api.cli.common.output import console, print_json, show
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import Built, build

__all__ = ["build_command"]


def build_command(
    config: ConfigFile = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Build only this source (repeatable).")
    ] = None,
    into: Home = None,
    force: Annotated[
        bool, typer.Option("--force", help="Build even if nothing changed since the release.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read, link, map, validate and publish the configured sources.

    Exit code 0: published (or nothing changed); 2: refused by the gate; 1: unusable input. The
    release that was current before stays current unless the new one is published.
    """
    settings = config_of(config, into)
    started = time.perf_counter()
    built = _with_progress(settings, source or [], force)
    seconds = time.perf_counter() - started
    if as_json:
        counts = built.release.receipt["counts"]
        told = {"release": built.release.id, "new": built.new, "path": str(built.release.path)}
        print_json(told | {"seconds": round(seconds, 2), "counts": counts})
    else:
        _tell(built, seconds)


def _with_progress(settings: Config, only: list[str], force: bool) -> Built:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("start", total=None)

        def report(step: str) -> None:
            progress.update(task, description=step)

        return build(settings, report, only=only, force=force)


def _tell(built: Built, seconds: float) -> None:
    receipt = built.release.receipt
    rows = [
        {
            "source": name,
            "triples": source["triples"],
            "rows": sum(source["rows"].values()),
            "rejected": source["issues"].get("rejected", 0),
            "warnings": source["issues"].get("warning", 0) + source["issues"].get("dropped", 0),
            "licence": source["licence"].partition(" (")[0],  # the receipt says where it stands
        }
        for name, source in receipt["sources"].items()
    ]
    show(pl.DataFrame(rows), "table")
    word = "published" if built.new else "nothing changed; still current:"
    console.print(f"[bold green]{word}[/] {built.release.id} in {seconds:.1f} s")
    console.print(f"  {built.release.path}")
