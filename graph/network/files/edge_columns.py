"""What an exported tie carries beside its weight: the activities behind it, and their years."""

from __future__ import annotations

import polars as pl

from permed.graph.network.core.joint_activities import joint_figures
from permed.graph.network.core.network import Network

__all__ = ["edge_columns"]


def edge_columns(network: Network) -> pl.DataFrame:
    """Return joint, first, last and activities (ids parted by `; `), one row an edge in order.

    No column for a network that was not made from activities; null for a self-loop.
    """
    if network.incidence is None:
        return pl.DataFrame()
    one, other = network.edges["source"].to_numpy(), network.edges["target"].to_numpy()
    told = joint_figures(network, one, other).select(
        "joint", "first", "last", pl.col("activities").list.join("; ")
    )
    loop = pl.Series(one == other)
    return told.with_columns(pl.when(~loop).then(pl.all()))
