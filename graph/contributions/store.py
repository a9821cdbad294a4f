"""Contributed graphs: kept beside the releases, checked by the gate, carried into every release.

    home/contributions/{name}.nq    the truth about a contribution; builds copy it into `graphs/`
    home/{release}/graphs/contributed-{name}.nq

A write makes a new release out of the current one: files that do not change are linked, those of
the store too (RocksDB never writes again to a finished table), and only the contributed graph in it
is exchanged, so that it takes seconds. Of releases that differ by contributions only the newest few
are kept, so that they never push out builds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import pyoxigraph as ox

from permed.graph.errors import BusyError, GateRefused, NotFoundError, PermedError
from permed.graph.files import checksum, write_whole
from permed.graph.releases.release import Release, Releases
from permed.graph.releases.text_index import write_text_index
from permed.graph.store.query.dataset import CONTRIBUTED

__all__ = ["Contribution", "ContributionGate", "Contributions", "StateChanged", "carry_over"]

_FOLDER: Final = "contributions"
_KEEP: Final = 3  # releases made by contributions
_ALL: Final = 1_000_000
_PATIENCE: Final = 60.0


class StateChanged(PermedError):  # noqa: N818 - says what happened
    """Somebody else wrote the graph since the writer read it."""

    status = 412
    title = "Graph has changed"


class ContributionGate(Protocol):
    """Decides whether a graph may be published; raises GateRefused with the reason."""

    def __call__(self, release: Path, graph: str, quads: bytes) -> None:
        """Check the N-Quads of a graph, together with what a release says beside them."""
        ...


@dataclass(frozen=True)
class Contribution:
    """One write: the graph's name, its content (None to remove it), who wrote, what they saw.

    The content is N-Quads of that graph, a statement a line.
    """

    name: str
    quads: bytes | None
    author: str
    merge: bool = False
    if_match: str | None = None
    if_none_match: bool = False


def carry_over(home: Path, graphs: Path) -> list[Path]:
    """Copy every contributed graph into the `graphs` folder of a build; return the new files."""
    carried = []
    for path in sorted((home / _FOLDER).glob("*.nq")):
        target = graphs / f"contributed-{path.name}"
        shutil.copyfile(path, target)
        carried.append(target)
    return carried


class Contributions:
    """The contributed graphs of one home directory."""

    def __init__(self, home: Path, base: str) -> None:
        self._home, self._base = home, base

    def iri(self, name: str) -> str:
        """Return the address of a contributed graph."""
        return f"{self._base}{CONTRIBUTED}{name}"

    def name(self, iri: str) -> str | None:
        """Return the name in the address of a contributed graph, None for other graphs."""
        stem = f"{self._base}{CONTRIBUTED}"
        name = iri.removeprefix(stem)
        good = name.isascii() and name.replace("-", "").isalnum() and name == name.lower()
        return name if iri.startswith(stem) and good and len(name) <= 60 else None

    def tag(self, name: str) -> str | None:
        """Return the entity tag of a contributed graph, None where there is none."""
        path = self._path(name)
        if not path.is_file():
            return None
        return f'"{checksum(path)[:24]}"'

    def write(self, wish: Contribution, gate: ContributionGate | None = None) -> Release:
        """Publish a write as a new release; waits for other writers and for a running build.

        What is added goes through the gate; a graph is removed without one.

        GateRefused where the graph does not conform, StateChanged where it is not what the writer
        saw, NotFoundError where there is nothing to remove, BusyError after a minute of waiting.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._write(wish, gate)
            except BusyError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _write(self, wish: Contribution, gate: ContributionGate | None) -> Release:
        releases = Releases(self._home)
        with releases.staging() as folder:
            self._check_state(wish)
            current = releases.current()
            _link(current.path, folder)
            path = folder / "graphs" / f"contributed-{wish.name}.nq"
            quads = self._quads(wish)
            path.unlink(missing_ok=True)
            if quads is not None:
                path.write_bytes(quads)
                if gate is None:
                    raise GateRefused("a graph is published through the gate only")
                gate(current.path, self.iri(wish.name), quads)
            _exchange(folder / "store", self.iri(wish.name), path)
            write_text_index(folder)
            receipt = _receipt(current, wish, quads)
            with self._kept(wish.name, quads):
                release = releases.publish(folder, receipt["release"], receipt, _ALL)
            _drop_old(releases)
            return release

    def _check_state(self, wish: Contribution) -> None:
        tag = self.tag(wish.name)
        if wish.if_match is not None and (tag is None or wish.if_match not in ("*", tag)):
            raise StateChanged("the graph is not the one you read; read it again, then write")
        if wish.if_none_match and tag is not None:
            raise StateChanged("the graph exists already; leave out If-None-Match to replace it")
        if wish.quads is None and tag is None:
            raise NotFoundError(f"{self.iri(wish.name)}: there is no such contributed graph")

    def _quads(self, wish: Contribution) -> bytes | None:
        """The graph as it will be: sorted, each statement once."""
        if wish.quads is None:
            return None
        lines = set(wish.quads.splitlines(keepends=True))
        if wish.merge and self._path(wish.name).is_file():
            lines |= set(self._path(wish.name).read_bytes().splitlines(keepends=True))
        return b"".join(sorted(lines))

    def _path(self, name: str) -> Path:
        return self._home / _FOLDER / f"{name}.nq"

    @contextmanager
    def _kept(self, name: str, quads: bytes | None) -> Iterator[None]:
        """Keep a graph for later builds; as it was before, if it is not published after all."""
        path = self._path(name)
        before = path.read_bytes() if path.is_file() else None
        self._keep(name, quads)
        try:
            yield
        except BaseException:
            self._keep(name, before)
            raise

    def _keep(self, name: str, quads: bytes | None) -> None:
        path = self._path(name)
        if quads is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(exist_ok=True)
        write_whole(path, quads)


def _link(source: Path, folder: Path) -> None:
    """Bring a release into a staging folder: links for what never changes, a copy of the store."""
    for path in source.iterdir():
        if path.name == "receipt.json":
            continue
        if path.name == "store":
            rest = shutil.ignore_patterns("LOCK")
            shutil.copytree(path, folder / "store", ignore=rest, copy_function=_link_table)
        elif path.is_dir():
            shutil.copytree(path, folder / path.name, copy_function=_hard_link)
        else:
            _hard_link(str(path), str(folder / path.name))


def _hard_link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _link_table(source: str, target: str) -> None:
    """Link a finished table of the store, copy what it still writes to."""
    (_hard_link if source.endswith(".sst") else shutil.copy2)(source, target)


def _drop_old(releases: Releases) -> None:
    """Drop releases that contributions made, but for the newest; builds stay."""
    made = [r for r in releases.list() if r.receipt.get("contributed")]
    for old in made[:-_KEEP]:
        releases.remove(old)


def _exchange(store: Path, graph: str, quads: Path) -> None:
    """Put the new content of one graph into the store on disk, where the release has one."""
    if not store.is_dir():
        return
    disk = ox.Store(str(store))
    disk.remove_graph(ox.NamedNode(graph))
    if quads.is_file():
        disk.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    disk.flush()


def _receipt(current: Release, wish: Contribution, quads: bytes | None) -> dict[str, Any]:
    now = datetime.now(UTC)
    digest = hashlib.sha256(f"{current.id}{now.isoformat()}".encode() + (quads or b""))
    told = {
        "author": wish.author,
        "written": now.isoformat(),
        "triples": 0 if quads is None else quads.count(b"\n"),
        "sha256": hashlib.sha256(quads or b"").hexdigest(),
    }
    receipt = dict(current.receipt)
    contributed = {**receipt.get("contributions", {}), wish.name: told}
    if quads is None:
        with suppress(KeyError):
            del contributed[wish.name]
    name = f"{now.date().isoformat()}-{digest.hexdigest()[:8]}"
    told = {"release": name, "built": now.isoformat(), "contributed": wish.name}
    return {**receipt, **told, "contributions": contributed}
