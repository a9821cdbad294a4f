"""Options that several commands share, with one name and one meaning everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from permed.graph.releases.release import Release, Releases
from permed.ingest.building.config import Config

__all__ = [
    "AsJson",
    "ConfigFile",
    "Home",
    "TableFormat",
    "WhichRelease",
    "base_of",
    "config_of",
    "release_of",
]

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration; default: permed.toml here, if there is one."),
]
Home = Annotated[Path | None, typer.Option("--into", "--home", help="Where releases are kept.")]
WhichRelease = Annotated[
    str, typer.Option("--release", help="Release id, its beginning, or 'current'.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


class TableFormat(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def config_of(path: Path | None, home: Path | None) -> Config:
    """Read the configuration; `--into` overrides where releases are kept."""
    config = Config.read(path)
    return config if home is None else config.model_copy(update={"home": home})


def release_of(path: Path | None, home: Path | None, which: str) -> Release:
    """Return the release that the options name."""
    return Releases(config_of(path, home).home).find(which)


def base_of(config: Config) -> str:
    """Return the base IRI of the current release, before the first build the configured one."""
    now = Releases(config.home).current_or_none()
    return config.base if now is None else now.base
