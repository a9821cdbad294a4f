"""Options that several commands share, with one name and one meaning everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from permed.api.settings import file_of
from permed.graph.errors import InputError
from permed.graph.releases.release import Release, Releases
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.settings import Section
from permed.ingest.building.config import Config

__all__ = [
    "AsJson",
    "ConfigFile",
    "Home",
    "TableFormat",
    "WhichRelease",
    "base_of",
    "config_of",
    "file_of",
    "option_of",
    "release_of",
]

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration; default: permed.toml here, if there is one."),
]


def _sentence(about: str | None) -> str:
    text = (about or "").rstrip(".")
    return text[:1].upper() + text[1:]


def option_of(kind: type[Section], name: str, *flags: str, **more: Any) -> Any:
    """Return the option that overrides a setting: help and default are those declared."""
    field = kind.model_fields[name]
    default = "" if field.default is None else f" (default: {field.default})"
    return typer.Option(*flags, help=f"{_sentence(field.description)}{default}.", **more)


Home = Annotated[Path | None, option_of(Config, "home", "--into", "--home")]
WhichRelease = Annotated[
    str, typer.Option("--release", help="Release id, its beginning, or 'current'.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


class TableFormat(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def config_of(path: Path | None, home: Path | None, *, writes: bool = False) -> Config:
    """Read the configuration; `--into` overrides where releases are kept.

    A bundle in place of a folder is opened; InputError where it is damaged, names a person who is
    removed, or where the command `writes`.
    """
    config = Config.of(file_of(path))
    config = config if home is None else config.at(home)
    if not config.home.is_file():
        return config
    if writes:
        raise InputError(f"{config.home}: is a file that can only be read; name a folder")
    # late: only who opens a bundle needs it
    from permed.graph.bundles.contents import refuse_removed
    from permed.graph.bundles.opening import unpacked

    opened = config.at(unpacked(config.home))
    release = Releases(opened.home).current()
    refuse_removed(release, RemovedPeople.read(config.removed_people))
    return opened


def release_of(path: Path | None, home: Path | None, which: str) -> Release:
    """Return the release that the options name."""
    return Releases(config_of(path, home).home).find(which)


def base_of(config: Config) -> str:
    """Return the base IRI of the current release, before the first build the configured one."""
    now = Releases(config.home).current_or_none()
    return config.base if now is None else now.base
