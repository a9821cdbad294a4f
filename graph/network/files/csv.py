"""Edge and node tables as CSV, in Gephi's column names."""

from __future__ import annotations

import polars as pl

from permed.graph.network.core.network import Network
from permed.graph.network.files.edge_columns import edge_columns
from permed.graph.network.pictures.appearance import Look
from permed.graph.tables.output.writing import csv_text

__all__ = ["edges_csv", "nodes_csv"]


def edges_csv(network: Network, look: Look) -> str:
    """Return Source, Target (ids), their labels, Type and Weight, one row an edge.

    A network of activities has joint, first, last and activities too (`edge_columns`).
    """
    del look  # a table has no look
    ids, labels = network.nodes["id"], network.nodes["label"]
    source, target = network.edges["source"], network.edges["target"]
    frame = pl.DataFrame({
        "Source": ids.gather(source),
        "Target": ids.gather(target),
        "Type": pl.Series(["Undirected"] * network.edges.height, dtype=pl.String),
        "Weight": network.edges["weight"],
        "source_label": labels.gather(source),
        "target_label": labels.gather(target),
    })  # fmt: skip
    told = edge_columns(network)
    return csv_text(frame.hstack(told) if told.width else frame)


def nodes_csv(network: Network, look: Look) -> str:
    """Return Id, Label, every further node column, group, x, y and colour, one row a node."""
    plain = [name for name, dtype in network.nodes.schema.items() if not isinstance(dtype, pl.List)]
    frame = network.nodes.select(plain).rename({"id": "Id", "label": "Label"})
    drawn = frame.with_columns(
        group=pl.Series(look.groups, dtype=pl.Int64),
        x=pl.Series(look.points[:, 0]),
        y=pl.Series(look.points[:, 1]),
        colour=pl.Series(look.colours, dtype=pl.String),
    )
    return csv_text(drawn)
