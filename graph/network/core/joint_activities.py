"""What stands behind a link: the activities in which both its ends take part, and the years."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.network.core.network import Incidence, Network

__all__ = ["joint_activities", "joint_figures"]

Places = npt.NDArray[np.int64]
_BATCH = 100_000  # pairs at once
_SCHEMA = pl.Schema(
    {
        "pair": pl.Int64(),
        "activity": pl.String(),
        "activity_label": pl.String(),
        "first": pl.Int64(),
        "last": pl.Int64(),
    }
)


def joint_activities(network: Network, one: Places, other: Places) -> pl.DataFrame:
    """Return the joint activities of pairs of nodes: one row an activity of a pair, in order.

    pair: number of the pair, from 0. first, last: years in which both take part; null where no date
    is known, or where one left before the other came. A network that was not made from memberships
    has none.
    """
    joint = network.incidence
    if joint is None or not len(one):
        return pl.DataFrame(schema=_SCHEMA)
    starts = range(0, len(one), _BATCH)
    return pl.concat([_batch(joint, one[s : s + _BATCH], other[s : s + _BATCH], s) for s in starts])


def _batch(joint: Incidence, one: Places, other: Places, start: int) -> pl.DataFrame:
    both = sparse.coo_array(joint.matrix[one] * joint.matrix[other])
    begin, end = _period(joint, one[both.row], other[both.row], both.col)
    events = joint.events
    label = events["label"] if "label" in events.columns else events["id"]
    frame = pl.DataFrame({
        "pair": both.row + start, "activity": events["id"].gather(both.col),
        "activity_label": label.gather(both.col), "begin": begin, "end": end,
    })  # fmt: skip
    met = (pl.col("begin") <= pl.col("end")) | pl.col("end").is_null()
    years = [
        pl.when(met | pl.col("begin").is_null()).then(
            pl.col(day).fill_nan(None).cast(pl.Int32).cast(pl.Date).dt.year()
        ).alias(name)
        for day, name in (("begin", "first"), ("end", "last"))
    ]  # fmt: skip
    plain = frame.with_columns(pl.col("begin", "end").fill_nan(None)).with_columns(years)
    return plain.select(*_SCHEMA).cast(_SCHEMA).sort("pair", "first", "activity", nulls_last=True)


def _period(
    joint: Incidence, one: Places, other: Places, event: Places
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """First and last day on which both nodes take part in the event."""
    if joint.periods is None:
        unknown = np.full(len(one), np.nan)
        return unknown, unknown
    rows = np.repeat(np.arange(joint.matrix.shape[0]), np.diff(joint.matrix.indptr))
    width = joint.matrix.shape[1]
    keys = rows * width + joint.matrix.indices
    mine = joint.periods[np.searchsorted(keys, one * width + event)]
    theirs = joint.periods[np.searchsorted(keys, other * width + event)]
    return np.fmax(mine[:, 0], theirs[:, 0]), np.fmin(mine[:, 1], theirs[:, 1])


def joint_figures(network: Network, one: Places, other: Places) -> pl.DataFrame:
    """Return for pairs of nodes: number of joint activities, first and last year, the activities.

    Columns joint, first, last, activities, activity_labels and activity_years (lists in the same
    order; years as `2019-2023`, empty where unknown), one row a pair.
    """
    rows = joint_activities(network, one, other)
    first, last = pl.col("first").cast(pl.String), pl.col("last").cast(pl.String)
    span = (
        pl.when(pl.col("first") == pl.col("last"))
        .then(first)
        .when(pl.all_horizontal(pl.col("first", "last").is_null()))
        .then(pl.lit(""))
        .otherwise(pl.concat_str(first.fill_null(""), pl.lit("-"), last.fill_null("")))
    )
    found = rows.group_by("pair", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("joint"),
        pl.col("first").min(),
        pl.when(pl.col("last").null_count() == 0).then(pl.col("last").max()).alias("last"),
        pl.col("activity").alias("activities"),
        pl.col("activity_label").alias("activity_labels"),
        span.alias("activity_years"),
    )
    pairs = pl.DataFrame({"pair": np.arange(len(one))})
    return pairs.join(found, on="pair", how="left", maintain_order="left").drop("pair")
