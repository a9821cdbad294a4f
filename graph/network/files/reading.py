"""Networks from anybody's files: edge lists and membership lists (who is in which project)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.files.columns import column
from permed.graph.network.files.tables import FileTable, Reading, open_table
from permed.graph.network.projection.roles import ROLE_SCHEMA, TOPIC_SCHEMA, RoleData
from permed.graph.tables.dates import first_day_of, last_day_of

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
    labels: tuple[str | None, str | None] = (None, None),
    reading: Reading | None = None,
) -> Network:
    """Return the undirected network of an edge list file.

    path: table with columns source, target and perhaps weight (1 where there is no such column). A
    pair that stands there several times, in either direction, gets the sum. nodes: table with
    columns id and any of label, type, country, region; nodes that only it names become isolates.
    minimum: least weight of an edge; nodes stay. labels: columns that name the source and the
    target, where a node file does not.
    InputError naming file and row for what cannot be used; edges of weight 0 are left out with a
    note.
    """
    table = open_table(path, reading)
    ends = pl.DataFrame({
        "one": table.required(source),
        "other": table.required(target),
        "weight": _weights(table, weight),
    })  # fmt: skip
    described = _nodes(nodes, node_id)
    known = pl.concat([described["id"], ends["one"], ends["other"]]).unique().sort()
    all_nodes = (
        pl.DataFrame({"id": known})
        .join(described, on="id", how="left", maintain_order="left")
        .join(_said_labels(table, ends, labels), on="id", how="left", maintain_order="left")
        .with_columns(label=pl.coalesce("label", "said", "id"), kind=pl.lit("node"))
        .drop("said")
    )
    positive = ends.filter(pl.col("weight") > 0)
    zero = ends.height - positive.height
    notes = [*table.notes, *_matched(nodes, described, pl.concat([ends["one"], ends["other"]]))]
    if zero:
        notes.append(f"left out, of weight 0: {zero:,} of the edges")
    if ends.is_empty():
        notes.append(f"{path} holds no edge")
    pairs = _summed(positive, known)
    if again := positive.height - pairs.height:
        notes.append(f"rows that name a pair again, in either direction, add up: {again:,}")
    if _directed(table):
        notes.append("directed ties are read without their direction")
    edges = pairs.filter(pl.col("weight") >= minimum)
    return Network(all_nodes, edges, None, "; ".join(notes) or None)


def _directed(table: FileTable) -> bool:
    """Whether a column `Type` says so of a row, as the tables of Gephi do."""
    said = next((name for name in table.frame.columns if name.strip().lower() == "type"), None)
    return said is not None and bool((table.frame[said].str.to_lowercase() == "directed").any())


def _weights(table: FileTable, weight: str) -> pl.Series:
    if weight not in table.frame.columns and weight == "weight":
        return pl.Series(np.ones(table.frame.height))
    values = table.numbers(weight)
    for at in values.is_null().arg_true().head(1):
        raise InputError(f"{table.row(at)} has no {weight}; fill it or drop the row")
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


def _said_labels(
    table: FileTable, ends: pl.DataFrame, labels: tuple[str | None, str | None]
) -> pl.DataFrame:
    """Names of nodes that the edge list itself tells."""
    told = [pl.DataFrame(schema={"id": pl.String, "said": pl.String})]
    for end, label in zip((ends["one"], ends["other"]), labels, strict=True):
        if label is not None:
            told.append(pl.DataFrame({"id": end, "said": table.column(label)}))
    return pl.concat(told).drop_nulls().unique("id", keep="first", maintain_order=True)


def _nodes(path: str | Path | None, node_id: str) -> pl.DataFrame:
    schema = dict.fromkeys(("id", *NODE_ATTRIBUTES), pl.String)
    if path is None:
        return pl.DataFrame(schema=schema)
    table = open_table(path)
    frame, ids = table.frame, table.required(node_id)
    twice = ids.is_duplicated().arg_true()
    if len(twice):
        at = twice[1]
        raise InputError(f"{table.row(at)} names {ids[at]!r} again; keep one row a node")
    found = {name: column(frame.columns, name) for name in NODE_ATTRIBUTES}
    kept = [frame[c].alias(name) for name, c in found.items() if c is not None and c != node_id]
    described = pl.DataFrame([ids.alias("id"), *kept])
    return pl.concat([pl.DataFrame(schema=schema), described], how="diagonal")


def _matched(path: str | Path | None, described: pl.DataFrame, used: pl.Series) -> list[str]:
    """Tell how many nodes a node file describes; InputError where it describes none of them."""
    nodes = used.unique()
    if path is None or nodes.is_empty():
        return []
    hits = int(nodes.is_in(described["id"].implode()).sum())
    if not hits:
        first = ", ".join(repr(value) for value in described["id"].head(3))
        raise InputError(
            f"{path}: 0 of {len(nodes)} nodes described: its ids ({first}) are none of theirs;"
            " name the column with the ids `id`"
        )
    name = Path(path).name
    return [f"{hits} of {len(nodes)} nodes are described by {name}"] if hits < len(nodes) else []


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
    labels: tuple[str | None, str | None] = (None, None),
    notes: list[str] | None = None,
    reading: Reading | None = None,
    period: tuple[str | None, str | None] = (None, None),
) -> RoleData:
    """Return roles from a membership list, one row an organisation in a project.

    agent, activity, country, role, amount: names of the columns. nodes: as in `read_edges`; its
    organisations without a project do not take part, its countries fill what the list leaves open.
    labels: columns that name organisation and project where the others hold identifiers. notes: a
    list that takes what is to be told. The result goes through `project` like any other.
    reading: which rows count. period: columns of the first and last year, month or day; one alone
    is both. InputError naming file and row.
    """
    table = open_table(path, reading)
    height = table.frame.height
    columns = {
        "agent": table.required(agent),
        "activity": table.required(activity),
        "agent_country": _codes(table.column(country) if country else _nothing(height)),
        "role": table.column(role) if role else _nothing(height),
        "amount": table.numbers(amount) if amount else _nothing(height, pl.Float64()),
        "said": table.column(labels[0]) if labels[0] else _nothing(height),
        "start": _days(table, period[0], first_day_of),
        "end": _days(table, period[1] or period[0], last_day_of),
        "said_activity": table.column(labels[1]) if labels[1] else _nothing(height),
    }
    given = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    described = _nodes(nodes, node_id).rename(
        lambda name: f"agent_{name}" if name != "id" else name
    )
    known = given.join(described, left_on="agent", right_on="id", how="left", suffix="_nodes")
    filled = known.with_columns(
        agent_country=pl.coalesce("agent_country", "agent_country_nodes"),
        agent_label=pl.coalesce("agent_label", _first_said("said", "agent"), "agent"),
        agent_kind=pl.lit("organisation"),
        activity_label=pl.coalesce(_first_said("said_activity", "activity"), "activity"),
        activity_kind=pl.lit("project"),
        role=pl.coalesce("role", pl.lit("participant")),
    )
    if notes is not None:
        notes += [*table.notes, *_matched(nodes, _nodes(nodes, node_id), given["agent"])]
    missing = [name for name in ROLE_SCHEMA if name not in filled.columns]
    whole = filled.with_columns(**{name: pl.lit(None) for name in missing})
    roles = whole.select(*ROLE_SCHEMA).cast(ROLE_SCHEMA).sort("activity", "agent")
    return RoleData(roles, pl.DataFrame(schema=TOPIC_SCHEMA))


def _first_said(label: str, thing: str) -> pl.Expr:
    return pl.col(label).drop_nulls().first().over(thing)


def _codes(places: pl.Series) -> pl.Series:
    """Countries as given, codes of two or three letters in capitals: `de` and `DE` are one."""
    short = places.str.len_chars() <= 3
    return pl.select(pl.when(short).then(places.str.to_uppercase()).otherwise(places)).to_series()


def _days(table: FileTable, name: str | None, read: Callable[[str], date]) -> pl.Series:
    """A column of years, months or days; the first or last day of each."""
    if name is None:
        return _nothing(table.frame.height, pl.Date())
    values = table.column(name)
    found: dict[str, date] = {}
    for at, text in enumerate(values):
        if text is None or text in found:
            continue
        try:
            found[text] = read(text)
        except ValueError as error:
            raise InputError(
                f"{table.row(at)}: {name} {text!r} is no day; write 2020, 2020-06 or 2020-06-30"
            ) from error
    return values.replace_strict(found, default=None, return_dtype=pl.Date)


def _nothing(height: int, dtype: pl.DataType | None = None) -> pl.Series:
    return pl.Series([None] * height, dtype=dtype or pl.String())
