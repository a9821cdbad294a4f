"""Reading graph files into a store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.errors import InputError, NotFoundError

__all__ = ["MERGE", "load_files"]

# a union of graphs made at query time repeats triples that two graphs share (RDF 1.1 Semantics
# merges them), so the merge is stored; it also halves the time of joins
MERGE: Final = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


def load_files(store: ox.Store, paths: Iterable[Path]) -> int:
    """Read N-Quads files and merge their graphs into the default graph; return the quads read.

    InputError names the file and line that is broken.
    """
    for path in paths:
        try:
            store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        except FileNotFoundError:
            raise NotFoundError(f"{path}: no such graph file; build the release again") from None
        except (SyntaxError, OSError) as problem:
            said = " ".join(str(problem).split())
            raise InputError(f"{path}: not readable as N-Quads: {said}") from None
    quads = len(store)
    store.update(MERGE)
    return quads
