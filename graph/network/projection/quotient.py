"""Networks of groups: nodes of a network gathered by country, type, region or community."""

from __future__ import annotations

import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network

__all__ = ["gather"]


def gather(network: Network, by: str = "country", *, loops: bool = False) -> Network:
    """Return the network whose nodes are the values of a node column.

    An edge weighs the sum of the edges between the two groups; `loops` keeps the sum inside a group
    as a self-loop. Nodes without a value are left out. InputError if there is no such column.
    """
    if by not in network.nodes.columns:
        raise InputError(f"nodes have no column {by!r}; use {', '.join(network.nodes.columns)}")
    groups = network.nodes[by].cast(pl.String)
    names = groups.drop_nulls().unique().sort()
    code = groups.rank("dense").cast(pl.Int64) - 1
    edges = network.edges.select(
        one=code.gather(network.edges["source"]),
        other=code.gather(network.edges["target"]),
        weight="weight",
    ).drop_nulls()
    summed = (
        edges.group_by(
            source=pl.min_horizontal("one", "other"), target=pl.max_horizontal("one", "other")
        )
        .agg(pl.col("weight").sum())
        .sort("source", "target")
    )
    kept = summed if loops else summed.filter(pl.col("source") != pl.col("target"))
    sizes = network.nodes.select(groups.alias("id")).drop_nulls().group_by("id").len("members")
    nodes = pl.DataFrame({"id": names}).join(sizes, on="id", how="left", maintain_order="left")
    own = {
        name: pl.col("id") if name == by else pl.lit(None, dtype=pl.String)
        for name in ("type", "country", "region")
    }
    described = nodes.with_columns(label="id", kind=pl.lit(by), **own)
    return Network(described, kept, None, network.note)
