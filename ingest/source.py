"""What a source is: its metadata (`source.yml`) and one function that fills the record tables.

A source is a package below `ingest/sources/` with `source.yml` and a function
`read(request: SourceRequest) -> SourceData`. The pipeline does everything else.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import polars as pl

from permed.graph.documents import read_yaml
from permed.graph.encoding import read_text
from permed.graph.errors import InputError, NotFoundError
from permed.graph.settings import suggestion
from permed.graph.tables.issues import no_issues
from permed.graph.workers import HERE, Workers

__all__ = [
    "Progress",
    "Source",
    "SourceData",
    "SourceInfo",
    "SourceRequest",
    "about",
    "load",
    "names",
]

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Swallow progress messages."""


@dataclass(frozen=True)
class SourceInfo:
    """What `source.yml` says: who publishes the data, on what terms, and how much is expected."""

    name: str
    title: str
    publisher: str
    licence: str
    homepage: str
    provenance: Literal["statement", "record"]
    packaged: bool = False  # data ship with the project
    precedence: int = 100  # among packaged sources, the lowest tells first
    needs_wanted: bool = False  # a registry: reads only what the sources before it hold
    paths: tuple[str, ...] = ()  # options that name a file or folder, beside `files`
    expected: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)  # keys that only the source reads


@dataclass(frozen=True)
class SourceRequest:
    """What the configuration asks of a source: files, options, and where to say how far it is.

    `wanted` is filled for sources with `needs_wanted`: identifier scheme -> value -> id of the
    thing that holds it in the sources read before. A source may give its files to `workers`;
    `origins` are the addresses of those that were fetched, for machines that lack them.
    """

    files: tuple[Path, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress = _silent
    wanted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    workers: Workers = HERE
    origins: Mapping[Path, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceData:
    """What a source delivers: record tables by name, and the rows that it could not read.

    `read` counts the records of the input that were looked at, kept or not; left out, every row of
    the tables is a record of its own.
    """

    tables: dict[str, pl.DataFrame]
    issues: pl.DataFrame = field(default_factory=no_issues)
    read: int | None = None


class _Module(Protocol):
    def read(self, request: SourceRequest) -> SourceData: ...
    def inputs(self, request: SourceRequest) -> list[Path]: ...


@dataclass(frozen=True)
class Source:
    """A source ready to run: `inputs` lists the files whose bytes decide the outcome."""

    info: SourceInfo
    read: Callable[[SourceRequest], SourceData]
    inputs: Callable[[SourceRequest], list[Path]]


_FOLDER = Path(__file__).parent / "sources"


def names() -> list[str]:
    """Names of all sources that the project knows."""
    return sorted(p.parent.name for p in _FOLDER.glob("*/source.yml"))


def load(name: str) -> Source:
    """Load a source by name; NotFoundError names the sources there are."""
    info = about(name)
    module = cast(_Module, importlib.import_module(f"permed.ingest.sources.{name}"))
    return Source(info, module.read, module.inputs)


def about(name: str) -> SourceInfo:
    """Return what is told of a source without loading it; NotFoundError as in `load`."""
    path = _FOLDER / name / "source.yml"
    if not path.is_file():
        near = suggestion(name, names())
        raise NotFoundError(
            f"there is no source '{name}'{near}; known sources: {', '.join(names())}"
        )
    return read_info(path)


_KNOWN = ("title", "publisher", "licence", "homepage", "provenance")


def read_info(path: Path) -> SourceInfo:
    """Read `source.yml`; InputError names the file and the key that is missing."""
    raw = read_yaml(read_text(path), str(path), ours=True)
    missing = [key for key in _KNOWN if key not in (raw or {})]
    if missing:
        raise InputError(f"{path}: add the key {missing[0]}")
    return SourceInfo(
        name=path.parent.name,
        **{key: raw.pop(key) for key in _KNOWN},
        packaged=bool(raw.pop("packaged", False)),
        precedence=int(raw.pop("precedence", 100)),
        needs_wanted=bool(raw.pop("needs_wanted", False)),
        paths=tuple(raw.pop("paths", ())),
        expected={t: (low, high) for t, (low, high) in (raw.pop("expected", None) or {}).items()},
        extra=raw,
    )
