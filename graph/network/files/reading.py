"""Networks from anybody's files: edge lists and membership lists (who is in which project)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.files.tables import numbers, read_table, required
from permed.graph.network.projection.roles import ROLE_SCHEMA, TOPIC_SCHEMA, RoleData

__all__ = ["NODE_ATTRIBUTES", "read_edges", "read_members"]

NODE_ATTRIBUTES = ("label", "type", "country", "region")


def read_edges(
    path: str | Path,
    nodes: str | Path | None = None,
    *,
    source: str = "source",
    target: str = "target",
    weight: str = "weight",
    node_id: str = "id",
    minimum: float = 0.0,
) -> Network:
    """Return the undirected network of an edge list file.

    path: table with columns source, target and perhaps weight (1 where there is no such column). A
    pair that stands there several times, in either direction, gets the sum. nodes: table with
    columns id and any of label, type, country, region; nodes that only it names become isolates.
    minimum: least weight of an edge; nodes stay.
    InputError naming file and row for what cannot be used; edges of weight 0 are left out with a
    note.
    """
    frame = read_table(path)
    ends = pl.DataFrame({
        "one": required(frame, source, path),
        "other": required(frame, target, path),
        "weight": _weights(frame, weight, path),
    })  # fmt: skip
    described = _nodes(nodes, node_id)
    known = pl.concat([described["id"], ends["one"], ends["other"]]).unique().sort()
    table = pl.DataFrame({"id": known}).join(described, on="id", how="left", maintain_order="left")
    table = table.with_columns(label=pl.coalesce("label", "id"), kind=pl.lit("node"))
    positive = ends.filter(pl.col("weight") > 0)
    zero = ends.height - positive.height
    note = f"{zero} edges of weight 0 are left out" if zero else None
    if ends.is_empty():
        note = f"{path} holds no edge"
    edges = _summed(positive, known).filter(pl.col("weight") >= minimum)
    return Network(table, edges, None, note)


def _weights(frame: pl.DataFrame, weight: str, path: str | Path) -> pl.Series:
    if weight not in frame.columns and weight == "weight":
        return pl.Series(np.ones(frame.height))
    values = numbers(frame, weight, path)
    gaps = values.is_null().arg_true()
    if len(gaps):
        raise InputError(f"{path}: row {gaps[0] + 2} has no {weight}; fill it or drop the row")
    return values


def _summed(ends: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """Number the ends by their place in the sorted ids, smaller first, and sum up repeats."""
    place = pl.DataFrame({"id": known}).with_row_index("at").cast({"at": pl.Int64})
    return (
        ends.join(place.rename({"at": "u"}), left_on="one", right_on="id")
        .join(place.rename({"at": "v"}), left_on="other", right_on="id")
        .group_by(source=pl.min_horizontal("u", "v"), target=pl.max_horizontal("u", "v"))
        .agg(pl.col("weight").sum())
        .sort("source", "target")
    )


def _nodes(path: str | Path | None, node_id: str) -> pl.DataFrame:
    schema = dict.fromkeys(("id", *NODE_ATTRIBUTES), pl.String)
    if path is None:
        return pl.DataFrame(schema=schema)
    frame = read_table(path)
    ids = required(frame, node_id, path)
    twice = ids.is_duplicated().arg_true()
    if len(twice):
        row = twice[1] + 2
        raise InputError(f"{path}: row {row} names {ids[twice[1]]!r} again; keep one row a node")
    kept = [name for name in NODE_ATTRIBUTES if name in frame.columns and name != node_id]
    described = frame.select(pl.Series("id", ids), *kept)
    return pl.concat([pl.DataFrame(schema=schema), described], how="diagonal")


def read_members(
    path: str | Path,
    nodes: str | Path | None = None,
    *,
    agent: str = "organisation",
    activity: str = "project",
    country: str | None = None,
    role: str | None = None,
    amount: str | None = None,
    node_id: str = "id",
) -> RoleData:
    """Return roles from a membership list, one row an organisation in a project.

    agent, activity, country, role, amount: names of the columns. nodes: as in `read_edges`; its
    organisations without a project do not take part, its countries fill what the list leaves open.
    The result goes through `project` like any other. InputError naming file and row.
    """
    frame = read_table(path)
    columns = {
        "agent": required(frame, agent, path),
        "activity": required(frame, activity, path),
        "agent_country": _codes(_optional(frame, country, path)),
        "role": _optional(frame, role, path),
        "amount": numbers(frame, amount, path) if amount else _nothing(frame, pl.Float64()),
    }
    table = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    described = _nodes(nodes, node_id).rename(
        lambda name: f"agent_{name}" if name != "id" else name
    )
    known = table.join(described, left_on="agent", right_on="id", how="left", suffix="_nodes")
    filled = known.with_columns(
        agent_country=pl.coalesce("agent_country", "agent_country_nodes"),
        agent_label=pl.coalesce("agent_label", "agent"),
        agent_kind=pl.lit("organisation"),
        activity_label=pl.col("activity"),
        activity_kind=pl.lit("project"),
        role=pl.coalesce("role", pl.lit("participant")),
    )
    missing = [name for name in ROLE_SCHEMA if name not in filled.columns]
    whole = filled.with_columns(**{name: pl.lit(None) for name in missing})
    roles = whole.select(*ROLE_SCHEMA).cast(ROLE_SCHEMA).sort("activity", "agent")
    return RoleData(roles, pl.DataFrame(schema=TOPIC_SCHEMA))


def _codes(places: pl.Series) -> pl.Series:
    """Countries as given, codes of two or three letters in capitals: `de` and `DE` are one."""
    short = places.str.len_chars() <= 3
    return pl.select(pl.when(short).then(places.str.to_uppercase()).otherwise(places)).to_series()


def _optional(frame: pl.DataFrame, column: str | None, path: str | Path) -> pl.Series:
    if column is None:
        return _nothing(frame, pl.String())
    if column not in frame.columns:
        raise InputError(f"{path}: no column {column!r}; it has {', '.join(frame.columns)}")
    return frame[column]


def _nothing(frame: pl.DataFrame, dtype: pl.DataType) -> pl.Series:
    return pl.Series([None] * frame.height, dtype=dtype)
