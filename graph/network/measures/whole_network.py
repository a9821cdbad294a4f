"""Measures of a network as a whole: size, cohesion, distance, mixing, concentration."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.core.triangles import triangles
from permed.graph.network.measures.assortativity import (
    attribute_assortativity,
    degree_assortativity,
    ei_index,
)
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.measures.centrality import closeness, clustering, degree

__all__ = ["WHOLE_NETWORK", "average_path", "centralisation", "density", "rich_club", "summary"]

Floats = npt.NDArray[np.float64]
_NAN = float("nan")


def density(network: Network) -> float:
    """Return 2m / (n (n - 1)), the linked share of all pairs; NaN below two nodes."""
    pairs = network.size * (network.size - 1) / 2
    return network.proper.height / pairs if pairs else _NAN


def transitivity(network: Network) -> float:
    """Return 3 x triangles / connected triples (Newman, SIAM Review 45, 2003); else NaN."""
    k = network.degree
    triples = float((k * (k - 1)).sum() / 2)
    return float(triangles(network).sum()) / triples if triples else _NAN


def average_path(network: Network) -> float:
    """Return the mean distance over all pairs that a path joins; NaN without edges."""
    distances = network.distances
    pairs = distances.pairs
    return float(pairs @ distances.lengths / pairs.sum()) if pairs.sum() else _NAN


def global_efficiency(network: Network) -> float:
    """Return the mean of 1 / distance over all pairs, 0 without path (Latora, Marchiori 2001)."""
    distances = network.distances
    pairs = network.size * (network.size - 1) / 2
    return float(distances.pairs @ (1 / distances.lengths)) / pairs if pairs else _NAN


def centralisation(network: Network, by: str = "degree") -> float:
    """Return Freeman's centralisation (Social Networks 1, 1978): 1 for a star, 0 if all are equal.

    Sum over nodes of (highest - own value), divided by that sum for a star of the same size. by:
    `degree`, `betweenness` or `closeness`. NaN below three nodes; InputError for another `by`.
    """
    n = network.size
    if n < 3:
        return _NAN
    if by == "degree":
        values, star = degree(network), float((n - 1) * (n - 2))
    elif by == "betweenness":
        values, star = betweenness(network).values, n - 1
    elif by == "closeness":
        values, star = closeness(network), (n - 1) * (n - 2) / (2 * n - 3)
    else:
        raise InputError(f"centralisation by {by!r}: use degree, betweenness or closeness")
    return float((values.max() - values).sum() / star)


def small_world(network: Network) -> float:
    """Return sigma = (C / C_random) / (L / L_random) of the largest component.

    Humphries and Gurney (PLoS ONE 3, e2051, 2008) with the random network of the same size n and
    mean degree k: C_random = k / (n - 1), L_random = ln n / ln k. Above 1: small world. NaN where
    k <= 1 or the component is smaller than three nodes.
    """
    giant = network.components == 0
    n = int(giant.sum())
    k = float(network.degree[giant].mean()) if n else 0.0
    if n < 3 or k <= 1:
        return _NAN
    pairs = network.distances.counts[giant].sum(axis=0)
    length = float(pairs @ network.distances.lengths / pairs.sum())
    cohesion = float(clustering(network)[giant].mean()) / (k / (n - 1))
    return cohesion / (length / (math.log(n) / math.log(k)))


def rich_club(network: Network) -> pl.DataFrame:
    """Return for each degree k: nodes with more than k partners, and the density among them.

    phi(k) = 2 E_k / (N_k (N_k - 1)) (Colizza et al., Nature Physics 2, 2006), null below two nodes;
    compare with a null model before calling it a club.
    """
    k = network.degree
    levels = np.arange(int(k.max(initial=0)))
    richer = np.sort(k)
    nodes = len(k) - np.searchsorted(richer, levels, side="right")
    u, v = network.proper["source"].to_numpy(), network.proper["target"].to_numpy()
    poorer = np.sort(np.minimum(k[u], k[v]))
    edges = len(poorer) - np.searchsorted(poorer, levels, side="right")
    frame = pl.DataFrame({"degree": levels, "nodes": nodes, "edges": edges})
    club = 2 * pl.col("edges") / (pl.col("nodes") * (pl.col("nodes") - 1))
    return frame.with_columns(density=pl.when(pl.col("nodes") > 1).then(club))


WHOLE_NETWORK: dict[str, str] = {
    "nodes": "number of nodes",
    "links": "pairs of nodes joined by an edge",
    "self_loops": "nodes joined to themselves",
    "isolates": "nodes without any partner",
    "weight": "sum of the weights of all links",
    "mean_degree": "mean number of partners, 2m/n",
    "density": "linked share of all pairs, 2m/(n(n-1))",
    "components": "parts without a link between them (an isolate is one)",
    "giant_component": "nodes in the largest part",
    "giant_share": "share of nodes in the largest part",
    "clustering": "mean local clustering (Watts and Strogatz 1998)",
    "transitivity": "3 x triangles / connected triples (Newman 2003)",
    "path_length": "mean distance over pairs that a path joins",
    "diameter": "longest of these distances",
    "efficiency": "mean of 1/distance over all pairs (Latora and Marchiori 2001)",
    "small_world": "(C/C_random)/(L/L_random) of the largest part (Humphries and Gurney 2008)",
    "degree_assortativity": "correlation of partners' degrees (Newman 2002)",
    "country_assortativity": "mixing by country (Newman 2003): 1 only within, 0 as by chance",
    "type_assortativity": "mixing by type of organisation (Newman 2003)",
    "country_ei": "(external - internal)/all links by country (Krackhardt and Stern 1988)",
    "type_ei": "(external - internal)/all links by type of organisation",
    "degree_centralisation": "1 for a star, 0 where all are equal (Freeman 1978)",
    "betweenness_centralisation": "the same for betweenness",
    "closeness_centralisation": "the same for closeness",
}


def summary(network: Network) -> pl.DataFrame:
    """Return one row a figure: measure, value (null where not defined), meaning."""
    found = _sizes(network) | _cohesion(network) | _mixing(network)
    for by in ("degree", "betweenness", "closeness"):
        found[f"{by}_centralisation"] = centralisation(network, by)
    rows = [(name, found[name], meaning) for name, meaning in WHOLE_NETWORK.items()]
    frame = pl.DataFrame(rows, schema=["measure", "value", "meaning"], orient="row", strict=False)
    number = pl.col("value").cast(pl.Float64)
    return frame.with_columns(value=pl.when(number.is_finite()).then(number))


def _sizes(network: Network) -> dict[str, float]:
    parts = network.components
    n = network.size
    giant = int((parts == 0).sum())
    return {
        "nodes": n,
        "links": network.proper.height,
        "self_loops": network.edges.height - network.proper.height,
        "isolates": int((network.degree == 0).sum()),
        "weight": float(network.proper["weight"].sum()),
        "mean_degree": 2 * network.proper.height / n if n else _NAN,
        "components": int(parts.max(initial=-1)) + 1,
        "giant_component": giant,
        "giant_share": giant / n if n else _NAN,
    }


def _cohesion(network: Network) -> dict[str, float]:
    return {
        "density": density(network),
        "clustering": float(clustering(network).mean()) if network.size else _NAN,
        "transitivity": transitivity(network),
        "path_length": average_path(network),
        "diameter": network.distances.counts.shape[1] or _NAN,
        "efficiency": global_efficiency(network),
        "small_world": small_world(network),
    }


def _mixing(network: Network) -> dict[str, float]:
    found = {"degree_assortativity": degree_assortativity(network)}
    for by in ("country", "type"):
        found[f"{by}_assortativity"] = attribute_assortativity(network, by)
        found[f"{by}_ei"] = ei_index(network, by)
    return found
