"""Roles with the names of their agents as a reader writes them."""

from __future__ import annotations

import polars as pl

from permed.api.text.names import readable
from permed.graph.network import RoleData

__all__ = ["with_readable_names"]


def with_readable_names(data: RoleData) -> RoleData:
    """Return the same roles, names in capitals set in title case."""
    calm = pl.col("label").map_elements(readable, return_dtype=pl.String)
    agents = data.agents.with_columns(calm)
    names = data.roles.select(label=pl.col("agent_label").unique()).with_columns(new=calm)
    roles = data.roles.with_columns(pl.col("agent_label").replace(names["label"], names["new"]))
    return RoleData(roles, data.topics, agents)
