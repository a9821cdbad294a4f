"""Which ties come again: survival and renewal over periods that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.projection.filters import Scope, first_of, last_of
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import Selection

__all__ = ["periods_of", "tie_survival"]

Period = tuple[date, date]


def periods_of(said: Sequence[str], name: str = "periods") -> list[Period]:
    """Read periods such as `2014:2017`; InputError for less than two, or two that overlap."""
    found = []
    for text in said:
        first, _, last = text.partition(":")
        found.append((first_of(first, name), last_of(last or first, name)))
    if len(found) < 2:
        raise InputError(f"{name}: give two or more, e.g. 2014:2017 and 2018:2021")
    for (begin, end), (following, _) in pairwise(found):
        if end < begin or following <= end:
            raise InputError(f"{name}: {following} is not after {end}; give them in order, apart")
    if found[-1][1] < found[-1][0]:
        raise InputError(f"{name}: {found[-1][1]} is before {found[-1][0]}")
    return found


def tie_survival(data: RoleData, selection: Selection, periods: Sequence[Period]) -> pl.DataFrame:
    """Return per step from one period to the next what became of the ties.

    An activity counts in the period in which it began, so that no project makes a tie in two.
    stayed: nodes of both periods. kept: ties of both; survival: kept by ties_before; renewal: ties
    that are new by ties_after; survival_among_stayed: of the ties whose ends both stayed, the share
    that came again. Null where nothing is to be divided by.
    """
    rows, _ = selection.scope.apply(data)
    chosen, whole = replace(data, roles=rows), selection.within(Scope())
    networks = [_begun(chosen, whole, period) for period in periods]
    found: list[dict[str, object]] = []
    for i in range(len(periods) - 1):
        before, after = networks[i], networks[i + 1]
        found.append({
            "before": _written(periods[i]), "after": _written(periods[i + 1]),
            **_step(before, after),
        })  # fmt: skip
    frame = pl.DataFrame(found)
    ratios = {
        "survival": pl.col("kept") / pl.col("ties_before"),
        "renewal": 1 - pl.col("kept") / pl.col("ties_after"),
        "survival_among_stayed": pl.col("kept") / pl.col("ties_among_stayed"),
    }
    return frame.with_columns(**ratios).with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in ratios
    )


def _begun(data: RoleData, selection: Selection, period: Period) -> Network:
    """The network of the activities that began in the period."""
    first = data.roles.group_by("activity").agg(pl.col("start").min())
    inside = first.filter(pl.col("start").is_between(*period)).select("activity")
    roles = data.roles.join(inside, on="activity", how="semi", maintain_order="left")
    return selection.network(replace(data, roles=roles))


def _written(period: Period) -> str:
    return f"{period[0].year}:{period[1].year}"


def _ties(network: Network) -> pl.DataFrame:
    ids, edges = network.nodes["id"], network.proper
    return pl.DataFrame({"one": ids.gather(edges["source"]), "other": ids.gather(edges["target"])})


def _step(before: Network, after: Network) -> dict[str, int]:
    old, new = _ties(before), _ties(after)
    stayed = before.nodes.select("id").join(after.nodes.select("id"), on="id", how="semi")["id"]
    among = old.filter(
        pl.col("one").is_in(stayed.implode()) & pl.col("other").is_in(stayed.implode())
    )
    return {
        "nodes_before": before.size, "nodes_after": after.size, "stayed": stayed.len(),
        "ties_before": old.height, "ties_after": new.height,
        "kept": old.join(new, on=["one", "other"], how="semi").height,
        "ties_among_stayed": among.height,
    }  # fmt: skip
