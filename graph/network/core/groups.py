"""Nodes by the value of a column: country, type, region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network

__all__ = ["Groups", "groups"]


@dataclass(frozen=True)
class Groups:
    """names: the values in order. codes: of every node the place of its value, -1 without one."""

    names: pl.Series
    codes: npt.NDArray[np.int64]


def groups(network: Network, by: str) -> Groups:
    """Return the groups of the nodes by a column; InputError if there is no such column.

    Found once for all networks of the same nodes (`Network.redrawn`).
    """
    if by not in network.nodes.columns:
        raise InputError(f"nodes have no column {by!r}; use {', '.join(network.nodes.columns)}")
    if by not in network.node_memo:
        values = network.nodes[by].cast(pl.String)
        codes = values.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
        codes.flags.writeable = False
        network.node_memo[by] = Groups(values.drop_nulls().unique().sort(), codes)
    found: Groups = network.node_memo[by]
    return found
