"""Gould-Fernandez brokerage: who brings together whom, within and between groups.

j brokers between i and k when i -> j -> k and not i -> k (Gould and Fernandez, Sociological
Methodology 19, 1989). By the groups of i, j, k: coordinator (all the same), itinerant (i and k
share a group, j does not; "consultant"), gatekeeper (j and k share), representative (i and j
share), liaison (all differ). An undirected tie runs both ways, so every open pair counts twice, and
gatekeeper equals representative, as in the R package sna.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.core.sparse_products import masked_product
from permed.graph.network.core.triangles import triangles

__all__ = ["BROKER_ROLES", "brokerage"]

BROKER_ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def brokerage(network: Network, by: str = "country") -> pl.DataFrame:
    """Return one row a node: counts of the five roles and their total.

    by: a column of the nodes (`country`, `type`, `region`). Nodes without a group are left out of
    the network first, and a column `group` names the group. What activity alone would give is told
    by `brokers_beside_chance.broker_scores`.
    """
    if by not in network.nodes.columns:
        raise InputError(f"brokers by {by!r}: no such column; use country, type or region")
    known = network.subnetwork(network.nodes[by].is_not_null().to_numpy())
    groups = known.nodes[by].cast(pl.String)
    labels = groups.rank("dense").fill_null(1).to_numpy().astype(np.int64) - 1
    counts = _counts(known.binary, labels, 2 * triangles(known))
    return known.nodes.select("id", "label", pl.col(by).alias("group")).with_columns(
        **{role: pl.Series(counts[role], dtype=pl.Int64) for role in BROKER_ROLES},
        total=pl.Series(sum(counts.values(), np.zeros(known.size)), dtype=pl.Int64),
    )


@dataclass(frozen=True)
class _Split:
    """Ties inside (same) and across (other) groups."""

    same: sparse.csr_array
    other: sparse.csr_array


def _split(matrix: sparse.csr_array, labels: Labels) -> _Split:
    cells = sparse.coo_array(matrix)
    inside = labels[cells.row] == labels[cells.col]
    parts = [
        sparse.csr_array((cells.data[m], (cells.row[m], cells.col[m])), shape=matrix.shape)
        for m in (inside, ~inside)
    ]
    return _Split(*parts)


def _counts(matrix: sparse.csr_array, labels: Labels, closed: Floats) -> dict[str, Floats]:
    """All pairs by group, less the pairs that are tied themselves (`closed`: of all groups)."""
    ties = _split(matrix, labels)
    pairs = _all_pairs(ties, labels)
    tied = _tied(ties)
    tied["liaison"] = closed - sum(tied.values(), np.zeros(len(closed)))
    return {role: np.rint(pairs[role] - tied[role]) for role in BROKER_ROLES}


def _tied(ties: _Split) -> dict[str, Floats]:
    """Pairs that are tied themselves, by the role that the middle one would have.

    Ties are symmetric, so that one product serves three roles.
    """
    same, other = ties.same, ties.other
    values = masked_product(other, same, other)
    cells = sparse.csr_array((values, other.indices, other.indptr), shape=other.shape)
    inside = _sums(cells, 1)
    return {
        "coordinator": _masked_columns(same, same, same),
        "itinerant": _sums(cells, 0),
        "gatekeeper": inside,
        "representative": inside,
    }


def _masked_columns(
    mask: sparse.csr_array, left: sparse.csr_array, right: sparse.csr_array
) -> Floats:
    """Column sums of mask * (left @ right)."""
    values = masked_product(mask, left, right)
    return np.bincount(mask.indices, values, mask.shape[1]).astype(np.float64)


def _all_pairs(ties: _Split, labels: Labels) -> dict[str, Floats]:
    """Ordered pairs of different in- and out-neighbours, tied or not, by role."""
    n = len(labels)
    groups = sparse.csr_array(
        (np.ones(n), (np.arange(n), labels)), shape=(n, int(labels.max(initial=-1)) + 1)
    )
    into, out_of = _sums(ties.other, 0), _sums(ties.other, 1)
    into_same, out_same = _sums(ties.same, 0), _sums(ties.same, 1)
    twins = _dots(sparse.csr_array(ties.other.T) @ groups, ties.other @ groups)
    return {
        "coordinator": into_same * out_same - _dots(ties.same, sparse.csr_array(ties.same.T)),
        "itinerant": twins - _dots(ties.other, sparse.csr_array(ties.other.T)),
        "gatekeeper": into * out_same,
        "representative": into_same * out_of,
        "liaison": into * out_of - twins,
    }


def _sums(matrix: sparse.csr_array, axis: int) -> Floats:
    return np.asarray(matrix.sum(axis=axis), dtype=np.float64).ravel()


def _dots(left: sparse.csr_array, right: sparse.csr_array) -> Floats:
    """Sum of products of the two matrices' rows."""
    return np.asarray((left * right).sum(axis=1), dtype=np.float64).ravel()
