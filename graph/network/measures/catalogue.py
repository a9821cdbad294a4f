"""The catalogue of node measures: name, formula, paper, what it tells, and the function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from permed.graph.network.backbone.extraction import tie_significance
from permed.graph.network.backbone.methods import BackboneMethod
from permed.graph.network.communities.consensus import Communities, communities
from permed.graph.network.core.network import Network
from permed.graph.network.measures import (
    bipartite,
    centrality,
    module_roles,
    structural_holes,
)
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.measures.core_periphery import core_periphery

__all__ = ["MEASURES", "Measure", "MeasureContext", "measure_meanings"]

Floats = npt.NDArray[np.float64]
_LEVEL = 0.05  # false discovery rate of a backbone


@dataclass(frozen=True)
class MeasureContext:
    """A network, the convention for eigenvectors, and what several measures share."""

    network: Network
    norm: centrality.Norm = "l2"
    loops: bool = False

    @cached_property
    def communities(self) -> Communities:
        """Consensus communities with the default settings."""
        return communities(self.network)


@dataclass(frozen=True)
class Measure:
    """One measure: how to compute it, and what a reader has to know."""

    name: str
    title: str
    formula: str
    paper: str
    tells: str
    run: Callable[[MeasureContext], Floats]
    integer: bool = False  # counts: shown as whole numbers


def _plain(function: Callable[[Network], Floats]) -> Callable[[MeasureContext], Floats]:
    return lambda context: function(context.network)


def _of_memberships(function: Callable[[Network], Floats]) -> Callable[[MeasureContext], Floats]:
    """A measure that is not defined for a network of bare ties."""

    def run(context: MeasureContext) -> Floats:
        if context.network.incidence is None:
            return np.full(context.network.size, np.nan)
        return function(context.network)

    return run


def _backbone_degree(network: Network) -> Floats:
    """Partners by ties of q <= 0.05: SDSM on memberships, the disparity filter on bare ties."""
    method: BackboneMethod = "disparity" if network.incidence is None else "sdsm"
    found = tie_significance(network, method=method)
    kept = found.filter(found["q"] <= _LEVEL)
    ends = np.concatenate([kept["source"].to_numpy(), kept["target"].to_numpy()])
    return np.bincount(ends, minlength=network.size).astype(np.float64)


_ALL = (
    Measure(
        "degree",
        "Partners",
        "number of other nodes joined by an edge",
        "Freeman, Social Networks 1, 1978",
        "how many different partners",
        _plain(centrality.degree),
        integer=True,
    ),
    Measure(
        "strength",
        "Strength",
        "sum of the weights of the node's edges",
        "Barrat et al., PNAS 101, 2004",
        "how much joint work in all",
        _plain(centrality.strength),
    ),
    Measure(
        "betweenness",
        "Betweenness",
        "2/((n-1)(n-2)) x sum over pairs of the share of shortest paths through the node",
        "Freeman, Sociometry 40, 1977; Brandes, J. Math. Sociol. 25, 2001",
        "who stands between others",
        _plain(lambda network: betweenness(network).values),
    ),
    Measure(
        "betweenness_weighted",
        "Betweenness, weighted",
        "betweenness where an edge of weight w has length 1/w",
        "Newman, Phys. Rev. E 64, 016132, 2001",
        "who stands between others along strong ties",
        _plain(lambda network: betweenness(network, weighted=True).values),
    ),
    Measure(
        "closeness",
        "Closeness",
        "(r / sum of distances) x (r / (n-1)), r the number of nodes within reach",
        "Freeman 1978; Wasserman and Faust 1994",
        "how few steps to everybody",
        _plain(centrality.closeness),
    ),
    Measure(
        "harmonic",
        "Harmonic centrality",
        "sum over other nodes of 1/distance, 0 out of reach",
        "Marchiori and Latora, Physica A 285, 2000",
        "how near to everybody, also in a broken network",
        _plain(centrality.harmonic),
    ),
    Measure(
        "eigenvector",
        "Eigenvector, weighted",
        "leading eigenvector of the weighted matrix; 0 outside the component that holds it",
        "Bonacich, J. Math. Sociol. 2, 1972",
        "who works much with those who work much",
        lambda w: centrality.eigenvector(w.network, norm=w.norm, loops=w.loops),
    ),
    Measure(
        "eigenvector_unweighted",
        "Eigenvector, unweighted",
        "leading eigenvector of the 0/1 matrix; 0 outside the component that holds it",
        "Bonacich, J. Math. Sociol. 2, 1972",
        "whose partners are well connected themselves",
        lambda w: centrality.eigenvector(w.network, weighted=False, norm=w.norm, loops=w.loops),
    ),
    Measure(
        "pagerank",
        "PageRank",
        "x = 0.85 P'x + 0.15/n, P the weights divided by the row sums",
        "Brin and Page, Computer Networks 30, 1998",
        "share of attention of a reader who follows ties at random",
        _plain(centrality.pagerank),
    ),
    Measure(
        "core",
        "Core number",
        "largest k such that the node is in a part where all have k partners inside",
        "Seidman, Social Networks 5, 1983",
        "how deep in the dense centre",
        _plain(centrality.core),
        integer=True,
    ),
    Measure(
        "clustering",
        "Clustering",
        "linked pairs of partners / all pairs of partners",
        "Watts and Strogatz, Nature 393, 1998",
        "how closed the circle of partners is",
        _plain(centrality.clustering),
    ),
    Measure(
        "clustering_bipartite",
        "Clustering of memberships",
        "mean over partners of joint activities / activities of either",
        "Latapy, Magnien and Del Vecchio, Social Networks 30, 2008",
        "how much the same partners meet in the same activities",
        _of_memberships(bipartite.latapy_clustering),
    ),
    Measure(
        "eigenvector_two_mode",
        "Eigenvector of memberships",
        "leading left singular vector of b_ik / sqrt(size of k)",
        "Bonacich, Social Networks 13, 1991; Faust, Social Networks 19, 1997",
        "who is in activities of those who are central, large consortia not counted as many ties",
        _of_memberships(bipartite.two_mode_eigenvector),
    ),
    Measure(
        "betweenness_two_mode",
        "Betweenness of memberships",
        "share of shortest paths between nodes and activities through the node, by its maximum",
        "Borgatti and Everett, Social Networks 19, 1997",
        "who joins activities that nobody else joins",
        _of_memberships(bipartite.two_mode_betweenness),
    ),
    Measure(
        "backbone_degree",
        "Partners in the backbone",
        "ties with a Benjamini-Hochberg q of 0.05 or less under the SDSM (bare ties: disparity)",
        "Neal, Social Networks 39, 2014; Serrano et al., PNAS 106, 2009",
        "partners with whom it works more than both do anyway",
        _plain(_backbone_degree),
        integer=True,
    ),
    Measure(
        "in_core",
        "In the core",
        "1 in the core that breaks the pattern least (core all linked, periphery not), else 0",
        "Borgatti and Everett, Social Networks 21, 1999; Lip, arXiv:1102.5511, 2011",
        "whether it belongs to the dense centre",
        _plain(lambda network: core_periphery(network).core.astype(np.float64)),
        integer=True,
    ),
    Measure(
        "constraint",
        "Constraint",
        "sum over partners j of (p_ij + sum_q p_iq p_qj)^2, p the shares of the weights",
        "Burt, Structural Holes, 1992",
        "low: free to connect others; high: held in one circle",
        _plain(structural_holes.constraint),
    ),
    Measure(
        "effective_size",
        "Effective size",
        "k - 2t/k, t the linked pairs among k partners",
        "Burt 1992; Borgatti, Connections 20, 1997",
        "partners who are not partners of each other",
        _plain(structural_holes.effective_size),
    ),
    Measure(
        "efficiency",
        "Efficiency",
        "effective size / number of partners",
        "Burt, Structural Holes, 1992",
        "share of partners who bring something new",
        _plain(structural_holes.efficiency),
    ),
    Measure(
        "community",
        "Community",
        "number of the consensus community, 0 the largest",
        "Traag et al., Sci. Rep. 9, 2019; Lancichinetti and Fortunato, Sci. Rep. 2, 2012",
        "which circle it belongs to",
        lambda context: context.communities.labels.astype(np.float64),
        integer=True,
    ),
    Measure(
        "participation",
        "Participation coefficient",
        "1 - sum over communities c of (k_ic/k_i)^2",
        "Guimera and Amaral, Nature 433, 2005",
        "how evenly the ties spread over communities",
        lambda context: module_roles.participation(context.network, context.communities.labels),
    ),
    Measure(
        "module_z",
        "Within-community z-score",
        "(ties inside own community - its mean) / its standard deviation",
        "Guimera and Amaral, Nature 433, 2005",
        "hub of its own community",
        lambda context: module_roles.within_module_z(context.network, context.communities.labels),
    ),
)
MEASURES: dict[str, Measure] = {m.name: m for m in _ALL}


def measure_meanings() -> dict[str, str]:
    """Return what each measure tells, with its formula, as the description of a column."""
    return {m.name: f"{m.title}: {m.tells}; {m.formula} ({m.paper})" for m in _ALL}
