"""The network itself: nodes, weighted edges, and the memberships that it was projected from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.extras import or_missing_extra
from permed.graph.network.core.distances import Distances, census
from permed.graph.network.core.twins import Twins, twins

__all__ = [
    "EDGE_SCHEMA", "Incidence", "Network", "by_size", "edge_frame", "networkit", "one_thread",
]  # fmt: skip

EDGE_SCHEMA = pl.Schema(
    {
        "source": pl.Int64(),
        "target": pl.Int64(),
        "weight": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Incidence:
    """Who takes part in what: rows are nodes, columns events (activities), entries are 1."""

    matrix: sparse.csr_array
    events: pl.DataFrame  # id, label and more, one row a column of the matrix
    complete: bool = True  # every pair that shares an event is an edge of the network
    # first and last day of each entry, in days since 1970, NaN where it is not known or open
    periods: npt.NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        nodes, events = self.matrix.shape
        return f"<Incidence: {nodes:,} nodes in {events:,} events, {self.matrix.nnz:,} memberships>"

    def without_some_ties(self) -> Incidence:
        """Return the same memberships for a network that lacks some of their ties."""
        return Incidence(self.matrix, self.events, False, self.periods)

    def of(self, rows: npt.NDArray[np.int64]) -> Incidence:
        """Return the memberships of some nodes, in their order."""
        whole = self.matrix
        places = sparse.csr_array((np.arange(whole.nnz), whole.indices, whole.indptr), whole.shape)
        kept = places[rows]
        matrix = sparse.csr_array(
            (whole.data[kept.data], kept.indices, kept.indptr), shape=kept.shape
        )
        periods = None if self.periods is None else self.periods[kept.data]
        return Incidence(matrix, self.events, self.complete, periods)


@dataclass(frozen=True)
class Network:
    """An undirected network.

    nodes: one row a node (id, label, kind, type, country, region, ...), its row number is its
    index. edges: source index, target index, weight > 0; each pair once, source < target, or
    source == target for a self-loop. note: what a reader must know, e.g. why it is empty. memo:
    what `memoised` functions found out about it; node_memo: what depends on the nodes alone.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame
    incidence: Incidence | None = None
    note: str | None = None
    memo: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False, compare=False)
    node_memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        kinds = set(self.nodes["kind"]) if "kind" in self.nodes.columns else set()
        of = f" of kind {kinds.pop()}" if len(kinds) == 1 else ""
        note = f"; {self.note}" if self.note else ""
        return f"<Network: {self.size:,} nodes{of}, {self.edges.height:,} edges{note}>"

    @property
    def size(self) -> int:
        """Number of nodes."""
        return self.nodes.height

    @cached_property
    def proper(self) -> pl.DataFrame:
        """Edges without self-loops: what every measure works on unless it says otherwise."""
        return self.edges.filter(pl.col("source") != pl.col("target"))

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Symmetric weighted adjacency matrix without self-loops."""
        return _symmetric(self.proper, self.size)

    @cached_property
    def looped(self) -> sparse.csr_array:
        """Symmetric weighted adjacency matrix; a self-loop stands once on the diagonal."""
        loops = self.edges.filter(pl.col("source") == pl.col("target"))
        at = loops["source"].to_numpy()
        diagonal = sparse.csr_array(
            (loops["weight"].to_numpy(), (at, at)), shape=(self.size, self.size)
        )
        return sparse.csr_array(self.matrix + diagonal)

    @cached_property
    def binary(self) -> sparse.csr_array:
        """Symmetric 0/1 adjacency matrix without self-loops."""
        ones = np.ones(self.matrix.nnz)
        return sparse.csr_array(
            (ones, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape
        )

    @cached_property
    def degree(self) -> npt.NDArray[np.int64]:
        """Number of partners of every node."""
        return np.asarray(np.diff(self.matrix.indptr), dtype=np.int64)

    @cached_property
    def components(self) -> npt.NDArray[np.int64]:
        """Component of every node, numbered from 0 by falling size (ties: first node first)."""
        if self.size == 0:
            return np.zeros(0, dtype=np.int64)
        # of a symmetric matrix the strong ones are the same, and need no transposed copy
        _, raw = sparse.csgraph.connected_components(self.matrix, connection="strong")
        return by_size(raw)

    @cached_property
    def twins(self) -> Twins:
        """Groups of nodes with the same circle of partners."""
        return twins(self.binary)

    @cached_property
    def distances(self) -> Distances:
        """Numbers of nodes by distance; over the memberships where that is the shorter way."""
        members, groups = self.incidence, self.twins
        joint = sparse.csr_array(members.matrix[groups.first]) if members else None
        if members and members.complete and joint is not None and joint.nnz < groups.matrix.nnz:
            found = census([joint, sparse.csr_array(joint.T)], groups.sizes)
        else:
            found = census([groups.matrix], groups.sizes)
        return Distances(found.counts[groups.group])

    def graph(self, weighted: bool = False) -> Any:
        """Return the network as a NetworKit graph without self-loops, made once."""
        key = ("graph", weighted)
        if key not in self.memo:
            u = self.proper["source"].to_numpy()
            v = self.proper["target"].to_numpy()
            triples = (self.proper["weight"].to_numpy() if weighted else np.ones(len(u)), (u, v))
            self.memo[key] = networkit().GraphFromCoo(
                triples, n=self.size, weighted=weighted, directed=False
            )
        return self.memo[key]

    def redrawn(self, ties: sparse.csr_array, incidence: Incidence | None = None) -> Network:
        """Return a network of the same nodes with the ties of a symmetric matrix, no self-loops."""
        matrix = _hollow(ties)
        drawn = Network(self.nodes, edge_frame(matrix), incidence, node_memo=self.node_memo)
        # what `matrix` and `proper` would make of these edges again
        drawn.__dict__.update(matrix=matrix, proper=drawn.edges)
        return drawn

    def subnetwork(self, keep: npt.NDArray[np.bool_], note: str | None = None) -> Network:
        """Return the network of the kept nodes and the edges between them."""
        position = np.cumsum(keep) - 1
        u, v = self.edges["source"].to_numpy(), self.edges["target"].to_numpy()
        edges = self.edges.filter(pl.Series(keep[u] & keep[v]))
        renumbered = edges.with_columns(
            source=pl.Series(position[edges["source"].to_numpy()]),
            target=pl.Series(position[edges["target"].to_numpy()]),
        )
        incidence = self.incidence and self.incidence.of(np.flatnonzero(keep))
        return Network(self.nodes.filter(pl.Series(keep)), renumbered, incidence, note or self.note)


def by_size(groups: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Renumber groups from 0 by falling size; among equals the one with the first member leads."""
    raw = np.asarray(groups)
    _, first, inverse, counts = np.unique(
        raw, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -counts))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse]


def edge_frame(matrix: sparse.csr_array) -> pl.DataFrame:
    """Return the upper triangle (with the diagonal) of a symmetric matrix as an edge frame.

    Entries that are zero, negative or not finite are no edges.
    """
    matrix.sort_indices()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    good = (matrix.indices >= row) & np.isfinite(matrix.data) & (matrix.data > 0)
    columns = (row[good], matrix.indices[good], matrix.data[good])
    return pl.DataFrame(
        dict(zip(EDGE_SCHEMA, columns, strict=True)), schema=EDGE_SCHEMA, strict=False
    )


def _hollow(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return a symmetric matrix without its diagonal, indices sorted."""
    ordered = sparse.csr_array(matrix.T)  # transposing sorts, and changes nothing else
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(ordered.indptr))
    off = ordered.indices != row
    starts = np.concatenate([[0], np.cumsum(off)])[ordered.indptr]
    return sparse.csr_array((ordered.data[off], ordered.indices[off], starts), matrix.shape)


def _symmetric(edges: pl.DataFrame, size: int) -> sparse.csr_array:
    u, v = edges["source"].to_numpy(), edges["target"].to_numpy()
    w = edges["weight"].to_numpy()
    half = sparse.coo_array((w, (u, v)), shape=(size, size))
    matrix = sparse.csr_array(half + half.T)
    matrix.sort_indices()
    return matrix


# NetworKit imports them where they are installed, for plots and a learner: a second more
_UNUSED = ("matplotlib", "pandas", "seaborn", "sklearn")


@cache
def networkit() -> Any:
    """Return the library, imported when it is first needed and without what only its plots use."""
    absent = [name for name in _UNUSED if name not in sys.modules]
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(absent))  # None: an import of it fails as if it were not there
    try:
        return import_module("networkit")
    except ModuleNotFoundError as error:
        raise or_missing_extra(error) from error
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def one_thread() -> Iterator[None]:
    """Run with one thread: several add up in any order, which changes last digits and ties."""
    before = networkit().getMaxNumberOfThreads()
    networkit().setNumberOfThreads(1)
    try:
        yield
    finally:
        networkit().setNumberOfThreads(before)
