"""Releases: immutable directories, one of which is current.

    home/
      current -> 2026-11-22-1a2b3c4d
      2026-11-22-1a2b3c4d/
        receipt.json          what went in, what came out; written last
        graphs/{source}.nq    N-Quads, one named graph a source
        tables/{source}/{table}.parquet, tables/issues.parquet
        store/                Oxigraph store of all graphs
      text_index/           names, identifiers and texts, for search
        void.ttl  shacl-report.ttl
      .staging-*/             a build under way, or one that was killed

A build fills a staging directory; one rename makes it a release and one rename of the symlink makes
it current, so that killing the build at any moment leaves the old release serving.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polars as pl

from permed.graph.errors import BusyError, InputError, NotFoundError
from permed.graph.files import write_whole
from permed.graph.releases.published_files import as_receipt, published_files
from permed.graph.tables.model import TABLES

__all__ = ["Release", "Releases", "joined_tables"]

_STAGING = ".staging-"


@dataclass(frozen=True)
class Release:
    """One complete release on disk."""

    path: Path

    @property
    def id(self) -> str:
        """Name of the release: date of the build and digest of its inputs."""
        return self.path.name

    @property
    def receipt(self) -> dict[str, Any]:
        """The build receipt: inputs with checksums, counts, versions."""
        text = (self.path / "receipt.json").read_text(encoding="utf-8")
        return cast(dict[str, Any], json.loads(text))

    @property
    def base(self) -> str:
        """Base IRI of everything that the release names: only its receipt knows."""
        return cast(str, self.receipt["base"])

    @property
    def graphs(self) -> list[Path]:
        """N-Quads files, one a named graph."""
        return sorted((self.path / "graphs").glob("*.nq"))

    @property
    def sources(self) -> list[str]:
        """Names of the sources that have tables, in their order of precedence."""
        return [n for n in self.receipt["sources"] if (self.path / "tables" / n).is_dir()]

    def tables(self, source: str) -> dict[str, pl.DataFrame]:
        """Record tables of one source as they were mapped."""
        folder = self.path / "tables" / source
        if not folder.is_dir():
            raise NotFoundError(
                f"release {self.id} has no source '{source}'; it has {', '.join(self.sources)}"
            )
        return {p.stem: pl.read_parquet(p) for p in sorted(folder.glob("*.parquet"))}

    def table(self, source: str, name: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Return columns (by default all) of one record table of a source; empty if none."""
        path = self.path / "tables" / source / f"{name}.parquet"
        wanted = list(columns or TABLES[name].schema)
        if not path.is_file():
            return pl.DataFrame(schema={c: TABLES[name].schema[c] for c in wanted})
        return pl.read_parquet(path, columns=wanted)

    def all_tables(self) -> dict[str, pl.DataFrame]:
        """Record tables of all sources together; a thing that several describe is one row."""
        return joined_tables(self.tables(source) for source in self.sources)

    @property
    def issues(self) -> pl.DataFrame:
        """Every rejected row, dropped value and warning."""
        return pl.read_parquet(self.path / "tables" / "issues.parquet")


def joined_tables(sources: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the tables of several sources together, in order of precedence; one row a thing."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for tables in sources:
        for name, frame in tables.items():
            parts.setdefault(name, []).append(frame)
    return {name: _together(pl.concat(frames), name) for name, frames in parts.items()}


def _together(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """One row a thing: what the first source leaves open, the next one may tell."""
    if TABLES[name].key != ("id",):
        return frame
    first = pl.exclude("id").drop_nulls().first()
    return frame.group_by("id", maintain_order=True).agg(first).select(frame.columns)


class Releases:
    """All releases below a home directory."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def list(self) -> list[Release]:
        """Complete releases, oldest first."""
        if not self.home.is_dir():
            return []
        done = [Release(p.parent) for p in self.home.glob("[!.]*/receipt.json")]
        done = [r for r in done if r.path.name != "current"]
        return sorted(done, key=lambda r: (r.receipt["built"], r.id))

    def find(self, name: str) -> Release:
        """Return the release of that id; `current` and unambiguous beginnings work too."""
        if name == "current":
            return self.current()
        kept = self.list()
        hits = [r for r in kept if r.id == name] or [
            r for r in kept if r.id.startswith(name) or r.id.endswith(f"-{name}")
        ]
        if len(hits) != 1:
            known = ", ".join(r.id for r in kept) or "none yet"
            raise NotFoundError(f"no single release '{name}' in {self.home}; there are: {known}")
        return hits[0]

    def current(self) -> Release:
        """Return the release being served; NotFoundError says how to make one."""
        link = self.home / "current"
        if not (link / "receipt.json").is_file():
            raise NotFoundError(f"no release in {self.home} yet; run: permed build")
        return Release(self.home / link.readlink())

    def current_or_none(self) -> Release | None:
        """Return the release being served, or None before the first build."""
        try:
            return self.current()
        except NotFoundError:
            return None

    def promote(self, release: Release) -> None:
        """Make a release current by one atomic rename."""
        link = self.home / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(release.id)
        link.replace(self.home / "current")

    def rollback(self) -> Release:
        """Make the newest release before the current one current."""
        now = self.current()
        older = [r for r in self.list() if r.receipt["built"] < now.receipt["built"]]
        if not older:
            raise NotFoundError(f"no release before {now.id} to roll back to")
        self.promote(older[-1])
        return older[-1]

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield an empty directory for a build, under a lock; BusyError if another build runs."""
        self._make_home()
        with (self.home / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError(
                    f"another build is writing to {self.home}; wait for it or use --into"
                ) from error
            for stale in self.home.glob(f"{_STAGING}*"):
                shutil.rmtree(stale, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.home))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def _make_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{self.home}: cannot be made ({error.strerror}); use --into"
            ) from error

    def publish(self, folder: Path, name: str, receipt: dict[str, Any], keep: int) -> Release:
        """Turn a filled staging directory into the current release and drop the oldest ones."""
        target = self.home / name
        receipt = {**receipt, "files": as_receipt(published_files(folder))}
        text = json.dumps(receipt, indent=2, ensure_ascii=False) + "\n"
        write_whole(folder / "receipt.json", text)
        folder.chmod(0o755)
        folder.rename(target)
        release = Release(target)
        self.promote(release)
        for old in [r for r in self.list() if r.id != name][: -max(keep - 1, 1)]:
            shutil.rmtree(old.path, ignore_errors=True)
        return release
