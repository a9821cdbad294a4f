"""Who links with whom: assortativity and the E-I index, by degree and by attribute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.groups import groups
from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Network

__all__ = ["attribute_assortativity", "degree_assortativity", "ei_index"]

_NAN = float("nan")


def degree_assortativity(network: Network) -> float:
    """Return the correlation of the degrees at both ends of an edge (Newman, PRL 89, 208701, 2002).

    NaN where all ends have the same degree.
    """
    u, v = _ends(network)
    k = network.degree.astype(np.float64)
    one, other = np.concatenate([k[u], k[v]]), np.concatenate([k[v], k[u]])
    if len(one) == 0 or np.ptp(one) == 0:
        return _NAN
    return float(np.corrcoef(one, other)[0, 1])


def attribute_assortativity(network: Network, by: str) -> float:
    """Return r = (tr e - ||e^2||) / (1 - ||e^2||) (Newman, Phys. Rev. E 67, 026126, 2003).

    e is the share of edges between values of the node column `by`, without nodes that have none.
    NaN without such edges or with one value only. InputError if there is no such column.
    """
    one, other, _ = _attributes(network, by)
    if len(one) == 0:
        return _NAN
    ends = np.bincount(np.concatenate([one, other])) / (2 * len(one))
    chance = float((ends**2).sum())
    return float(((one == other).mean() - chance) / (1 - chance)) if chance < 1 else _NAN


def ei_index(network: Network, by: str, *, weighted: bool = False) -> float:
    """Return (external - internal) / (external + internal) ties by the node column `by`.

    Krackhardt and Stern (Social Psychology Quarterly 51, 1988): -1 all inside, 1 all across.
    Edges with an end without value are left out; NaN without edges.
    """
    one, other, known = _attributes(network, by)
    same = one == other
    if weighted:
        weights = network.proper["weight"].to_numpy()[known]
        inside, across = float(weights[same].sum()), float(weights[~same].sum())
    else:
        inside = float(np.count_nonzero(same))
        across = len(same) - inside
    return (across - inside) / (across + inside) if across + inside else _NAN


def _ends(network: Network) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    return network.proper["source"].to_numpy(), network.proper["target"].to_numpy()


def _column(network: Network, by: str) -> pl.Series:
    if by not in network.nodes.columns:
        raise InputError(f"nodes have no column {by!r}; use {', '.join(network.nodes.columns)}")
    return network.nodes[by].cast(pl.String)


@memoised
def _attributes(
    network: Network, by: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Group numbers at both ends of the edges whose ends both have a value, and which they are."""
    u, v = _ends(network)
    codes = groups(network, by).codes
    one, other = codes[u], codes[v]
    known = (one >= 0) & (other >= 0)
    return (one, other, known) if known.all() else (one[known], other[known], known)
