"""Networks through time: rolling windows, turnover, and how lasting the links are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.measures.whole_network import density, transitivity
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.options import Target, Weight
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles import RoleData

__all__ = ["Window", "over_time", "temporal_correlation", "windows"]


@dataclass(frozen=True)
class Window:
    """The network of the roles that touch the days from start to end (both included)."""

    start: date
    end: date
    network: Network

    def __repr__(self) -> str:
        return f"<Window {self.start} to {self.end}: {self.network!r}>"


def windows(
    data: RoleData,
    to: Target = "organisation",
    scope: Scope | None = None,
    *,
    years: int = 3,
    step: int = 1,
    weight: Weight = "count",
    rollup: bool = False,
) -> list[Window]:
    """Return rolling windows of whole calendar years over the dated roles that pass the scope.

    The last window ends with the last year in which a role starts (or the scope ends). No dated
    role: no window. InputError for years or step below 1.
    """
    if years < 1 or step < 1:
        raise InputError(f"windows need years and step of 1 or more, not {years} and {step}")
    scope = scope or Scope()
    rows, _ = scope.apply(data)
    first = scope.start or rows["start"].min()
    last = scope.end or rows["start"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return []
    found = []
    for year in range(first.year, max(first.year, last.year - years + 1) + 1, step):
        start, end = date(year, 1, 1), date(year + years - 1, 12, 31)
        inside = replace(scope, start=start, end=end)
        network = project(data, to, inside, weight=weight, rollup=rollup)
        found.append(Window(start, end, network))
    return found


def over_time(found: list[Window]) -> pl.DataFrame:
    """Return one row a window: size, cohesion and turnover against the window before.

    newcomers, leavers: nodes; kept_links: share of the previous window's links that are still
    there; new_links: links that were not; partner_stability: `temporal_correlation`. Null in the
    first row and wherever not defined.
    """
    rows: list[dict[str, object]] = []
    for i, window in enumerate(found):
        row: dict[str, object] = {"start": window.start, "end": window.end}
        row |= _state(window.network)
        rows.append(row | (_turnover(found[i - 1].network, window.network) if i else {}))
    schema = {"start": pl.Date, "end": pl.Date} | dict.fromkeys(_COUNTS, pl.Int64)
    frame = pl.DataFrame(rows, schema=schema | dict.fromkeys(_RATIOS, pl.Float64))
    ratio = pl.col(_RATIOS)
    return frame.with_columns(pl.when(ratio.is_finite()).then(ratio).name.keep())


_COUNTS = ("nodes", "links", "giant_component", "newcomers", "leavers", "new_links")
_RATIOS = ("density", "transitivity", "kept_links", "partner_stability")


def _state(network: Network) -> dict[str, float | int]:
    return {
        "nodes": network.size,
        "links": network.proper.height,
        "giant_component": int((network.components == 0).sum()),
        "density": density(network),
        "transitivity": transitivity(network),
    }


def _turnover(before: Network, after: Network) -> dict[str, float | int | None]:
    old, new = set(before.nodes["id"]), set(after.nodes["id"])
    links = _linked(before).join(_linked(after), on=["one", "other"], how="inner").height
    earlier = before.proper.height
    correlation = temporal_correlation([before, after])["value"].drop_nulls()
    stability = correlation.mean()
    return {
        "newcomers": len(new - old),
        "leavers": len(old - new),
        "new_links": after.proper.height - links,
        "kept_links": links / earlier if earlier else None,
        "partner_stability": stability if isinstance(stability, float) else None,
    }


def _linked(network: Network) -> pl.DataFrame:
    """Edges by the ids of their ends, in a fixed order."""
    names = network.nodes["id"]
    one = names.gather(network.proper["source"])
    other = names.gather(network.proper["target"])
    return pl.DataFrame({"one": one, "other": other}).select(
        one=pl.min_horizontal("one", "other"), other=pl.max_horizontal("one", "other")
    )


def temporal_correlation(networks: list[Network]) -> pl.DataFrame:
    """Return per node the mean share of partners kept from one network to the next (id, value).

    C_i = mean over t of sum_j a_ij(t) a_ij(t+1) / sqrt(k_i(t) k_i(t+1)) (Nicosia et al., in
    Temporal Networks, Springer 2013); steps in which it has no partner on either side count 0.
    Null with fewer than two networks.
    """
    names = pl.concat([n.nodes["id"] for n in networks] or [pl.Series("id", [], pl.String)])
    ids = names.unique().sort()
    steps = max(len(networks) - 1, 0)
    total = np.zeros(len(ids))
    matrices = [_aligned(network, ids) for network in networks]
    for one, other in pairwise(matrices):
        kept = np.asarray((one * other).sum(axis=1)).ravel()
        size = np.sqrt(np.asarray(one.sum(axis=1)).ravel() * np.asarray(other.sum(axis=1)).ravel())
        total += np.divide(kept, size, out=np.zeros(len(ids)), where=size > 0)
    mean = pl.Series(total / steps) if steps else pl.Series([None] * len(ids), dtype=pl.Float64)
    return pl.DataFrame({"id": ids, "value": mean})


def _aligned(network: Network, ids: pl.Series) -> sparse.csr_array:
    """The 0/1 matrix of a network with rows and columns in the order of `ids`."""
    place = np.searchsorted(ids.to_numpy(), network.nodes["id"].to_numpy())
    cells = sparse.coo_array(network.binary)
    size = (len(ids), len(ids))
    return sparse.csr_array((cells.data, (place[cells.row], place[cells.col])), shape=size)
