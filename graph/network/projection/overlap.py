"""Years during which two nodes took part in the same activity."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

__all__ = ["overlap_years"]

_YEAR = 365.25


def overlap_years(table: pl.DataFrame, nodes: pl.DataFrame) -> sparse.csr_array:
    """Return the symmetric matrix of shared years, summed over activities.

    A membership without end lasts until the latest date in the table; one without start, or
    outlasted by its start, shares no time. Days count whole, both ends included; a year is 365.25
    days. Periods of one node in one activity are taken as one, from first to last day.
    """
    latest = table.select(pl.max_horizontal(pl.col("start").max(), pl.col("end").max())).item()
    periods = (
        table.group_by("node", "event")
        .agg(
            pl.col("start").min(),
            pl.when(pl.col("end").null_count() == 0).then(pl.col("end").max()).alias("end"),
        )
        .with_columns(pl.col("end").fill_null(latest))
        .drop_nulls("start")
        .join(nodes.select("id").with_row_index("row"), left_on="node", right_on="id")
    )
    days = pl.min_horizontal("end", "end_right") - pl.max_horizontal("start", "start_right")
    shared = (
        periods.join(periods, on="event")
        .filter(pl.col("row") < pl.col("row_right"))
        .with_columns(years=(days.dt.total_days() + 1).clip(lower_bound=0) / _YEAR)
    )
    at = (shared["row"].to_numpy(), shared["row_right"].to_numpy())
    half = sparse.coo_array(
        (shared["years"].to_numpy().astype(np.float64), at), shape=(nodes.height, nodes.height)
    )
    return sparse.csr_array(half + half.T)
