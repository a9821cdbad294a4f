"""What marks a community: countries, types and topics that its activities have more of than chance.

An activity is one observation, however many take part in it: the partners of a single project are
not so many proofs of its topic.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.network.core.hypergeometric import at_least
from permed.graph.network.core.network import Incidence, Network
from permed.graph.network.projection.roles import RoleData

__all__ = ["describe", "event_topics", "home_communities", "over_represented"]

_LEVEL = 0.01
_LEAST = 3  # activities that must carry a trait before it can mark a community
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
_TRAIT = pl.Schema({"item": pl.Int64, "value": pl.String})

Labels = npt.NDArray[np.int64]


def home_communities(members: Incidence, labels: Labels) -> Labels:
    """Return for every event the community that most of its members are in; -1 without members.

    labels: community of every node. Among equals the lower number.
    """
    nodes, events = members.matrix.shape
    groups = int(labels.max(initial=-1)) + 1
    home = sparse.csr_array((np.ones(nodes), (labels, np.arange(nodes))), shape=(groups, nodes))
    counts = sparse.csc_array(home @ members.matrix)
    found = np.full(events, -1, dtype=np.int64)
    for event in range(events):
        part = slice(counts.indptr[event], counts.indptr[event + 1])
        if part.start < part.stop:
            most, where = counts.data[part], counts.indices[part]
            found[event] = where[most == most.max()].min()
    return found


def over_represented(
    labels: Labels, traits: pl.DataFrame, *, level: float = _LEVEL, least: int = _LEAST
) -> pl.DataFrame:
    """Return the traits that communities have more of than chance, most striking first.

    labels: community of every item (activity or node; -1: none). traits: item (index) and value,
    several values an item allowed. inside: items of the community with the value, at least `least`;
    overall: all items with it; ratio: share inside / share overall; p: hypergeometric chance of so
    many or more, times the number of tests made (Bonferroni), at most `level`. Single items are no
    community.
    """
    home = pl.DataFrame({"item": np.arange(len(labels)), "community": labels}).filter(
        pl.col("community") >= 0
    )
    known = traits.cast(_TRAIT).drop_nulls().unique().join(home, on="item")
    if known.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    sizes = home.group_by("community").len("size").filter(pl.col("size") > 1)
    cells = (
        known.join(sizes, on="community")
        .group_by("community", "value")
        .agg(pl.len().alias("inside"), pl.col("size").first())
        .join(known.group_by("value").len("overall"), on="value")
    )
    chance = at_least(
        cells["inside"].to_numpy(),
        home.height,
        cells["overall"].to_numpy(),
        cells["size"].to_numpy(),
    )
    ratio = (pl.col("inside") / pl.col("size")) / (pl.col("overall") / home.height)
    scored = cells.with_columns(ratio=ratio, p=pl.Series(np.minimum(chance * cells.height, 1.0)))
    marked = scored.filter(
        (pl.col("p") <= level) & (pl.col("ratio") > 1) & (pl.col("inside") >= least)
    )
    order = ["community", "p", "ratio", "value"]
    sorted_ = marked.sort(order, descending=[False, False, True, False])
    return sorted_.select(*_SCHEMA).cast(_SCHEMA)


def event_topics(data: RoleData, network: Network) -> pl.DataFrame:
    """Return item (index of the event) and value (topic label) of a network's activities."""
    if network.incidence is None:
        return pl.DataFrame(schema=_TRAIT)
    place = network.incidence.events.select("id").with_row_index("item")
    return (
        data.topics.join(place, left_on="activity", right_on="id")
        .select("item", value="topic_label")
        .unique()
        .sort("item", "value")
        .cast(_TRAIT)
    )


def describe(network: Network, labels: Labels, topics: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return one row a community of two or more: size, hub, countries, types, topics, label.

    hub: the member with most partners. countries, types and topics: at most three each that mark
    its activities (`home_communities`), or its members where there are no memberships. label: their
    names, or "around {hub}" where nothing stands out. topics: item, value (`event_topics`).
    """
    members = network.incidence
    items = labels if members is None else home_communities(members, labels)
    kinds = {name: _traits(network, name) for name in ("country", "type")} | {"topic": topics}
    table = _hubs(network, labels)
    for name, plural in (("country", "countries"), ("type", "types"), ("topic", "topics")):
        traits = kinds[name]
        found = over_represented(items, pl.DataFrame(schema=_TRAIT) if traits is None else traits)
        listed = found.group_by("community", maintain_order=True).agg(
            pl.col("value").head(_SHOWN).alias(plural)
        )
        table = table.join(listed, on="community", how="left", maintain_order="left")
    lists = ("countries", "types", "topics")
    table = table.with_columns(pl.col(lists).fill_null([]))
    parts = [pl.col(name).list.join(", ") for name in ("countries", "topics")]
    told = pl.concat_list(parts).list.eval(pl.element().filter(pl.element() != "")).list.join("; ")
    around = pl.lit("around ") + pl.col("hub")
    return table.with_columns(label=pl.when(told != "").then(told).otherwise(around))


def _traits(network: Network, column: str) -> pl.DataFrame:
    """Values of a node column, of every event in which one takes part; of nodes without events."""
    if network.incidence is None:
        return network.nodes.select(value=column).with_row_index("item").select("item", "value")
    cells = sparse.coo_array(network.incidence.matrix)
    values = network.nodes[column].gather(cells.row)
    return pl.DataFrame({"item": cells.col, "value": values}).unique().sort("item", "value")


def _hubs(network: Network, labels: Labels) -> pl.DataFrame:
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
