"""Contributed graphs: kept beside the releases, checked by the gate, carried into every release.

A write makes a new release out of the current one: files that do not change are linked, those of
the store too (RocksDB never writes again to a finished table), and only the contributed graph in it
is exchanged, so that it takes seconds. It waits for other contributions and for no build; where a
build publishes meanwhile, the write is done once more on what is current then. Of releases that
differ by contributions only the newest few are kept, so that they never push out builds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from permed.graph.contributions.files import (
    ContributedFiles,
    described,
    exchange_graphs,
    graph_file,
)
from permed.graph.errors import GateRefused, NotFoundError, PermedError
from permed.graph.files import checksum
from permed.graph.releases import locks
from permed.graph.releases.release import Release, Releases
from permed.graph.releases.text_index import write_text_index
from permed.graph.store.query.dataset import CONTRIBUTED

__all__ = ["Contribution", "ContributionGate", "Contributions", "StateChanged"]

_KEEP: Final = 3  # releases made by contributions
_ALL: Final = 1_000_000


class StateChanged(PermedError):  # noqa: N818 - says what happened
    """Somebody else wrote the graph since the writer read it."""

    status = 412
    title = "Graph has changed"


class ContributionGate(Protocol):
    """Decides whether a graph may be published; raises GateRefused with the reason."""

    def __call__(self, release: Path, graph: str, quads: bytes, /) -> None:
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


class Contributions:
    """The contributed graphs of one home directory."""

    def __init__(self, home: Path, base: str) -> None:
        self._home, self._base, self._files = home, base, ContributedFiles(home)

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
        path = self._files.path(name)
        if not path.is_file():
            return None
        return f'"{checksum(path)[:24]}"'

    def write(self, wish: Contribution, gate: ContributionGate | None = None) -> Release:
        """Publish a write as a new release; waits for other writers, and not for a running build.

        What is added goes through the gate; a graph is removed without one.

        GateRefused where the graph does not conform, StateChanged where it is not what the writer
        saw, NotFoundError where there is nothing to remove, BusyError after a minute of waiting.
        """
        if wish.quads is not None and gate is None:
            raise GateRefused("a graph is published through the gate only")
        with locks.contributing(self._home):
            self._check_state(wish)
            quads = self._quads(wish)
            while True:
                base = Releases(self._home).current()
                try:
                    release = self._publish(base, wish, quads, gate)
                except (OSError, PermedError):
                    # a build that publishes may drop the release that this one was made of
                    if base.path.is_dir():
                        raise
                    continue
                if release is not None:
                    return release

    def _publish(
        self,
        base: Release,
        wish: Contribution,
        quads: bytes | None,
        gate: ContributionGate | None,
    ) -> Release | None:
        """Publish `base` with the graph in it; None where another release is current by then."""
        releases = Releases(self._home)
        with locks.staging_folder(self._home) as folder:
            _link(base.path, folder)
            path = graph_file(folder, wish.name)
            path.unlink(missing_ok=True)
            if quads is not None and gate is not None:
                gate(folder, self.iri(wish.name), quads)
                path.write_bytes(quads)
            exchange_graphs(folder, [wish.name], self._base)
            write_text_index(folder)
            receipt = _receipt(base, wish, quads)
            releases.seal(folder, receipt)
            note = receipt["contributions"].get(wish.name, {})
            with locks.publishing(self._home):
                if releases.current_name() != base.id:
                    return None
                with self._files.kept(wish.name, quads, note):
                    release = releases.install(folder, receipt["release"], _ALL)
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
        if wish.merge and self._files.path(wish.name).is_file():
            lines |= set(self._files.path(wish.name).read_bytes().splitlines(keepends=True))
        return b"".join(sorted(lines))


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


def _receipt(current: Release, wish: Contribution, quads: bytes | None) -> dict[str, Any]:
    now = datetime.now(UTC)
    digest = hashlib.sha256(f"{current.id}{now.isoformat()}".encode() + (quads or b""))
    receipt = dict(current.receipt)
    contributed = dict(receipt.get("contributions", {}))
    contributed.pop(wish.name, None)
    if quads is not None:
        note = {"author": wish.author, "written": now.isoformat(), **described(quads)}
        contributed[wish.name] = note
    name = f"{now.date().isoformat()}-{digest.hexdigest()[:8]}"
    told = {"release": name, "built": now.isoformat(), "contributed": wish.name}
    return {**receipt, **told, "contributions": contributed}
