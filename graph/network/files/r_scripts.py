"""Networks as R scripts: for statnet (ERGM) and goldfish (actor-oriented and relational events).

Both hold their data as text, so that base R reads them; the package is asked for last and only if
it is installed.
"""

from __future__ import annotations

import polars as pl

from permed.graph.network.core.joint_activities import joint_activities
from permed.graph.network.core.network import Network
from permed.graph.network.files.edge_columns import edge_columns
from permed.graph.network.pictures.appearance import Look

__all__ = ["goldfish", "statnet"]

_STATNET = """\
if (requireNamespace("network", quietly = TRUE)) {
  net <- network::network.initialize(nrow(nodes), directed = FALSE)
  if (nrow(ties) > 0) network::add.edges(net, ties$tail, ties$head)
  network::set.vertex.attribute(net, "vertex.names", nodes$id)
  for (name in setdiff(names(nodes), "id"))
    network::set.vertex.attribute(net, name, nodes[[name]])
  for (name in setdiff(names(ties), c("tail", "head")))
    network::set.edge.attribute(net, name, ties[[name]])
}
# then, for instance: library(ergm); ergm(net ~ edges + nodematch("country") + gwesp(0.5, TRUE))
"""
_GOLDFISH = """\
events$time <- as.POSIXct(events$time, tz = "UTC")
if (requireNamespace("goldfish", quietly = TRUE)) {
  nodes <- goldfish::make_nodes(actors)
  ties <- goldfish::make_network(nodes = nodes, directed = FALSE)
  ties <- goldfish::link_events(x = ties, change_event = events, nodes = nodes)
}
"""


def statnet(network: Network, look: Look) -> str:
    """Return an R script with the data frames nodes and ties and, with statnet, the network `net`.

    Ties name their ends by row (`tail`, `head`, from 1); self-loops are left out.
    """
    del look
    proper = Network(network.nodes, network.proper, network.incidence)
    ties = network.proper.select(
        tail=pl.col("source") + 1, head=pl.col("target") + 1, weight="weight"
    )
    whole = ties.hstack(edge_columns(proper)) if network.incidence is not None else ties
    return f"{_frame('nodes', _plain(network))}{_frame('ties', whole)}{_STATNET}"


def goldfish(network: Network, look: Look) -> str:
    """Return an R script with the data frames actors and events, one a joint activity of a pair.

    Columns of events: time (first year of both in it, as its first day), sender, receiver,
    increment, activity; joint activities without a year are left out.
    """
    del look
    ids = network.nodes["id"]
    edges = network.proper
    rows = joint_activities(network, edges["source"].to_numpy(), edges["target"].to_numpy())
    dated = rows.drop_nulls("first")
    events = dated.select(
        time=pl.date(pl.col("first").cast(pl.Int32), 1, 1).cast(pl.String),
        sender=ids.gather(edges["source"].gather(dated["pair"])),
        receiver=ids.gather(edges["target"].gather(dated["pair"])),
        increment=pl.lit(1),
        activity="activity",
    ).sort("time", "activity", "sender", "receiver")
    actors = _plain(network).rename({"id": "label", "label": "name"}).with_columns(present=True)
    return f"{_frame('actors', actors)}{_frame('events', events)}{_GOLDFISH}"


def _plain(network: Network) -> pl.DataFrame:
    kept = [name for name, dtype in network.nodes.schema.items() if not isinstance(dtype, pl.List)]
    return network.nodes.select(kept)


def _frame(name: str, table: pl.DataFrame) -> str:
    """A data frame as R reads it: text of a CSV, empty cells are NA, country NA stays a text."""
    flags = pl.col(pl.Boolean).cast(pl.String).str.to_uppercase()
    text = table.with_columns(flags).write_csv(null_value="", quote_style="non_numeric")
    text = text.replace("\\", "\\\\").replace("'", "\\'")
    strings = [c for c, dtype in table.schema.items() if dtype in (pl.String, pl.Date)]
    listed = ", ".join(f'"{c}" = "character"' for c in strings)
    classes = f", colClasses = c({listed})" if strings else ""
    return f'{name} <- read.csv(text = \'{text}\', na.strings = "", encoding = "UTF-8"{classes})\n'
