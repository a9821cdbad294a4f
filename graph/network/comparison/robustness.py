"""Robustness: what happens to the others when a hub leaves."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.distances import census
from permed.graph.network.core.network import Network
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.measures.centrality import degree, strength
from permed.graph.network.projection.node_names import find_node

__all__ = ["Order", "attack", "departures", "giant_without"]

Order = Literal["degree", "strength", "betweenness", "random"]
_EFFICIENCY_UP_TO = 6_000  # nodes; beyond, efficiency is left out

Mask = npt.NDArray[np.bool_]


def departures(
    network: Network,
    ids: list[str] | None = None,
    *,
    count: int = 10,
    together: bool = False,
    names: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return one row a departure: what the network of the remaining nodes loses.

    ids: who leaves (ids, or names with `names`, see `find_node`), by default the `count` nodes with
    most partners, one at a time; `together` lets all leave at once. lost_pairs: pairs of remaining
    nodes that a path joined only through the leavers. stranded: remaining nodes that keep no
    partner although they had one. giant_before and giant_after: largest component, the leavers not
    counted in either. efficiency_before and efficiency_after: mean 1/distance over pairs of
    remaining nodes, paths through the leavers allowed before, null above 6,000 nodes. NotFoundError
    for a name that is not in the network.
    """
    places = _places(network, ids, count, names)
    groups = [places] if together else [[place] for place in places]
    rows = [_departure(network, group) for group in groups if group]
    schema = dict.fromkeys(("id", "label"), pl.String) | dict.fromkeys(_INTEGERS, pl.Int64)
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(_FLOATS, pl.Float64))


_INTEGERS = ("partners", "giant_before", "giant_after", "lost_pairs", "stranded")
_FLOATS = ("efficiency_before", "efficiency_after")


def _places(
    network: Network, ids: list[str] | None, count: int, names: pl.DataFrame | None
) -> list[int]:
    if ids is not None:
        return list(dict.fromkeys(find_node(network, name, names) for name in ids))
    own = network.nodes["id"].to_list()
    order = sorted(range(len(own)), key=lambda i: (-network.degree[i], own[i]))
    return order[:count]


def _departure(network: Network, leavers: list[int]) -> dict[str, object]:
    stay = np.ones(network.size, dtype=bool)
    stay[leavers] = False
    before = network.components
    rest = network.subnetwork(stay)
    after = rest.components
    had = network.degree[stay] > 0
    nearness = _efficiencies(network, rest, stay)
    return {
        "id": ", ".join(network.nodes["id"][i] for i in leavers),
        "label": ", ".join(network.nodes["label"][i] for i in leavers),
        "partners": int(network.degree[leavers].sum()),
        "giant_before": int(np.bincount(before[stay]).max(initial=0)),
        "giant_after": int(np.bincount(after).max(initial=0)),
        "lost_pairs": _joined(before[stay]) - _joined(after),
        "stranded": int((had & (rest.degree == 0)).sum()),
        "efficiency_before": nearness[0],
        "efficiency_after": nearness[1],
    }


def _joined(parts: npt.NDArray[np.int64]) -> int:
    """Number of pairs within the same component."""
    sizes = np.bincount(parts)
    return int((sizes * (sizes - 1) // 2).sum())


def _efficiencies(network: Network, rest: Network, stay: Mask) -> tuple[float | None, float | None]:
    pairs = rest.size * (rest.size - 1)
    if not pairs or network.size > _EFFICIENCY_UP_TO:
        return None, None
    before = network.distances
    total = float((before.counts @ (1 / before.lengths))[stay].sum())
    return (total - _to_leavers(network, stay)) / pairs, _nearness(rest) / pairs


def _nearness(network: Network) -> float:
    distances = network.distances
    return float((distances.counts @ (1 / distances.lengths)).sum())


def _to_leavers(network: Network, stay: Mask) -> float:
    """Sum of 1 / distance from the remaining nodes to the leavers."""
    leavers = np.flatnonzero(~stay)
    steps = sparse.csgraph.dijkstra(network.binary, indices=leavers, unweighted=True)
    near = steps[:, stay]
    return float(np.divide(1.0, near, out=np.zeros_like(near), where=near > 0).sum())


def attack(
    network: Network,
    order: Order = "degree",
    *,
    share: float = 0.5,
    steps: int = 20,
    runs: int = 20,
    seed: int = 1,
    efficiency: bool = True,
) -> pl.DataFrame:
    """Return the curve of a network that loses nodes: targeted by rank, or at random.

    Columns removed (share of nodes), giant (share of all nodes in the largest component) and
    efficiency (mean 1/distance over all first pairs; null above 6,000 nodes, or where it is not
    wanted: it takes nearly all the time). Ranks are those of
    the whole network (Albert, Jeong and Barabasi, Nature 406, 2000); `random` is the mean of
    `runs` orders, with giant_sd. InputError for unknown orders and a share outside 0 to 1.
    """
    if order not in get_args(Order) or not 0 < share <= 1 or steps < 1 or runs < 1:
        raise InputError(
            f"attack by {order!r}, share {share}, steps {steps}, runs {runs}: "
            f"use {', '.join(get_args(Order))}, 0 < share <= 1, steps and runs of 1 or more"
        )
    gone = np.unique(
        np.floor(np.linspace(0, share * network.size, steps + 1) + 1e-9).astype(np.int64)
    )
    orders = _orders(network, order, runs, seed)
    near = efficiency and network.size <= _EFFICIENCY_UP_TO
    size = max(network.size, 1)
    giant = np.array([_giants(network, ranks, gone) for ranks in orders]) / size
    unknown = np.full(len(gone), np.nan)
    nearness = [_efficiency_curve(network, ranks, gone) if near else unknown for ranks in orders]
    frame = pl.DataFrame({
        "removed": gone / size,
        "giant": giant.mean(axis=0),
        "giant_sd": giant.std(axis=0),
        "efficiency": np.mean(nearness, axis=0),
    })  # fmt: skip
    numbers = pl.col(pl.Float64)
    return frame.with_columns(pl.when(numbers.is_finite()).then(numbers).name.keep())


def giant_without(network: Network, share: float, order: Order = "degree") -> float:
    """Return the share of all nodes in the largest component once exactly that share has left.

    Of share x nodes the whole number below leaves, ranked as in `attack`; for `random` the mean of
    20 orders. InputError as in `attack`.
    """
    curve = attack(network, order, share=share, steps=1, efficiency=False)
    return float(curve["giant"][-1]) if network.size else 0.0


def _orders(network: Network, order: Order, runs: int, seed: int) -> list[npt.NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    if order == "random":
        return [generator.permutation(network.size) for _ in range(runs)]
    if order == "betweenness":
        values = betweenness(network).values
    else:
        values = degree(network) if order == "degree" else strength(network)
    return [np.argsort(-values, kind="stable")]


def _giants(
    network: Network, ranks: npt.NDArray[np.int64], gone: npt.NDArray[np.int64]
) -> list[int]:
    """Return the size of the largest component when so many of the first ranks have left.

    From the end to the beginning, so that every tie is looked at once: a tie is back when both its
    ends are, and joins the components that they are in by then.
    """
    place = np.empty(network.size, dtype=np.int64)
    place[ranks] = np.arange(network.size)
    one, other = (network.proper[end].to_numpy() for end in ("source", "target"))
    back = np.minimum(place[one], place[other])
    order = np.argsort(-back, kind="stable")
    one, other, back = one[order], other[order], -back[order]
    part = np.arange(network.size)
    sizes, done = [], 0
    for count in gone[::-1]:
        upto = int(np.searchsorted(back, -count, side="right"))
        ends = part[one[done:upto]], part[other[done:upto]]
        joined = sparse.coo_array((np.ones(upto - done), ends), shape=(network.size,) * 2)
        part = sparse.csgraph.connected_components(joined, directed=False)[1][part]
        sizes.append(int(np.bincount(part[ranks[count:]]).max(initial=0)))
        done = upto
    return sizes[::-1]


def _efficiency_curve(
    network: Network, ranks: npt.NDArray[np.int64], gone: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Mean 1/distance over all first pairs when so many of the first ranks have left."""
    pairs = network.size * (network.size - 1)
    points = []
    for count in gone:
        left = np.sort(ranks[count:])
        if not len(left):
            points.append(0.0)
            continue
        distances = census([sparse.csr_array(network.binary[left][:, left])])
        total = float((distances.counts @ (1 / distances.lengths)).sum())
        points.append(total / pairs if pairs else float("nan"))
    return np.array(points)
