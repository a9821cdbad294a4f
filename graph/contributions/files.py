"""Contributed graphs as files beside the releases, and how a build takes them up.

    home/contributions/{name}.nq    the truth about a contribution
    home/contributions/{name}.json  who wrote it, when, and the checksum of what was written

They change under the lock of `locks.publishing` only, together with the release that shows them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from permed.graph.files import checksum, write_whole
from permed.graph.releases.text_index import write_text_index
from permed.graph.store.query.dataset import CONTRIBUTED

__all__ = ["ContributedFiles", "carry_over", "described", "exchange_graphs", "graph_file"]

_FOLDER: Final = "contributions"
_PREFIX: Final = "contributed-"


class ContributedFiles:
    """The contributed graphs of a home directory."""

    def __init__(self, home: Path) -> None:
        self.folder = home / _FOLDER

    def path(self, name: str) -> Path:
        """Return where the N-Quads of a graph are, or would be."""
        return self.folder / f"{name}.nq"

    def told(self, known: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
        """Return of each graph, by its name: author, when it was written, triples, SHA-256.

        known: the same as a receipt has it, for graphs that lie here without a note of their own.
        """
        found = {}
        for path in sorted(self.folder.glob("*.nq")):
            digest = checksum(path)
            notes = (_note(path), (known or {}).get(path.stem))
            fitting = [n for n in notes if isinstance(n, dict) and n.get("sha256") == digest]
            found[path.stem] = fitting[0] if fitting else described(path.read_bytes())
        return found

    @contextmanager
    def kept(self, name: str, quads: bytes | None, note: Mapping[str, Any]) -> Iterator[None]:
        """Keep a graph (None: remove it); as it was before, if the block ends with an error."""
        files = (self.path(name), self.path(name).with_suffix(".json"))
        before = [path.read_bytes() if path.is_file() else None for path in files]
        after = [quads, None if quads is None else json.dumps(note).encode()]
        try:
            for path, content in zip(files, after, strict=True):
                _put(path, content)
            yield
        except BaseException:
            for path, content in zip(files, before, strict=True):
                _put(path, content)
            raise


def described(quads: bytes) -> dict[str, Any]:
    """Return what the content of a graph tells of itself: triples and SHA-256."""
    return {"triples": quads.count(b"\n"), "sha256": hashlib.sha256(quads).hexdigest()}


def _note(path: Path) -> Any:
    try:
        return json.loads(path.with_suffix(".json").read_bytes())
    except (OSError, ValueError):
        return None


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    write_whole(path, content)


def graph_file(release: Path, name: str) -> Path:
    """Return where a release folder has the contributed graph of that name."""
    return release / "graphs" / f"{_PREFIX}{name}.nq"


def carry_over(home: Path, release: Path, base: str) -> list[str]:
    """Bring the contributed graphs of a release folder up to date; return names of the changed.

    Graph files are copied, replaced and removed; a store that is there already follows them, and
    the text index with it.
    """
    folder = ContributedFiles(home).folder
    there = {p.stem.removeprefix(_PREFIX): p for p in release.glob(f"graphs/{_PREFIX}*.nq")}
    wanted = {p.stem: p for p in folder.glob("*.nq")}
    changed = [
        name
        for name in sorted(there.keys() | wanted.keys())
        if _digest(there.get(name)) != _digest(wanted.get(name))
    ]
    for name in changed:
        target = graph_file(release, name)
        target.unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # removed in this moment
            shutil.copyfile(folder / f"{name}.nq", target)
    if changed and (release / "store").is_dir():
        exchange_graphs(release, changed, base)
        write_text_index(release)
    return changed


def _digest(path: Path | None) -> str | None:
    return None if path is None else checksum(path)


def exchange_graphs(release: Path, names: Iterable[str], base: str) -> None:
    """Put the content of graph files into the store on disk, where the release has one."""
    if not (release / "store").is_dir():
        return
    store = ox.Store(str(release / "store"))
    for name in names:
        store.remove_graph(ox.NamedNode(f"{base}{CONTRIBUTED}{name}"))
        path = graph_file(release, name)
        if path.is_file():
            store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    store.flush()
