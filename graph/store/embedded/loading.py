"""Reading graph files into a store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import InputError, NotFoundError
from permed.graph.files import line_blocks

__all__ = ["MERGE", "is_merged", "load_files", "write_store"]

# a union of graphs made at query time repeats triples that two graphs share (RDF 1.1 Semantics
# merges them), so the merge is stored; it also halves the time of joins, and doubles the memory
_MERGED_UP_TO: Final = 2_000_000  # quads; 0.4 GB more
# a bulk load holds all of its quads in memory until it ends: small graphs go in in parts, which
# saves 100 MB of 500; large ones whole, since parts take up to twice the time; and of those that
# would take gigabytes, so much at a time that it matters little
_PART: Final = 16_000_000  # bytes
_LARGE: Final = 128_000_000
_WHOLE_UP_TO: Final = 2_000_000_000
_LARGE_PART: Final = 700_000_000
_BLOCK: Final = 4_000_000
MERGE: Final = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


def load_files(store: ox.Store, paths: Iterable[Path]) -> int:
    """Read N-Quads files and merge their graphs into the default graph; return the quads read.

    Large releases are not merged: a build says each triple in one graph only, so the union is right
    there, and memory matters more. Contributed graphs may repeat triples and always are. InputError
    names the file and line that is broken.
    """
    paths = list(paths)
    for path in paths:
        try:
            store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        except FileNotFoundError:
            raise NotFoundError(f"{path}: no such graph file; build the release again") from None
        except (SyntaxError, OSError) as problem:
            said = " ".join(str(problem).split())
            raise InputError(f"{path}: not readable as N-Quads: {said}") from None
    quads = len(store)
    if quads <= _MERGED_UP_TO or any(p.name.startswith("contributed-") for p in paths):
        store.update(MERGE)
    return quads


def is_merged(store: ox.Store) -> bool:
    """Whether the default graph holds the merge, so that queries need no union of graphs."""
    return next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None


def write_store(path: Path, graphs: Iterable[Path]) -> None:
    """Write N-Quads files into a new store on disk, each triple in its own graph only."""
    store = ox.Store(str(path))
    for graph in graphs:
        size = graph.stat().st_size
        if size > _WHOLE_UP_TO:
            _load_in_large_parts(store, graph, path.parent)
        elif size > _LARGE:
            store.bulk_load(path=str(graph), format=ox.RdfFormat.N_QUADS)
        else:
            for part in line_blocks(graph, _PART):
                store.bulk_load(input=part, format=ox.RdfFormat.N_QUADS)
    store.flush()


def _load_in_large_parts(store: ox.Store, graph: Path, folder: Path) -> None:
    """Load a graph by way of files, so that Python is left free while one is read."""
    with graph.open("rb") as file, tempfile.NamedTemporaryFile(dir=folder, suffix=".nq") as part:
        while line := file.readline():
            part.seek(0)
            part.truncate()
            part.write(line)
            while part.tell() < _LARGE_PART and (block := file.read(_BLOCK)):
                part.write(block)
            part.write(file.readline())
            part.flush()
            store.bulk_load(path=part.name, format=ox.RdfFormat.N_QUADS)
