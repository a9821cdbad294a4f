"""Measures on the memberships themselves, which a projection to one kind of node would blur."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Incidence, Network
from permed.graph.network.measures.betweenness import betweenness

__all__ = [
    "bipartite_summary", "latapy_clustering", "robins_alexander", "two_mode_betweenness",
    "two_mode_eigenvector",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
Mode = Literal["dot", "min", "max"]
_ROUNDS = 2_000
_PRECISE = 1e-13
_NOTHING = 1e-9


def memberships(network: Network) -> Incidence:
    """Return the memberships behind a network; InputError for a network of bare edges."""
    if network.incidence is None:
        raise InputError("this network has edges only; bipartite measures need memberships")
    return network.incidence


def latapy_clustering(network: Network, mode: Mode = "dot") -> Floats:
    """Return bipartite clustering (Latapy, Magnien and Del Vecchio, Soc. Networks 30, 2008).

    Mean over the nodes v that share an event with u of |N(u) & N(v)| / size, where size is the
    union (`dot`), the smaller (`min`) or the larger (`max`) of the two event sets; 0 for none.
    """
    if mode not in ("dot", "min", "max"):
        raise InputError(f"mode {mode!r} is unknown; choose dot, min or max")
    joint = memberships(network).matrix
    events = np.asarray(joint.sum(axis=1)).ravel()
    shared = sparse.coo_array(joint @ joint.T)
    apart = shared.row != shared.col
    u, v, both = shared.row[apart], shared.col[apart], shared.data[apart]
    size = {
        "dot": events[u] + events[v] - both,
        "min": np.minimum(events[u], events[v]),
        "max": np.maximum(events[u], events[v]),
    }[mode]
    partners = np.bincount(u, minlength=network.size)
    total = np.bincount(u, both / size, network.size)
    return np.divide(total, partners, out=np.zeros(network.size), where=partners > 0)


def robins_alexander(network: Network) -> float:
    """Return 4 C4 / L3, closed four-cycles among three-paths (Robins and Alexander, CMOT 10, 2004).

    High: the same partners meet again in further events. NaN without three-paths.
    """
    joint = memberships(network).matrix
    shared = sparse.csr_array(sparse.triu(joint @ joint.T, k=1)).data
    cycles = float((shared * (shared - 1)).sum()) / 2
    cells = sparse.coo_array(joint)
    events = np.asarray(joint.sum(axis=1)).ravel() - 1
    sizes = np.asarray(joint.sum(axis=0)).ravel() - 1
    paths = float((events[cells.row] * sizes[cells.col]).sum())
    return 4 * cycles / paths if paths else float("nan")


def bipartite_summary(network: Network) -> pl.DataFrame:
    """Return figures of the memberships: measure, value (null where not defined)."""
    joint = memberships(network).matrix
    sizes = np.asarray(joint.sum(axis=0)).ravel()
    latapy = latapy_clustering(network)
    rows = {
        "events": float(joint.shape[1]),
        "memberships": float(joint.nnz),
        "solo_events": float((sizes == 1).sum()),
        "pair_meetings": float((sizes * (sizes - 1) / 2).sum()),
        "mean_event_size": float(sizes.mean()) if len(sizes) else float("nan"),
        "largest_event": float(sizes.max(initial=0)),
        "latapy_clustering": float(latapy.mean()) if len(latapy) else float("nan"),
        "robins_alexander": robins_alexander(network),
    }
    frame = pl.DataFrame({"measure": list(rows), "value": list(rows.values())})
    return frame.with_columns(value=pl.when(pl.col("value").is_finite()).then("value"))


def two_mode_eigenvector(network: Network) -> Floats:
    """Return the eigenvector centrality on the memberships, where an event of many counts less.

    Bonacich (Social Networks 13, 1991) and Faust (Social Networks 19, 1997): a node is central by
    its events, an event by its nodes. Each membership is divided by the root of its event's size:
    a consortium of 80 does not weigh as the 3,160 pairs that a projection makes of it. Length 1; 0
    outside the part of the network that holds it.
    """
    joint = memberships(network).matrix
    sizes = np.asarray(joint.sum(axis=0)).ravel()
    scaled = sparse.csr_array(joint * (1 / np.sqrt(np.maximum(sizes, 1)))[None, :])
    values = np.full(network.size, 1.0)
    for _ in range(_ROUNDS):
        following = scaled @ (scaled.T @ values) + values  # shifted: signs cannot alternate
        length = float(np.linalg.norm(following))
        if not length:
            return np.zeros(network.size)
        following = following / length
        if np.abs(following - values).max() < _PRECISE:
            break
        values = following
    return np.where(following < _NOTHING, 0.0, following)


def two_mode_betweenness(network: Network) -> Floats:
    """Return the betweenness of nodes on the memberships, paths leading through events.

    Shares of the shortest paths between all nodes and events through a node, by the most that it
    can have (Borgatti and Everett, Social Networks 19, 1997; as networkx.bipartite normalises).
    """
    joint = memberships(network).matrix
    n, m = joint.shape
    if n + m < 3 or not joint.nnz:
        return np.zeros(n)
    cells = sparse.coo_array(joint)
    edges = pl.DataFrame({"source": cells.row, "target": cells.col + n, "weight": cells.data})
    both = Network(
        pl.DataFrame({"id": [str(i) for i in range(n + m)]}),
        edges.cast({"source": pl.Int64, "target": pl.Int64}),
    )
    raw = betweenness(both).values[:n] * ((n + m - 1) * (n + m - 2) / 2)
    s, t = divmod(n - 1, m)
    most = (m**2 * (s + 1) ** 2 + m * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2
    return np.asarray(raw / most if most > 0 else np.zeros(n))
