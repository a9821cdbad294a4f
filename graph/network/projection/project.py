"""From roles to networks: nodes are linked when they take part in the same activity.

Let B be the 0/1 matrix of nodes by activities and n_k the number of nodes in activity k. An edge
weighs sum_k b_ik b_jk s_k with s_k = 1 (`count`), 1 / (n_k - 1) (`fractional`; Newman, Phys. Rev. E
64, 016132, 2001: a node's strength is then its number of joint activities), or the activity's money
by the number of its pairs (`money`: all edges add up to all money). `duration` is the years during
which both took part.
"""

from __future__ import annotations

from typing import get_args

import numpy as np
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Incidence, Network, edge_frame
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.memberships import members, node_frame
from permed.graph.network.projection.options import Counting, Loops, Target, Weight
from permed.graph.network.projection.overlap import overlap_years
from permed.graph.network.projection.roles import RoleData

__all__ = ["project", "project_members"]


def project(
    data: RoleData,
    to: Target = "organisation",
    scope: Scope | None = None,
    *,
    weight: Weight = "count",
    minimum: float = 0.0,
    rollup: bool = False,
    counting: Counting = "presence",
    loops: Loops = "none",
) -> Network:
    """Return the network of `to` among the roles that pass `scope`.

    minimum: least weight of an edge (nodes stay). rollup: organisations count as their topmost
    parent. counting and loops matter where a node stands for several agents (countries, regions,
    roll-up): see `project_members`. A filter that matches nothing gives an empty network with a
    note; InputError for unknown values and options.
    """
    scope = scope or Scope()
    rows, note = scope.apply(data)
    table = members(data, rows, to, rollup)
    money = rows.group_by(pl.col("agent" if to == "activity" else "activity").alias("event")).agg(
        pl.col("amount").sum().alias("money")
    )
    nodes = node_frame(data, table, to)
    if nodes.is_empty() and note is None:
        note = f"no role leads to a node of kind {to} ({scope.sentence()})"
    return project_members(
        table, nodes, weight=weight, minimum=minimum, counting=counting, loops=loops,
        money=money, note=note,
    )  # fmt: skip


def project_members(
    table: pl.DataFrame,
    nodes: pl.DataFrame,
    *,
    weight: Weight = "count",
    minimum: float = 0.0,
    counting: Counting = "presence",
    loops: Loops = "none",
    money: pl.DataFrame | None = None,
    note: str | None = None,
) -> Network:
    """Project a table of memberships (node, event, member, start, end) onto its nodes.

    counting: `presence` - a node is in an event or not; `members` - an edge counts all pairs of
    members across the two nodes. loops: `none`; `within` - events with two or more members of the
    node (`presence`) or pairs of members inside it (`members`); `diagonal` - the plain diagonal of
    the matrix product: all events of the node (`presence`) or its squared members (`members`).
    money: event, money (EUR). Events are the columns of the incidence kept for bipartite measures.
    """
    _check(weight, counting, loops, minimum)
    counts, periods = _counts(table, nodes)
    presence = sparse.csr_array((np.ones(counts.nnz), counts.indices, counts.indptr), counts.shape)
    events = table.select(id="event", label="event_label").unique("id").sort("id")
    if weight == "duration":
        product = overlap_years(table, nodes)
    else:
        base = counts if counting == "members" else presence
        product = _product(base, _scale(base, weight, events, money))
        product = _looped(product, base, counts, _scale(base, weight, events, money), loops)
    edges = edge_frame(product)
    kept = edges.filter(pl.col("weight") >= minimum)
    pairs = _pairs(presence)
    weightless = pairs - _proper(edges)
    if weightless:
        told = f"{weightless} pairs share an activity but no {weight}: they are not linked"
        note = f"{note}; {told}" if note else told
    incidence = Incidence(presence, events, _proper(kept) == pairs, periods)
    return Network(nodes, kept, incidence, note)


def _proper(edges: pl.DataFrame) -> int:
    return edges.filter(pl.col("source") != pl.col("target")).height


def _check(weight: str, counting: str, loops: str, minimum: float) -> None:
    for name, value, known in (
        ("weight", weight, get_args(Weight)),
        ("counting", counting, get_args(Counting)),
        ("loops", loops, get_args(Loops)),
    ):
        if value not in known:
            raise InputError(f"{name} {value!r} is unknown; choose one of {', '.join(known)}")
    if not np.isfinite(minimum) or minimum < 0:
        raise InputError(f"minimum weight {minimum} must be a number of 0 or more")


def _counts(table: pl.DataFrame, nodes: pl.DataFrame) -> tuple[sparse.csr_array, np.ndarray]:
    """Distinct members of each node in each event, and from when until when it has any."""
    events = table["event"].unique().sort()
    pairs = (
        table.group_by("node", "event")
        .agg(
            pl.col("member").n_unique().alias("n"),
            pl.col("start").min(),
            pl.when(pl.col("end").null_count() == 0).then(pl.col("end").max()).alias("end"),
        )
        .join(nodes.select("id").with_row_index("row"), left_on="node", right_on="id")
        .with_columns(column=pl.col("event").replace_strict(events, np.arange(len(events)))
                      if len(events) else pl.lit(0))
        .sort("row", "column")
    )  # fmt: skip
    values = pairs["n"].to_numpy().astype(float)
    at = (pairs["row"].to_numpy(), pairs["column"].to_numpy())
    days = pairs.select(pl.col("start", "end").cast(pl.Int32).cast(pl.Float64)).to_numpy()
    return sparse.csr_array((values, at), shape=(nodes.height, len(events))), days


def _scale(
    base: sparse.csr_array, weight: Weight, events: pl.DataFrame, money: pl.DataFrame | None
) -> np.ndarray:
    """s_k of every event (see the module's first lines)."""
    n = np.asarray(base.sum(axis=0)).ravel()
    if weight == "count":
        return np.ones(len(n))
    others = np.maximum(n - 1, 1)
    if weight == "fractional":
        return np.where(n > 1, 1 / others, 0.0)
    if money is None:
        raise InputError("weight 'money' needs amounts; use count, fractional or duration")
    paid = events.join(money, left_on="id", right_on="event", how="left", maintain_order="left")
    euro = paid["money"].fill_null(0.0).fill_nan(0.0).to_numpy()
    pairs: np.ndarray = np.where(n > 1, euro / (np.maximum(n, 1) * others / 2), 0.0)
    return pairs


def _product(base: sparse.csr_array, scale: np.ndarray) -> sparse.csr_array:
    return sparse.csr_array((base * scale[None, :]).tocsr() @ base.T)


def _looped(
    product: sparse.csr_array,
    base: sparse.csr_array,
    counts: sparse.csr_array,
    scale: np.ndarray,
    loops: Loops,
) -> sparse.csr_array:
    """Put the wanted values on the diagonal."""
    if loops == "diagonal":
        return product
    diagonal = np.zeros(product.shape[0])
    if loops == "within" and base is counts:
        pairs = counts.copy()
        pairs.data = pairs.data * (pairs.data - 1) / 2
        diagonal = pairs @ scale
    elif loops == "within":
        several = counts.copy()
        several.data = (several.data > 1).astype(float)
        diagonal = several @ scale
    result = product.tolil() if product.shape[0] < 2 else product.copy()
    result.setdiag(diagonal)
    return sparse.csr_array(result)


def _pairs(presence: sparse.csr_array) -> int:
    """Number of pairs of nodes that share an event."""
    shared = sparse.csr_array(presence @ presence.T)
    return int((shared.nnz - np.count_nonzero(shared.diagonal())) // 2)
