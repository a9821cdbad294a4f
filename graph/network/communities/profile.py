"""What marks a community: countries, types and topics that it has more of than chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.network.core.network import Network
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.memberships import members
from permed.graph.network.projection.options import Target
from permed.graph.network.projection.roles import RoleData

__all__ = ["describe", "node_topics", "over_represented"]

_LEVEL = 0.01
_SHOWN = 3
_SCHEMA = pl.Schema(
    {
        "community": pl.Int64,
        "value": pl.String,
        "inside": pl.Int64,
        "size": pl.Int64,
        "overall": pl.Int64,
        "ratio": pl.Float64,
        "p": pl.Float64,
    }
)


def over_represented(
    labels: npt.NDArray[np.int64], traits: pl.DataFrame, *, level: float = _LEVEL
) -> pl.DataFrame:
    """Return the traits that communities have more of than chance, most striking first.

    traits: node (index) and value, several values a node allowed. inside: nodes of the community
    with the value, overall: nodes of the network with it, ratio: share inside / share overall, p:
    hypergeometric chance of so many or more, times the number of tests made (Bonferroni), at most
    `level`. Single nodes are no community.
    """
    from scipy.stats import hypergeom  # takes half a second to import

    known = traits.drop_nulls().unique()
    if known.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    home = pl.DataFrame({"node": np.arange(len(labels)), "community": labels})
    sizes = home.group_by("community").len("size").filter(pl.col("size") > 1)
    cells = (
        known.cast({"node": pl.Int64})
        .join(home, on="node")
        .join(sizes, on="community")
        .group_by("community", "value")
        .agg(pl.len().alias("inside"), pl.col("size").first())
        .join(known.group_by("value").len("overall"), on="value")
    )
    chance = hypergeom.sf(
        cells["inside"].to_numpy() - 1,
        len(labels),
        cells["overall"].to_numpy(),
        cells["size"].to_numpy(),
    )
    ratio = (pl.col("inside") / pl.col("size")) / (pl.col("overall") / len(labels))
    scored = cells.with_columns(ratio=ratio, p=pl.Series(np.minimum(chance * cells.height, 1.0)))
    marked = scored.filter((pl.col("p") <= level) & (pl.col("ratio") > 1))
    order = ["community", "p", "ratio", "value"]
    sorted_ = marked.sort(order, descending=[False, False, True, False])
    return sorted_.select(*_SCHEMA).cast(_SCHEMA)


def node_topics(
    data: RoleData, network: Network, to: Target = "organisation", scope: Scope | None = None
) -> pl.DataFrame:
    """Return node (index) and value (topic label) of everything that the nodes work on."""
    rows, _ = (scope or Scope()).apply(data)
    place = network.nodes.select("id").with_row_index("node")
    return (
        members(data, rows, to)
        .join(data.topics, left_on="event", right_on="activity")
        .join(place, left_on="node", right_on="id", suffix="_index")
        .select(pl.col("node_index").alias("node"), value="topic_label")
        .unique()
        .sort("node", "value")
    )


def describe(
    network: Network, labels: npt.NDArray[np.int64], topics: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return one row a community of two or more: size, hub, countries, types, topics, label.

    hub: the member with most partners. countries, types and topics: at most three each that are
    over-represented. label: their names, or "around {hub}" where nothing stands out.
    """
    index = np.arange(network.size)
    kinds = {
        "countries": pl.DataFrame({"node": index, "value": network.nodes["country"]}),
        "types": pl.DataFrame({"node": index, "value": network.nodes["type"]}),
        "topics": topics if topics is not None else pl.DataFrame({"node": [], "value": []}),
    }
    table = _hubs(network, labels)
    for name, traits in kinds.items():
        found = over_represented(labels, traits.cast({"node": pl.Int64, "value": pl.String}))
        listed = found.group_by("community", maintain_order=True).agg(
            pl.col("value").head(_SHOWN).alias(name)
        )
        table = table.join(listed, on="community", how="left", maintain_order="left")
    lists = [pl.col(name).fill_null([]) for name in kinds]
    table = table.with_columns(lists)
    parts = [pl.col(name).list.join(", ") for name in ("countries", "topics")]
    told = pl.concat_list(parts).list.eval(pl.element().filter(pl.element() != "")).list.join("; ")
    around = pl.lit("around ") + pl.col("hub")
    return table.with_columns(label=pl.when(told != "").then(told).otherwise(around))


def _hubs(network: Network, labels: npt.NDArray[np.int64]) -> pl.DataFrame:
    nodes = pl.DataFrame({
        "community": labels,
        "degree": network.degree,
        "id": network.nodes["id"],
        "hub": network.nodes["label"],
    })  # fmt: skip
    ranked = nodes.sort(["community", "degree", "id"], descending=[False, True, False])
    hubs = ranked.group_by("community", maintain_order=True).agg(
        pl.len().alias("size"), pl.col("hub").first(), pl.col("id").first().alias("hub_id")
    )
    return hubs.filter(pl.col("size") > 1)
