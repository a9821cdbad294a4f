"""Roles out of the record tables of a release, or of any source."""

from __future__ import annotations

import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.projection.node_names import node_names
from permed.graph.network.projection.roles import (
    AGENT_SCHEMA,
    TOPIC_SCHEMA,
    RoleData,
    RoleParts,
    assemble,
)
from permed.graph.tables.dates import first_day, last_day

__all__ = ["from_tables"]


def from_tables(tables: dict[str, pl.DataFrame]) -> RoleData:
    """Read roles out of record tables (`graph/tables/model.py`); absent tables count as empty.

    Needs `roles`; uses organisations, persons, countries, regions, activities, grants,
    classifications, topics, relations, names, identifiers and replacements. InputError without
    `roles`.
    """
    if "roles" not in tables:
        raise InputError("tables: no table 'roles'; a network needs at least that one")
    return assemble(
        RoleParts(
            _roles(tables["roles"]),
            _agents(tables),
            _activities(tables),
            _classified(tables)
            .filter(pl.col("topic").str.starts_with("pm-relevance/"))
            .select(id="entity", relevance=pl.col("topic").str.strip_prefix("pm-relevance/")),
            _table(tables, "relations", "subject", "predicate", "object"),
            _topics(tables),
            node_names(tables),
        )
    )


def _table(tables: dict[str, pl.DataFrame], name: str, *columns: str) -> pl.DataFrame:
    if name not in tables:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    # a release of before may lack a column of today
    missing = [column for column in columns if column not in tables[name].columns]
    empty = (pl.lit(None, pl.String).alias(column) for column in missing)
    return tables[name].with_columns(*empty).select(columns)


def _roles(roles: pl.DataFrame) -> pl.DataFrame:
    return roles.select(
        "agent",
        "activity",
        "role",
        "part" if "part" in roles.columns else pl.lit(None, pl.Int64).alias("part"),
        first_day("start"),
        last_day("end"),
        first_day("attested").alias("attested_from"),
        last_day("attested").alias("attested_until"),
        pl.coalesce("ec_contribution", "net_ec_contribution")
        .cast(pl.Float64, strict=False)
        .alias("amount"),
        pl.col("affiliation").alias("at"),
    )


def _agents(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    country = pl.col("country").str.strip_prefix("country/")
    region = pl.col("region").str.strip_prefix("region/")
    parts = [
        _table(
            tables, "organisations", "id", "name", "display", "org_type", "country", "region"
        ).select(
            "id",
            label=pl.coalesce("display", "name"),
            type="org_type",
            country=country,
            region=region,
        ),
        _table(tables, "persons", "id", "name").select("id", label="name"),
        _table(tables, "countries", "id", "name").select(
            "id", label="name", country=pl.col("id").str.strip_prefix("country/")
        ),
        _table(tables, "regions", "id", "name", "country").select(
            "id", label="name", country=country, region=pl.col("id").str.strip_prefix("region/")
        ),
    ]
    return pl.concat(parts, how="diagonal").select(*AGENT_SCHEMA).cast(AGENT_SCHEMA)


def _activities(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    programmes = _table(tables, "grants", "activity", "programme").group_by("activity")
    return (
        _table(tables, "activities", "id", "kind", "title", "acronym", "start", "end")
        .select(
            "id", "kind", first_day("start"), last_day("end"), label=pl.coalesce("acronym", "title")
        )
        .unique("id", keep="first", maintain_order=True)
        .join(programmes.agg(pl.col("programme").min()), left_on="id", right_on="activity",
              how="left")
    )  # fmt: skip


def _classified(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return _table(tables, "classifications", "entity", "topic")


def _topics(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    labels = _table(tables, "topics", "id", "label").group_by("id").agg(pl.col("label").min())
    return (
        _classified(tables)
        .filter(~pl.col("topic").str.starts_with("pm-relevance/"))
        .join(labels, left_on="topic", right_on="id", how="left")
        .select("topic", activity="entity", topic_label=pl.coalesce("label", "topic"))
        .join(_table(tables, "roles", "activity").unique(), on="activity", how="semi")
        .select(*TOPIC_SCHEMA)
    )
