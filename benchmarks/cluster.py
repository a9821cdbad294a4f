"""A build on one machine and on a Ray cluster: the same bytes, also with a node lost, and the time.

    python -m benchmarks.cluster SCRATCH [--records 1000000] [--times 1] [--nodes 2] [--ror DUMP]
                                 [--only-lost]

A synthetic CORDIS, so many times Horizon Europe, and a synthetic OpenAIRE Graph are made in SCRATCH
(benchmarks/synthetic) and built three times: by one process, by so many nodes of one processor
each, and by as many of which one is removed in the middle of the products. All nodes are on this
machine, so the time tells what sharing out costs, not what more machines bring. Graphs and tables
are compared by SHA-256.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.processor_time import processor_seconds
from benchmarks.synthetic.cordis import write_synthetic_cordis
from benchmarks.synthetic.openaire import write_synthetic_openaire
from permed.graph.files import checksum
from permed.graph.releases.release import Release
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build

_NODE: Final[dict[str, Any]] = {"num_cpus": 1, "object_store_memory": 1_000_000_000}
_LOST_AT: Final = "read openaire: products: "  # what the build says of each part of products
_LOST_AFTER: Final = 0.5  # of the parts: then a node is removed


@dataclass
class Run:
    """One build: seconds a step, seconds of processors of all processes, and the release."""

    name: str
    steps: dict[str, float] = field(default_factory=dict)
    processor: float = 0.0
    sums: dict[str, str] = field(default_factory=dict)
    triples: int = 0


def run(name: str, config: Config, told: Callable[[str], None] = lambda _: None) -> Run:
    """Build, and note what it took; `told` is called with each message of progress."""
    found, began, step = Run(name), time.perf_counter(), "start"
    before = processor_seconds(os.getpid()) or 0.0

    def progress(message: str) -> None:
        nonlocal began, step
        now = time.perf_counter()
        found.steps[step] = found.steps.get(step, 0.0) + now - began
        began, step = now, _step(message)
        told(message)

    release = build(config, progress, force=True).release
    progress("end")
    found.processor = (processor_seconds(os.getpid()) or 0.0) - before
    found.sums, found.triples = _sums(release), release.receipt["counts"]["triples"]
    return found


def _step(message: str) -> str:
    """Return what a message is about: all files of a stage are one step."""
    named = ("read openaire: things", "read openaire: links", "read openaire: products")
    known = (*named, "read cordis", "match organisations")
    return next((step for step in known if message.startswith(step)), message)


def _sums(release: Release) -> dict[str, str]:
    paths = [*release.graphs, *(release.path / "tables").rglob("*.parquet")]
    return {path.relative_to(release.path).as_posix(): checksum(path) for path in paths}


def _config(scratch: Path, name: str, ror: Path | None, **more: object) -> Config:
    home = scratch / name
    shutil.rmtree(home, ignore_errors=True)
    sources = {
        "reference": {},
        "cordis": {"files": sorted(map(str, (scratch / "cordis").glob("*.zip"))), "scope": "all"},
        "openaire": {"files": [str(scratch / "openaire")]},
    }
    return Config.model_validate({"home": home, "sources": sources, "ror": ror, **more})


def measure(
    scratch: Path, nodes: int, parts: int, ror: Path | None, *, only_lost: bool = False
) -> list[Run]:
    """Build in the three ways from what lies in SCRATCH; `parts`: files of products.

    `only_lost`: without the cluster that keeps all its nodes.
    """
    from ray.cluster_utils import Cluster

    runs = [run("one process", _config(scratch, "here", ror))]
    ways = ((f"{nodes} nodes", False), (f"{nodes} nodes, one lost", True))
    for name, loses in ways[only_lost:]:
        head = {"num_cpus": 0, "include_dashboard": False}
        cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        last = [cluster.add_node(**_NODE) for _ in range(nodes)][-1]
        config = _config(scratch, "there", ror, engine="ray", cluster=cluster.address)
        fault = _Fault(cluster, last, parts * _LOST_AFTER)
        runs.append(run(name, config, fault.progress if loses else lambda _: None))
        import_module("ray").shutdown()
        cluster.shutdown()
    return runs


@dataclass
class _Fault:
    """Takes a node away from a cluster once so many parts of products were read."""

    cluster: Any
    node: Any
    after: float
    read: int = 0

    def progress(self, message: str) -> None:
        self.read += message.startswith(_LOST_AT)
        if self.read > self.after and self.node is not None:
            self.cluster.remove_node(self.node, allow_graceful=False)
            self.node = None


def _print(runs: list[Run], records: int) -> None:
    table = Table(title=f"{records:,} records of OpenAIRE; {runs[0].triples:,} triples")
    for column in ("step, seconds", *(one.name for one in runs)):
        table.add_column(column, justify="left" if column.startswith("step") else "right")
    for step in dict.fromkeys(step for one in runs for step in one.steps):
        cells = [one.steps.get(step, 0.0) for one in runs]
        if max(cells) >= 0.5:
            table.add_row(step, *(f"{cell:.1f}" for cell in cells))
    table.add_row("all", *(f"{sum(one.steps.values()):.1f}" for one in runs))
    table.add_row(
        "of processors, without those of nodes", *(f"{one.processor:.0f}" for one in runs)
    )
    same = [one.sums == runs[0].sums for one in runs]
    table.add_row("files as by one process", *(f"{'all' if s else 'NOT ALL'}" for s in same))
    Console().print(table)
    print(f"{len(runs[0].sums)} files compared by SHA-256")
    if not all(same):
        sys.exit(1)


def main() -> None:
    """Make what is not there, build, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--ror", type=Path, help="a ROR dump: organisations are matched to it")
    parser.add_argument("--only-lost", action="store_true", help="leave out the whole cluster")
    told = parser.parse_args()
    if not (told.scratch / "cordis").is_dir():
        write_synthetic_cordis(told.scratch / "cordis", told.times)
    if not (told.scratch / "openaire").is_dir():
        for path in write_synthetic_openaire(told.scratch / "openaire", told.records):
            print(path.name, end="\r")
    parts = sum(1 for _ in (told.scratch / "openaire" / "publication").iterdir())
    runs = measure(told.scratch, told.nodes, parts, told.ror, only_lost=told.only_lost)
    _print(runs, told.records)


if __name__ == "__main__":
    main()
