"""Releases: immutable directories, one of which is current.

    home/
      current -> 2026-11-22-1a2b3c4d
      history.jsonl           which release became current when
      2026-11-22-1a2b3c4d/
        receipt.json          what went in, what came out; written last
        SHA256SUMS            checksums of all files
        graphs/{source}.nq    N-Quads, one named graph a source
        tables/{source}/{table}.parquet, tables/issues.parquet
        store/                Oxigraph store of all graphs
        text_index/           names, identifiers and texts, for search
        void.ttl  shacl-report.ttl
        network_layout.parquet  x, y and community of every organisation
        changes.parquet       what came, went or changed since the release before
      .staging-*/             a build under way, or one that was killed
      .removed-*/             a release that is being removed

A build fills a staging directory; one rename makes it a release and one rename of the symlink makes
it current, so that killing the build at any moment leaves the old release serving.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polars as pl

from permed.graph.errors import InputError, NotFoundError
from permed.graph.files import sync_tree, write_whole
from permed.graph.releases import history, locks
from permed.graph.releases.checksums import SUMS, check_files, write_checksums
from permed.graph.releases.published_files import as_receipt, published_files
from permed.graph.tables.joined import joined_tables
from permed.graph.tables.model import TABLES

__all__ = ["Release", "Releases"]

_RECEIPT = "receipt.json"
_NEEDED = ("built", "base", "sources")  # of a receipt, by all readers
_REMEDY = "go back with: permed releases rollback, or build again with: permed build --force"


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
        """The build receipt: inputs with checksums, counts, versions; InputError if damaged."""
        path = self.path / _RECEIPT
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: cannot be read, the file is damaged; {_REMEDY}") from error
        missing = [n for n in _NEEDED if n not in told] if isinstance(told, dict) else [*_NEEDED]
        if missing:
            raise InputError(f"{path}: is damaged, '{missing[0]}' is missing; {_REMEDY}")
        return cast(dict[str, Any], told)

    def check_whole(self) -> None:
        """Refuse with InputError a release of which a file is missing; contents are not read."""
        files = [self.path / name for name in self.receipt.get("files", ())]
        folders = [self.path / name for name in ("graphs", "tables")]
        gone = [p for p in folders if not p.is_dir()] + [p for p in files if not p.is_file()]
        if gone:
            raise InputError(f"{gone[0]}: missing, so release {self.id} is not whole; {_REMEDY}")

    @property
    def base(self) -> str:
        """Base IRI of everything that the release names: only its receipt knows."""
        return cast(str, self.receipt["base"])

    @property
    def graphs(self) -> list[Path]:
        """N-Quads files, one a named graph."""
        return sorted((self.path / "graphs").glob("*.nq"))

    @property
    def graph_bytes(self) -> int:
        """Bytes of all its N-Quads."""
        return sum(path.stat().st_size for path in self.graphs)

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
        return {p.stem: self._read(p) for p in sorted(folder.glob("*.parquet"))}

    def table(self, source: str, name: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Return columns (by default all) of one record table of a source; empty if none."""
        path = self.path / "tables" / source / f"{name}.parquet"
        wanted = list(columns or TABLES[name].schema)
        if not path.is_file():
            return pl.DataFrame(schema={c: TABLES[name].schema[c] for c in wanted})
        found = self._read(path, wanted)
        empty = {c: pl.lit(None, TABLES[name].schema[c]) for c in wanted if c not in found.columns}
        return found.with_columns(**empty).select(wanted)

    def all_tables(self) -> dict[str, pl.DataFrame]:
        """Record tables of all sources together; a thing that several describe is one row."""
        return joined_tables(self.tables(source) for source in self.sources)

    @property
    def issues(self) -> pl.DataFrame:
        """Every rejected row, dropped value and warning."""
        return self._read(self.path / "tables" / "issues.parquet")

    @property
    def store(self) -> Path:
        """Folder of the store on disk; InputError where a file is not as published."""
        self.check("store")
        return self.path / "store"

    def check(self, part: str) -> None:
        """Refuse with InputError a file, or the files of a folder, not as published."""
        check_files(self.path, part)

    def _read(self, path: Path, columns: Iterable[str] | None = None) -> pl.DataFrame:
        """Read a table that is as it was published; one flipped byte would give wrong numbers."""
        self.check(path.relative_to(self.path).as_posix())
        try:
            # a release of before may lack a column of today
            held = None if columns is None else {*pl.read_parquet_schema(path)} & {*columns}
            return pl.read_parquet(path, columns=None if held is None else sorted(held))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise InputError(f"{path}: cannot be read, the file is damaged; {_REMEDY}") from error


class Releases:
    """All releases below a home directory."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def list(self) -> list[Release]:
        """Whole releases, oldest first; `damaged` tells of the others."""
        whole = [release for release, problem in self._found() if problem is None]
        first = dict[str, int]()
        for step in history.promotions(self.home):
            first.setdefault(step.release, len(first))
        return sorted(whole, key=lambda r: (first.get(r.id, -1), r.receipt["built"], r.id))

    def damaged(self) -> Sequence[str]:
        """Return a line for each release that cannot be used: file, what is wrong, remedy."""
        return [str(problem) for _, problem in self._found() if problem is not None]

    def _found(self) -> Iterator[tuple[Release, InputError | None]]:
        for path in sorted(self.home.glob("[!.]*")):
            release = Release(path)
            if path.is_symlink() or not any((path / name).is_file() for name in (_RECEIPT, SUMS)):
                continue
            try:
                release.check_whole()
            except InputError as problem:
                yield release, problem
            else:
                yield release, None

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
        if not link.is_symlink():
            if link.exists():
                raise InputError(f"{link}: is no link to a release; remove it, then promote one")
            if kept := self.list():
                raise InputError(
                    f"{link}: is gone, though there are releases; choose one with:"
                    f" permed releases promote {kept[-1].id}"
                )
            raise NotFoundError(f"no release in {self.home} yet; run: permed build")
        release = Release(self.home / link.readlink())
        if not (release.path / _RECEIPT).is_file():
            raise InputError(
                f"{link}: leads to {release.id}, which is gone; choose another with:"
                " permed releases list, permed releases promote ID, or run: permed build"
            )
        release.check_whole()
        return release

    def current_name(self) -> str | None:
        """Return the id that `current` leads to, whatever state that release is in."""
        link = self.home / "current"
        return link.readlink().name if link.is_symlink() else None

    def current_or_none(self) -> Release | None:
        """Return the release being served, or None before the first build."""
        try:
            return self.current()
        except NotFoundError:
            return None

    def used_ids(self) -> set[str]:
        """Return every id that was given, also those of releases that are gone."""
        here = {path.name for path in self.home.glob("[!.]*") if path.is_dir()}
        return here | {step.release for step in history.promotions(self.home)}

    def promote(self, release: Release) -> None:
        """Make a release current by one atomic rename."""
        with locks.publishing(self.home):
            self._make_current(release, "promote")

    def _make_current(self, release: Release, way: history.Way) -> None:
        if not (self.home / history.HISTORY).is_file():
            for known in history.up_to(self.current_name(), [r.id for r in self.list()]):
                history.record(self.home, known, "promote")
        link = self.home / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(release.id)
        link.replace(self.home / "current")
        sync_tree(self.home, inner=False)
        history.record(self.home, release.id, way)

    def rollback(self) -> Release:
        """Make the release current that was so before the current one was promoted.

        NotFoundError where there is none; works too where the current release is damaged.
        """
        with locks.publishing(self.home):
            now, kept = self.current_name(), {r.id: r for r in self.list()}
            if now is None:
                raise NotFoundError(f"no release in {self.home} yet; run: permed build")
            name = history.before(self.home, now, list(kept))
            if name is None:
                raise NotFoundError(f"no release before {now} to roll back to")
            self._make_current(kept[name], "rollback")
            return kept[name]

    def remove(self, release: Release) -> None:
        """Remove a release: one rename takes it from the list, whatever happens after."""
        aside = self.home / f"{locks.REMOVED}{release.id}-{os.getpid()}"
        release.path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def staging(self) -> AbstractContextManager[Path]:
        """Yield an empty directory for a build, under a lock; BusyError if another build runs."""
        return locks.building(self.home)

    def publish(self, folder: Path, name: str, receipt: dict[str, Any], keep: int) -> Release:
        """Turn a filled staging directory into the current release and drop the oldest ones."""
        self.seal(folder, receipt)
        with locks.publishing(self.home):
            return self.install(folder, name, keep)

    def seal(self, folder: Path, receipt: dict[str, Any]) -> None:
        """Write receipt and checksums of a staging directory, and bring all of it to the disk."""
        receipt = {**receipt, "files": as_receipt(published_files(folder))}
        text = json.dumps(receipt, indent=2, ensure_ascii=False) + "\n"
        write_whole(folder / _RECEIPT, text)
        write_checksums(folder)
        folder.chmod(0o755)
        sync_tree(folder)

    def install(self, folder: Path, name: str, keep: int) -> Release:
        """Make a sealed directory the current release and drop the oldest: renames only.

        To be called under the lock of `locks.publishing`.
        """
        folder.rename(self.home / name)
        release = Release(self.home / name)
        self._make_current(release, "promote")
        kept = {r.id: r for r in self.list() if r.id != name}
        for old in history.in_order_of_use(self.home, kept)[: -max(keep - 1, 1)]:
            self.remove(kept[old])
        return release
