"""Time and memory of every measure on a large SYNTHETIC network: 100,000 nodes, 5 million ties.

Run: python -m benchmarks.networks.large [--nodes N] [--ties N] [--only WORD]
Memberships are drawn from nobody's data: how many activities a node has follows a power law, how
many nodes an activity has is log-normal, and two thirds of the seats of an activity go to nodes of
its own field, so that there are circles to find. Peak memory is that of the whole process, reset
before every measure (Linux).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.networks.measures import OURS
from permed.graph.network import Network, RoleData, project
from permed.graph.network.backbone.extraction import tie_significance
from permed.graph.network.communities.consensus import communities
from permed.graph.network.comparison.against_chance import figure_values
from permed.graph.network.comparison.null_model import draw
from permed.graph.network.measures.betweenness import betweenness
from permed.graph.network.pictures.positions import positions
from permed.graph.network.projection.roles import ROLE_SCHEMA

NODES: Final = 100_000
TIES: Final = 5_000_000
_FIELDS: Final = 50
_AT_HOME: Final = 2 / 3  # seats of an activity that go to its own field
_SIZE: Final = (2.2, 0.6)  # mean and spread of the logarithm of an activity's seats
_TAIL: Final = 2.5  # exponent of the power law of nodes


def synthetic_roles(nodes: int, ties: int, seed: int = 1) -> RoleData:
    """Return drawn memberships whose projection has about so many ties and nodes."""
    generator = np.random.default_rng(seed)
    wanted = 1.02 * ties  # pairs; some meet twice
    nodes = round(1.008 * nodes)  # some take part in nothing
    sizes = np.empty(0, dtype=np.int64)
    while (sizes * (sizes - 1) / 2).sum() < wanted:
        drawn = np.rint(generator.lognormal(*_SIZE, 1000)).astype(np.int64)
        sizes = np.concatenate([sizes, np.clip(drawn, 2, 300)])
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes * (sizes - 1) / 2), wanted)) + 1]
    event = np.repeat(np.arange(len(sizes)), sizes)
    field = generator.integers(_FIELDS, size=len(sizes))[event]
    home = generator.random(len(event)) < _AT_HOME
    field = np.where(home, field, generator.integers(_FIELDS, size=len(event)))
    ranked = generator.pareto(_TAIL, (_FIELDS, nodes // _FIELDS)) + 1
    shares = np.cumsum(ranked / ranked.sum(axis=1, keepdims=True), axis=1)
    draws = generator.random(len(event))
    seat = np.empty(len(event), dtype=np.int64)
    for one in range(_FIELDS):
        mine = field == one
        seat[mine] = np.searchsorted(shares[one], draws[mine]).clip(max=shares.shape[1] - 1)
    node = field * (nodes // _FIELDS) + seat
    return _roles(node, event)


def _roles(node: np.ndarray, event: np.ndarray) -> RoleData:
    countries = pl.Series([f"X{chr(65 + i)}" for i in range(26)])
    frame = pl.DataFrame({"node": node, "event": event}).unique(maintain_order=True)
    told = frame.select(
        agent=pl.format("organisation/synthetic-{}", "node"),
        agent_label=pl.format("Synthetic {}", "node"),
        agent_kind=pl.lit("organisation"),
        agent_country=countries.gather(frame["node"] % 26),
        activity=pl.format("project/synthetic-{}", "event"),
        activity_kind=pl.lit("project"),
        role=pl.lit("participant"),
    )
    missing = {name: pl.lit(None) for name in ROLE_SCHEMA if name not in told.columns}
    return RoleData(told.with_columns(**missing).select(*ROLE_SCHEMA).cast(ROLE_SCHEMA))


def reset_peak() -> None:
    """Let the kernel count the peak of memory from here."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> float:
    """Return the most memory that was held since, in GB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024**2


MEASURES: tuple[tuple[str, Callable[[Network], object]], ...] = (
    *OURS,
    ("betweenness, within 0.015", betweenness),
    ("layout", lambda n: positions(n, communities(n).labels)),
    ("two shuffles", lambda n: draw(n, {"size": lambda s: np.array([float(s.size)])}, 2)),
    ("two shuffles, all figures", lambda n: draw(n, {"figures": figure_values}, 2)),
    ("backbone (sdsm)", tie_significance),
)


def main() -> None:
    """Draw the network, and print a line a measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--ties", type=int, default=TIES)
    parser.add_argument("--only", default="", help="measures whose name holds this word")
    asked = parser.parse_args()
    print(f"{'SYNTHETIC':40} {'seconds':>8} {'processor':>10} {'peak GB':>8}")
    data = synthetic_roles(asked.nodes, asked.ties)
    network: list[Network] = []
    timed("projection", lambda: network.append(project(data)))
    made = network[0]
    members = made.incidence.matrix.nnz if made.incidence else 0
    print(f"{made.size:,} nodes, {made.proper.height:,} ties, {members:,} memberships")
    for name, measure in MEASURES:
        if asked.only in name:
            timed(name, lambda measure=measure: measure(made))  # type: ignore[misc]


def timed(name: str, action: Callable[[], object]) -> None:
    """Print how long an action takes, and what memory it needs at most."""
    reset_peak()
    begin, spent = time.perf_counter(), time.process_time()
    action()
    taken, used = time.perf_counter() - begin, time.process_time() - spent
    print(f"{name:40} {taken:8.2f} {used:10.2f} {peak():8.2f}", flush=True)


if __name__ == "__main__":
    main()
