"""Speed of the network measures on the Horizon Europe organisation network, beside networkx.

Run: python -m benchmarks.networks.measures [CORDIS_ZIP] [--networkx | --exact] [--projects N]
CORDIS_ZIP is cordis-HORIZONprojects-csv.zip, by default cordis/ in the directory of PERMED_DATA.
--projects N keeps N projects spread over all (a network of the size of a field). --networkx times
networkx instead, measure by measure and in turn with ours: once from the structures that each
library keeps ready, once from a table of edges. Beyond 100,000 edges networkx does what would take
it hours on a part of the nodes, and its time is scaled up; such lines say so. --exact computes
exact betweenness (minutes) and says how far the sampled one is from it.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
from scipy.stats import rankdata

from permed.graph.errors import InputError, PermedError
from permed.graph.network import Network, RoleData, Scope, project
from permed.graph.network.communities.consensus import communities
from permed.graph.network.files.networkx_graphs import to_networkx
from permed.graph.network.measures import (
    centrality,
    module_roles,
    structural_holes,
    whole_network,
)
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.measures.bipartite import bipartite_summary
from permed.graph.network.measures.brokerage import brokerage
from permed.graph.network.projection.roles import ROLE_SCHEMA

Timed = tuple[str, Callable[[Network], object]]
# third parties work for a partner; they are no partners of the others
PARTNERS = Scope(role=("coordinator", "participant", "associated-partner"))
ROLES = {"thirdParty": "third-party", "associatedPartner": "associated-partner"}


def read_roles(path: Path, projects: int | None) -> RoleData:
    """Return the roles of organization.csv in CORDIS's zip."""
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("organization.csv")
    table = pl.read_csv(raw, separator=";", infer_schema=False)
    if projects:
        ids = table["projectID"].unique().sort()
        kept = ids.gather_every(max(1, len(ids) // projects)).head(projects)
        table = table.filter(pl.col("projectID").is_in(kept.implode()))
    named = table.select(
        agent=pl.lit("organisation/pic-") + pl.col("organisationID"),
        agent_label="name",
        agent_kind=pl.lit("organisation"),
        agent_type="activityType",
        agent_country="country",
        activity=pl.lit("project/") + pl.col("projectID"),
        activity_label="projectAcronym",
        activity_kind=pl.lit("project"),
        role=pl.col("role").replace(ROLES),
        amount=pl.col("ecContribution").cast(pl.Float64, strict=False),
    )
    missing = {name: pl.lit(None) for name in ROLE_SCHEMA if name not in named.columns}
    return RoleData(named.with_columns(**missing).select(*ROLE_SCHEMA).cast(ROLE_SCHEMA))


def _modules(network: Network) -> object:
    labels = communities(network).labels
    return module_roles.participation(network, labels), module_roles.within_module_z(
        network, labels
    )


OURS: tuple[Timed, ...] = (
    ("degree, strength", lambda n: (centrality.degree(n), centrality.strength(n))),
    ("eigenvector", centrality.eigenvector),
    ("eigenvector, unweighted", lambda n: centrality.eigenvector(n, weighted=False)),
    ("PageRank", centrality.pagerank),
    ("k-core", centrality.core),
    ("local clustering", centrality.clustering),
    ("distances, all pairs", lambda n: n.distances),
    ("closeness, harmonic", lambda n: (centrality.closeness(n), centrality.harmonic(n))),
    ("constraint", structural_holes.constraint),
    ("effective size", structural_holes.effective_size),
    ("Gould-Fernandez by country", brokerage),
    ("communities, 20 seeds, places", _modules),
    (
        "whole network without betweenness",
        lambda n: (whole_network.rich_club(n), whole_network.transitivity(n)),
    ),
    ("memberships", bipartite_summary),
)


@dataclass(frozen=True)
class MeasurePair:
    """One measure of ours and the same of networkx.

    some: the same of `part` nodes drawn at random; its time counts n / part times, or `times`.
    """

    ours: Callable[[Network], object]
    theirs: Callable[[nx.Graph[str]], object]
    some: Callable[[nx.Graph[str], list[str]], object] | None = None
    part: int = 0
    times: int = 0  # n / part unless it is told

    def scaled(self, graph: nx.Graph[str]) -> float:
        """Return networkx's time on all nodes, from its time on a sample of them."""
        if self.some is None:
            return seconds(lambda: self.theirs(graph))
        some, nodes = self.some, random.Random(1).sample(list(graph), self.part)
        times = self.times or len(graph) / self.part
        return seconds(lambda: some(graph, nodes)) * times


THEIRS: dict[str, MeasurePair] = {
    "degree": MeasurePair(centrality.degree, lambda g: dict(g.degree())),
    "strength": MeasurePair(centrality.strength, lambda g: dict(g.degree(weight="weight"))),
    "eigenvector": MeasurePair(
        centrality.eigenvector,
        lambda g: nx.eigenvector_centrality(g, weight="weight", max_iter=1000),
    ),
    "PageRank": MeasurePair(centrality.pagerank, nx.pagerank),
    "k-core": MeasurePair(centrality.core, nx.core_number),
    "local clustering": MeasurePair(centrality.clustering, nx.clustering, nx.clustering, 1000),
    "harmonic": MeasurePair(
        centrality.harmonic,
        nx.harmonic_centrality,
        lambda g, some: nx.harmonic_centrality(g, sources=some),
        10,
    ),
    "closeness": MeasurePair(
        centrality.closeness,
        nx.closeness_centrality,
        lambda g, some: [nx.closeness_centrality(g, node) for node in some],
        10,
    ),
    "betweenness": MeasurePair(
        betweenness,
        nx.betweenness_centrality,
        lambda g, some: nx.betweenness_centrality(g, k=len(some), seed=1),
        5,
    ),
    "communities, 20 seeds": MeasurePair(
        communities,
        lambda g: [nx.community.louvain_communities(g, seed=s) for s in range(20)],
        lambda g, _: nx.community.louvain_communities(g, seed=1),
        0,
        times=20,
    ),
    "constraint": MeasurePair(
        structural_holes.constraint, lambda g: nx.constraint(g, weight="weight")
    ),
    "effective size": MeasurePair(structural_holes.effective_size, nx.effective_size),
}


def bare(network: Network) -> Network:
    """The same network as its tables only."""
    return Network(network.nodes, network.edges, network.incidence)


def fresh(network: Network) -> Network:
    """The same network with its structures ready, without what measures left in its caches."""
    copy = bare(network)
    _ = copy.matrix, copy.binary, copy.degree, copy.components, copy.graph(), copy.graph(True)
    return copy


def seconds(action: Callable[[], object]) -> float:
    """Return how long it takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def time_ours(network: Network) -> None:
    """Print the time of every measure on one network, distances shared as in a report."""
    shared = fresh(network)
    total = spent = 0.0
    print(f"{'':44} {'seconds':>8} {'processor seconds':>18}")
    for name, measure in (*OURS, ("betweenness", betweenness)):
        begin = time.process_time()
        taken = seconds(lambda measure=measure: measure(shared))  # type: ignore[misc]
        used = time.process_time() - begin
        total, spent = total + taken, spent + used
        print(f"{name:44} {taken:8.2f} {used:18.2f}")
    print(f"{'all of these':44} {total:8.2f} {spent:18.2f}")
    found = betweenness(shared)
    print(f"betweenness is {found.method}, error {found.error}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{'peak memory':40} {peak:8.2f} GB")


def time_pairs(network: Network, repeats: int = 3) -> None:
    """Print our and networkx's median times, taken in turn on the same network."""
    graph = to_networkx(network)
    slow = network.proper.height > 100_000
    convert = seconds(lambda: to_networkx(network))
    print(f"{'':24} {'ours':>9} {'networkx':>9} {'times':>7}   from tables: ours, networkx, times")
    for name, pair in THEIRS.items():
        taken: list[tuple[float, float, float]] = []
        for _ in range(repeats):
            ready, tables = fresh(network), bare(network)
            taken.append((
                seconds(lambda n=ready, pair=pair: pair.ours(n)),  # type: ignore[misc]
                pair.scaled(graph) if slow else seconds(lambda pair=pair: pair.theirs(graph)),  # type: ignore[misc]
                seconds(lambda n=tables, pair=pair: pair.ours(n)),  # type: ignore[misc]
            ))  # fmt: skip
            if taken[-1][1] > 5:
                break
        mine, its, whole_way = (float(x) for x in np.median(np.array(taken), axis=0))
        sampled = "   networkx from a part" if slow and pair.some else ""
        print(
            f"{name:24} {mine:9.4f} {its:9.3f} {its / mine:7.0f}   "
            f"{whole_way:9.4f} {its + convert:9.3f} {(its + convert) / whole_way:7.0f}{sampled}",
            flush=True,
        )


def check_sampled(network: Network) -> None:
    """Print how far sampled betweenness is from the exact one, and how they rank the top 100."""
    begin = time.process_time()
    exact = betweenness(network, exact_up_to=network.size).values
    print(f"exact betweenness: {time.process_time() - begin:.0f} s of processor time")
    first = np.argsort(-exact, kind="stable")[:100]
    for error in (0.015, 0.005):
        begin = time.process_time()
        found = betweenness(network, error=error)
        spent = time.process_time() - begin
        away = float(np.abs(found.values - exact).max())
        ranked = np.argsort(-found.values, kind="stable")[:100]
        both = len(np.intersect1d(first, ranked))
        rank = float(np.corrcoef(*(rankdata(v[first]) for v in (exact, found.values)))[0, 1])
        print(
            f"{found.method}: stated error {error}, true {away:.5f}; {both} of the top 100, "
            f"rank correlation among them {rank:.3f}; {spent:.1f} s of processor time"
        )


def main() -> None:
    """Build the network and print the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("zip", nargs="?", type=Path)
    parser.add_argument("--networkx", action="store_true")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--projects", type=int)
    options = parser.parse_args()
    path = options.zip or Path(os.environ.get("PERMED_DATA", "")) / "cordis"
    path = path / "cordis-HORIZONprojects-csv.zip" if path.is_dir() else path
    if not path.is_file():
        raise InputError(f"{path}: no such file; name the zip or set PERMED_DATA")
    data = read_roles(path, options.projects)
    begin = time.perf_counter()
    network = project(data, scope=PARTNERS)
    taken = time.perf_counter() - begin
    print(f"{network.size:,} nodes, {network.proper.height:,} edges; projected in {taken:.2f} s")
    if options.exact:
        check_sampled(network)
    else:
        (time_pairs if options.networkx else time_ours)(network)


if __name__ == "__main__":
    try:
        main()
    except PermedError as error:
        sys.exit(str(error))
