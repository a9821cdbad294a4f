"""Questions whose answer is a test, an interval or a model: one table and notes each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.analysis.result import Result, result
from permed.graph.network.backbone.extraction import tie_significance
from permed.graph.network.backbone.methods import BackboneMethod
from permed.graph.network.comparison import gravity as gravity_model
from permed.graph.network.comparison.rank_intervals import DRAWS, rank_intervals
from permed.graph.network.comparison.tie_survival import periods_of, tie_survival
from permed.graph.network.core.joint_activities import joint_figures
from permed.graph.network.core.network import Network
from permed.graph.network.measures.core_periphery import core_periphery, core_table
from permed.graph.network.measures.topic_diversity import topic_diversity
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import Selection

__all__ = ["backbone", "core", "diversity", "gravity", "ranks", "survival"]

_SHOWN: Final = ("pairs", "coefficients")


def backbone(network: Network, method: BackboneMethod = "sdsm", limit: int | None = None) -> Result:
    """Return every tie with what chance would give, p and q, the least likely first."""
    found = tie_significance(network, method=method)
    ids, labels = network.nodes["id"], network.nodes["label"]
    ends = [
        column.gather(found[end]).alias(f"{side}{suffix}")
        for side, end in (("one", "source"), ("other", "target"))
        for column, suffix in ((ids, ""), (labels, "_label"))
    ]
    one, other = found["source"].to_numpy(), found["target"].to_numpy()
    years = joint_figures(network, one, other).select("first", "last")
    table = pl.DataFrame(ends).hstack(found.drop("source", "target")).hstack(years)
    ranked = table.sort("p", "observed", "one", "other", descending=[False, True, False, False])
    kept = int((found["q"] <= _LEVEL).sum())
    told = f"{kept:,} of {found.height:,} ties have q <= {_LEVEL} ({method})"
    return result(ranked if limit is None else ranked.head(limit), network.note, told)


_LEVEL: Final = 0.05


def core(network: Network, by: str = "country") -> Result:
    """Return how much of each group is in the core of the network (Borgatti and Everett)."""
    found = core_periphery(network)
    told = (
        f"core of {int(found.core.sum()):,} of {network.size:,} nodes; correlation with the ideal"
        f" pattern {found.fit:.3f}"
    )
    table = core_table(network, by)
    return result(table, network.note, told if network.proper.height else None)


def survival(data: RoleData, selection: Selection, periods: Sequence[str]) -> Result:
    """Return what became of the ties from each period to the next; periods as `2014:2017`."""
    if selection.scope.start or selection.scope.end:
        raise InputError("survival: the periods say which years count; leave out from and to")
    table = tie_survival(data, selection, periods_of(periods))
    return result(table, "an activity counts in the period in which it began")


def ranks(
    network: Network,
    by: str = "degree",
    *,
    draws: int = DRAWS,
    limit: int | None = None,
    selection: Selection | None = None,
) -> Result:
    """Return ranks with 95 % intervals, by drawing the activities again.

    selection: what the network is made of; only weights by number of activities can be drawn.
    """
    if selection is not None and selection.weight != "count":
        raise InputError(f"ranks by weight {selection.weight}: only weight count can be drawn")
    table = rank_intervals(network, by, draws)
    told = f"intervals of 95 % over {draws:,} draws of the activities with replacement"
    return result(table if limit is None else table.head(limit), network.note, told)


def diversity(
    network: Network, data: RoleData, who: str | None = None, limit: int | None = None
) -> Result:
    """Return how diverse the topics of each node are; who: and how far from those of a node."""
    place = None if who is None else find_node(network, who, data.names)
    table = topic_diversity(network, data.topics, place)
    without = network.size - table.height
    told = f"{without:,} nodes without a topic are left out" if without else None
    if place is not None:
        table = table.filter(pl.col("id") != network.nodes["id"][place])
    return result(table if limit is None else table.head(limit), network.note, told)


def gravity(network: Network, show: str = "pairs", limit: int | None = None) -> Result:
    """Return pairs of countries beside the gravity equation, widest gap first, or its terms."""
    if show not in _SHOWN:
        raise InputError(f"show {show}: use {', '.join(_SHOWN)}")
    found = gravity_model.gravity(network)
    table = found.pairs if show == "pairs" else found.coefficients
    missing = ", ".join(found.left_out)
    told = f"without coordinates and left out: {missing}" if missing else None
    return result(table if limit is None else table.head(limit), network.note, told)
