"""Two networks beside each other: two periods, two releases, two programmes."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from permed.graph.network.core.network import Network
from permed.graph.network.measures.ranking import DEFAULT_TOP, measure
from permed.graph.network.measures.whole_network import summary

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """figures: measure, before, after, change. nodes: one row a node with its state (`new`, `gone`,
    `kept`) and every measure before, after and changed. links: pairs that are new, gone or changed.
    """

    figures: pl.DataFrame
    nodes: pl.DataFrame
    links: pl.DataFrame


def compare(
    before: Network, after: Network, names: tuple[str, ...] | list[str] = DEFAULT_TOP
) -> Comparison:
    """Compare two networks whose nodes carry the same ids."""
    return Comparison(_figures(before, after), _nodes(before, after, names), _links(before, after))


def _figures(before: Network, after: Network) -> pl.DataFrame:
    old = summary(before).select("measure", before="value")
    new = summary(after).select("measure", "meaning", after="value")
    both = old.join(new, on="measure", how="left", maintain_order="left")
    return both.select("measure", "before", "after", _change("before", "after"), "meaning")


def _change(before: str, after: str) -> pl.Expr:
    return (pl.col(after) - pl.col(before)).alias("change")


def _nodes(before: Network, after: Network, names: tuple[str, ...] | list[str]) -> pl.DataFrame:
    old, new = measure(before, names), measure(after, names)
    key = ["id", "label", "country"]
    old, new = (
        frame.select(*(c for c in key if c in frame.columns), *names) for frame in (old, new)
    )
    both = old.join(new, on="id", how="full", suffix="_after", coalesce=True)
    state = (
        pl.when(pl.col("label").is_null())
        .then(pl.lit("new"))
        .when(pl.col("label_after").is_null())
        .then(pl.lit("gone"))
        .otherwise(pl.lit("kept"))
    )
    columns = [
        expr
        for name in names
        for expr in (
            pl.col(name).alias(f"{name}_before"),
            pl.col(f"{name}_after"),
            (pl.col(f"{name}_after") - pl.col(name)).alias(f"{name}_change"),
        )
    ]
    label = pl.coalesce("label_after", "label").alias("label")
    return both.select("id", label, state.alias("state"), *columns).sort("id")


def _links(before: Network, after: Network) -> pl.DataFrame:
    both = _named(before).join(
        _named(after), on=["one", "other"], how="full", suffix="_after", coalesce=True
    )
    old, new = pl.col("weight"), pl.col("weight_after")
    state = pl.when(old.is_null()).then(pl.lit("new")).when(new.is_null()).then(pl.lit("gone"))
    changed = both.filter(old.is_null() | new.is_null() | (old != new))
    return changed.select(
        "one", "other", state.otherwise(pl.lit("changed")).alias("state"), before=old, after=new
    ).sort("one", "other")


def _named(network: Network) -> pl.DataFrame:
    """Links with the ids of their ends in alphabetical order."""
    names = network.nodes["id"]
    ends = pl.DataFrame({
        "u": names.gather(network.proper["source"]),
        "v": names.gather(network.proper["target"]),
        "weight": network.proper["weight"],
    })  # fmt: skip
    return ends.select("weight", one=pl.min_horizontal("u", "v"), other=pl.max_horizontal("u", "v"))
