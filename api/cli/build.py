"""`permed build`: sources in, a validated release out."""

from __future__ import annotations

import time
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson, ConfigFile, Home, config_of
from permed.api.cli.common.output import print_json, remark, show, working
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
    settings = config_of(config, into, writes=True)
    started = time.perf_counter()
    with working("start") as say:
        built = build(settings, say, only=source or [], force=force)
    seconds = time.perf_counter() - started
    if as_json:
        counts = built.release.receipt["counts"]
        told = {"release": built.release.id, "new": built.new, "path": str(built.release.path)}
        print_json(told | {"seconds": round(seconds, 2), "counts": counts})
    else:
        _tell(built, seconds)


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
    remark(f"{word} {built.release.id} in {seconds:.1f} s", "bold green")
    remark(f"  {built.release.path}")
