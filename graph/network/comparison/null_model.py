"""Null models: is a figure more than the degrees alone would give?

With memberships: curveball trades (Strona et al., Nature Communications 5, 4114, 2014) keep how
many activities every node has and how many nodes every activity has. With bare edges: edge switches
that keep every degree (Maslov and Sneppen, Science 296, 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Incidence, Network, edge_frame, networkit
from permed.graph.network.measures.assortativity import (
    attribute_assortativity,
    degree_assortativity,
    ei_index,
)
from permed.graph.network.measures.centrality import clustering
from permed.graph.network.measures.whole_network import transitivity

__all__ = ["FIGURES", "curveball", "null_networks", "pair_scores", "z_scores"]

_TRADES = 5  # trades a node; Strona et al. find the mixing complete by then
_SWITCHES = 10  # switches an edge


def curveball(matrix: sparse.csr_array, generator: np.random.Generator) -> sparse.csr_array:
    """Return a random 0/1 matrix with the same row and column sums, after 5 trades a row.

    A trade takes two rows and deals the columns that only one of them has out anew.
    """
    rows = [set(part.tolist()) for part in np.split(matrix.indices, matrix.indptr[1:-1])]
    active = [i for i, row in enumerate(rows) if row]
    n = len(active)
    if n > 1:
        one = generator.integers(0, n, _TRADES * n)
        other = (one + generator.integers(1, n, _TRADES * n)) % n
        stream = _uniform(generator)
        for first, second in zip(one.tolist(), other.tolist(), strict=True):
            _trade(rows, active[first], active[second], stream)
    columns = np.array([column for row in rows for column in sorted(row)], dtype=np.int64)
    return sparse.csr_array((np.ones(len(columns)), columns, matrix.indptr), matrix.shape)


def _uniform(generator: np.random.Generator) -> Iterator[float]:
    """Random numbers one by one, drawn many at once because that is far quicker."""
    while True:
        yield from generator.random(4096).tolist()


def _trade(rows: list[set[int]], one: int, other: int, stream: Iterator[float]) -> None:
    shared = rows[one] & rows[other]
    mine = len(rows[one]) - len(shared)
    pool = sorted(rows[one] ^ rows[other])
    if mine == 0 or mine == len(pool):
        return
    keys = [next(stream) for _ in pool]
    order = sorted(range(len(pool)), key=keys.__getitem__)
    rows[one] = shared | {pool[i] for i in order[:mine]}
    rows[other] = shared | {pool[i] for i in order[mine:]}


def null_networks(network: Network, samples: int = 100, seed: int = 1) -> Iterator[Network]:
    """Yield random networks with the same degrees; by memberships if there are any, else by edges.

    Membership networks are weighted by the count of shared events. InputError below two samples.
    """
    if samples < 2:
        raise InputError(f"a null model needs at least 2 samples, not {samples}; 100 is usual")
    generator = np.random.default_rng(seed)
    members = network.incidence
    if members is None or not members.complete:
        yield from _switched(network, samples, seed)
        return
    for _ in range(samples):
        joint = curveball(members.matrix, generator)
        product = sparse.csr_array(joint @ joint.T)
        edges = edge_frame(product).filter(pl.col("source") != pl.col("target"))
        yield Network(network.nodes, edges, Incidence(joint, members.events))


def _switched(network: Network, samples: int, seed: int) -> Iterator[Network]:
    nk = networkit()
    nk.engineering.setSeed(seed, True)
    for _ in range(samples):
        if network.proper.height < 2:
            yield network
            continue
        run = nk.randomization.EdgeSwitching(network.graph(), _SWITCHES, False)
        run.run()
        pairs = np.array(list(run.getGraph().iterEdges()), dtype=np.int64)
        low, high = pairs.min(axis=1), pairs.max(axis=1)
        half = sparse.coo_array((np.ones(len(low)), (low, high)), shape=(network.size,) * 2)
        yield Network(network.nodes, edge_frame(sparse.csr_array(half)))


FIGURES: dict[str, Callable[[Network], float]] = {
    "links": lambda network: float(network.proper.height),
    "clustering": lambda network: float(clustering(network).mean()) if network.size else np.nan,
    "transitivity": transitivity,
    "degree_assortativity": degree_assortativity,
    "country_assortativity": lambda network: attribute_assortativity(network, "country"),
    "country_ei": lambda network: ei_index(network, "country"),
    "type_ei": lambda network: ei_index(network, "type"),
    "giant_component": lambda network: float((network.components == 0).sum()),
}


def z_scores(network: Network, samples: int = 100, seed: int = 1) -> pl.DataFrame:
    """Return per figure: observed, null mean and sd, z, and the share of samples as high.

    z = (observed - mean) / sd; null where the null model does not vary or nothing is defined.
    """
    drawn = [_figures(sample) for sample in null_networks(network, samples, seed)]
    observed = _figures(network)
    values = np.array([[row[name] for name in FIGURES] for row in drawn])
    seen = np.array([observed[name] for name in FIGURES])
    frame = pl.DataFrame({
        "measure": list(FIGURES),
        "observed": seen,
        "null_mean": values.mean(axis=0),
        "null_sd": values.std(axis=0, ddof=1),
        "share_as_high": (values >= seen - 1e-12).mean(axis=0),
    })  # fmt: skip
    return _finite(frame.with_columns(z=_z()))


def _figures(network: Network) -> dict[str, float]:
    return {name: figure(network) for name, figure in FIGURES.items()}


def _z() -> pl.Expr:
    spread = pl.col("null_sd")
    return pl.when(spread > 1e-12).then((pl.col("observed") - pl.col("null_mean")) / spread)


def _finite(frame: pl.DataFrame) -> pl.DataFrame:
    numbers = pl.col(pl.Float64)
    return frame.with_columns(pl.when(numbers.is_finite()).then(numbers).name.keep())


def pair_scores(
    network: Network, by: str = "country", samples: int = 100, seed: int = 1
) -> pl.DataFrame:
    """Return per pair of groups: links, mean and sd under the null model, z; strongest first.

    Which countries (or types, or regions) link more, or less, than their activity explains.
    """
    groups = network.nodes[by].cast(pl.String)
    names = groups.drop_nulls().unique().sort()
    codes = groups.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    observed = _between(network, codes, len(names))
    drawn = np.array(
        [_between(s, codes, len(names)) for s in null_networks(network, samples, seed)]
    )
    one, other = np.triu_indices(len(names))
    frame = pl.DataFrame({
        "one": names.gather(one),
        "other": names.gather(other),
        "observed": observed[one, other],
        "null_mean": drawn.mean(axis=0)[one, other],
        "null_sd": drawn.std(axis=0, ddof=1)[one, other],
    })  # fmt: skip
    met = (pl.col("observed") > 0) | (pl.col("null_mean") > 0)
    ranked = _finite(frame.filter(met).with_columns(z=_z()))
    return ranked.sort(["z", "one", "other"], descending=[True, False, False], nulls_last=True)


def _between(network: Network, codes: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.float64]:
    """Links between groups as a symmetric matrix, links inside on the diagonal."""
    u = codes[network.proper["source"].to_numpy()]
    v = codes[network.proper["target"].to_numpy()]
    known = (u >= 0) & (v >= 0)
    low, high = np.minimum(u, v)[known], np.maximum(u, v)[known]
    cells = np.bincount(low * max(count, 1) + high, minlength=count * count)
    return cells.reshape(count, count).astype(np.float64)
