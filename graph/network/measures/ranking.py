"""Tables for readers: who is on top, by which measure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.measures.catalogue import MEASURES, Measure, MeasureContext
from permed.graph.network.measures.centrality import Norm

__all__ = ["DEFAULT_TOP", "measure", "top"]

DEFAULT_TOP = ("degree", "strength", "betweenness")
_NODE_COLUMNS = ("id", "label", "type", "country", "activities", "amount")


def measure(
    network: Network,
    names: tuple[str, ...] | list[str] = DEFAULT_TOP,
    *,
    norm: Norm = "l2",
    loops: bool = False,
) -> pl.DataFrame:
    """Return one row a node: who it is and one column a measure; undefined values are null.

    norm (`l2`, `max`, `sum`) and loops (count self-loops) are conventions of the eigenvectors.
    InputError for a measure that `MEASURES` does not know.
    """
    for name in names:
        if name not in MEASURES:
            raise InputError(f"measure {name!r} is unknown; choose from {', '.join(MEASURES)}")
    context = MeasureContext(network, norm, loops)
    columns = {name: _column(MEASURES[name], context) for name in names}
    shown = [column for column in _NODE_COLUMNS if column in network.nodes.columns]
    return network.nodes.select(shown).with_columns(**columns)


def _column(measure: Measure, context: MeasureContext) -> pl.Series:
    """The values of a measure; NaN and infinity become null, counts become whole numbers."""
    values: npt.NDArray[np.float64] = measure.run(context)
    series = pl.Series(values, dtype=pl.Float64)
    finite = series.set(~series.is_finite(), None)
    return finite.cast(pl.Int64) if measure.integer else finite


def top(
    network: Network,
    by: str = "degree",
    count: int = 20,
    names: tuple[str, ...] | list[str] = DEFAULT_TOP,
) -> pl.DataFrame:
    """Return the `count` highest nodes by a measure, with rank (ties share it) and other measures.

    Rows with equal values are ordered by id. InputError for an unknown measure or count below 1.
    """
    if count < 1:
        raise InputError(f"count {count} must be 1 or more")
    wanted = list(dict.fromkeys([by, *names]))
    table = measure(network, wanted).drop_nulls(by)
    ranked = table.with_columns(rank=pl.col(by).rank("min", descending=True).cast(pl.Int64))
    ordered = ranked.sort([by, "id"], descending=[True, False]).head(count)
    return ordered.select("rank", pl.exclude("rank"))
