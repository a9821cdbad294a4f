"""The embedded store: Oxigraph in this process, over a release's graph files or its store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from permed.graph.errors import InputError, NotFoundError
from permed.graph.store.answers.answer import Answer, Term
from permed.graph.store.embedded.evaluation import evaluate
from permed.graph.store.embedded.loading import is_merged, load_files
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.query.inspection import inspect

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EmbeddedStore"]


class EmbeddedStore:
    """A read-only store; the default graph is the merge of all named graphs.

    A store on disk that was written without the merge (`loading.MERGE`) is read as a union, in
    which a triple of two graphs counts twice.

    Queries run in the caller's process and cannot be stopped: faces that strangers reach use
    `permed.graph.store.executor`.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._union = not is_merged(store)

    @classmethod
    def load(cls, paths: Iterable[Path]) -> Self:
        """Read N-Quads files into memory; InputError names the file and line that is broken."""
        store = ox.Store()
        load_files(store, paths)
        return cls(store)

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open a store on disk for reading; NotFoundError where there is none."""
        if not directory.is_dir():
            raise NotFoundError(f"{directory}: there is no store; run `permed build` first")
        try:
            return cls(ox.Store.read_only(str(directory)))
        except OSError as problem:
            raise InputError(f"{directory}: the store cannot be opened: {problem}") from None

    @property
    def native(self) -> ox.Store:
        """The engine's own store, for bulk readers inside the project."""
        return self._store

    def __len__(self) -> int:
        return len(self._store)

    def graphs(self) -> list[str]:
        """Return the addresses of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs())

    def query(
        self,
        sparql: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        format: str | None = None,  # noqa: A002 - the word that users know
        dataset: Dataset | None = None,
        written: str | None = None,
    ) -> Answer:
        """Answer a query; QuerySyntaxError with line and column where it does not parse.

        written: the query as its author wrote it, where rows were put into it since.

        Without `format`, rows come as SPARQL JSON and triples as N-Triples. SERVICE is refused.
        """
        return evaluate(
            self._store,
            sparql,
            inspect(sparql),
            substitutions=substitutions or {},
            format=format,
            dataset=dataset,
            union=self._union,
            written=written,
        )

    def select_frame(
        self, sparql: str, *, substitutions: Mapping[str, Term] | None = None
    ) -> pl.DataFrame:
        """Answer a SELECT as a frame; column types as in `frames.frame_of_tsv`."""
        return self.query(sparql, substitutions=substitutions, format="tsv").frame()
