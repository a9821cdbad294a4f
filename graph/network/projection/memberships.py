"""Memberships and nodes of a projection: which node each role row speaks for."""

from __future__ import annotations

from typing import get_args

import polars as pl

from permed.graph.counting import counted, stated_total
from permed.graph.errors import InputError
from permed.graph.network.projection.options import Target
from permed.graph.network.projection.roles import RoleData

__all__ = ["FUNDER_ROLES", "FUNDER_TYPES", "MEMBER_SCHEMA", "NODE_SCHEMA", "Target", "members"]

FUNDER_ROLES = ("funder", "call-secretariat")
FUNDER_TYPES = (
    "funding-agency",
    "regional-funding-agency",
    "project-management-agency",
    "ministry",
    "regional-ministry",
)
MEMBER_SCHEMA = pl.Schema(
    {
        "node": pl.String(),
        "event": pl.String(),
        "event_label": pl.String(),
        "member": pl.String(),
        "start": pl.Date(),
        "end": pl.Date(),
        "amount": pl.Float64(),
    }
)
NODE_SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "label": pl.String(),
        "kind": pl.String(),
        "type": pl.String(),
        "country": pl.String(),
        "region": pl.String(),
        "activities": pl.Int64(),
        "amount": pl.Float64(),
        "start": pl.Date(),
        "end": pl.Date(),
    }
)


def members(data: RoleData, rows: pl.DataFrame, to: Target, rollup: bool = False) -> pl.DataFrame:
    """Return memberships (`MEMBER_SCHEMA`) of the nodes of kind `to` in role rows.

    Persons, and places that stand for their organisations, are members of the network of persons
    only (`counted`). Funders are organisations that are a funding body by type or hold a funding
    role. InputError for an unknown `to`.
    """
    if to not in get_args(Target):
        raise InputError(f"network of {to!r} is unknown; choose {', '.join(get_args(Target))}")
    if to != "person":
        rows = counted(rows)
    if rollup:
        rows = rows.with_columns(agent=pl.coalesce("agent_parent", "agent"))
    if to == "topic":
        rows = rows.join(data.topics, on="activity", how="inner")
    rows = rows.filter(_belongs(to)).with_columns(node=_node(to))
    event, label = ("agent", "agent_label") if to == "activity" else ("activity", "activity_label")
    member = "activity" if to in ("topic", "activity") else "agent"
    return rows.select(
        node="node",
        event=event,
        event_label=pl.col(label).first().over(event),
        member=member,
        start="start",
        end="end",
        amount="amount",
    ).cast(MEMBER_SCHEMA)


def _belongs(to: Target) -> pl.Expr:
    organisation = pl.col("agent_kind") == "organisation"
    funder = pl.col("agent_type").is_in(FUNDER_TYPES) | pl.col("role").is_in(FUNDER_ROLES)
    conditions: dict[str, pl.Expr] = {
        "organisation": organisation,
        "person": pl.col("agent_kind") == "person",
        "funder": organisation & funder,
        "country": pl.col("agent_country").is_not_null(),
        "region": pl.col("agent_region").is_not_null(),
    }
    return conditions.get(to, pl.col("agent").is_not_null()).fill_null(False)


def _node(to: Target) -> pl.Expr:
    if to in ("country", "region"):
        return pl.lit(f"{to}/") + pl.col(f"agent_{to}")
    return pl.col({"topic": "topic", "activity": "activity"}.get(to, "agent"))


def node_frame(data: RoleData, table: pl.DataFrame, to: Target) -> pl.DataFrame:
    """Return the nodes of memberships (`NODE_SCHEMA`), sorted by id.

    activities: number of events of the node. amount: EUR of its memberships, null if none is known.
    start, end: from its first to its last day, end null while a membership has no end.
    """
    counted = table.group_by(id="node").agg(
        pl.col("event").n_unique().alias("activities"),
        stated_total("amount"),
        pl.col("start").min(),
        pl.when(pl.col("end").null_count() == 0).then(pl.col("end").max()).alias("end"),
    )
    described = counted.join(_described(data, to), on="id", how="left")
    return (
        described.with_columns(kind=pl.lit(to), label=pl.coalesce("label", "id"))
        .select(*NODE_SCHEMA)
        .cast(NODE_SCHEMA)
        .sort("id")
    )


def _described(data: RoleData, to: Target) -> pl.DataFrame:
    """Label, type, country and region of every possible node."""
    if to == "topic":
        topics = data.topics.group_by(id="topic").agg(pl.col("topic_label").min().alias("label"))
        return topics.with_columns(type=None, country=None, region=None)
    if to == "activity":
        kinds = data.roles.group_by(id="activity").agg(
            pl.col("activity_label").first().alias("label"),
            pl.col("activity_kind").first().alias("type"),
        )
        return kinds.with_columns(country=None, region=None)
    rows = data.roles.group_by(id="agent").agg(
        pl.col("agent_label").first().alias("label"),
        pl.col("agent_type").drop_nulls().first().alias("type"),
        pl.col("agent_country").drop_nulls().first().alias("country"),
        pl.col("agent_region").drop_nulls().first().alias("region"),
    )
    known = pl.concat([data.agents, rows], how="diagonal_relaxed")
    described = known.unique("id", keep="first", maintain_order=True)
    return _places(described, data) if to in ("country", "region") else described


def _places(described: pl.DataFrame, data: RoleData) -> pl.DataFrame:
    """Add countries and regions that no table names, under their code."""
    place = data.roles.select("agent_country", "agent_region").unique()
    codes = pl.concat(
        [
            place.select(
                id=pl.lit("country/") + pl.col("agent_country"),
                label="agent_country",
                country="agent_country",
            ),
            place.select(
                id=pl.lit("region/") + pl.col("agent_region"),
                label="agent_region",
                country="agent_country",
                region="agent_region",
            ),
        ],
        how="diagonal",
    ).drop_nulls("id")
    both = pl.concat([described, codes], how="diagonal_relaxed")
    return both.unique("id", keep="first", maintain_order=True)
