"""The whole build against the engine's bare bulk load, paired in one run.

    python -m benchmarks.build [FOLDER]        FOLDER holds cordis/*.zip; default: $PERMED_DATA

Horizon Europe, scope all, results included, gate on: from zips to a published release. Each figure
comes from a process of its own, so that peak memory is its own too.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from permed.graph.shacl.validation import validate_file
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build

_FILES = ("cordis-HORIZONprojects-csv.zip", "cordis-HORIZONprojects-results-csv.zip")


def main() -> None:
    """Run every stage in its own process and print the table."""
    if len(sys.argv) > 2 and sys.argv[1].startswith("--stage="):
        _stage(sys.argv[1].removeprefix("--stage="), sys.argv[2:])
        return
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["PERMED_DATA"])
    files = [str(data / "cordis" / name) for name in _FILES]
    with tempfile.TemporaryDirectory() as scratch:
        built = _run("build", scratch, *files)
        loaded = _run("bulk-load", scratch)
        memory = _run("load-in-memory", scratch)
        engines = [_run("validate", scratch, engine) for engine in ("shacl", "pyshacl")]
    _print(built, loaded, memory, engines)


def _run(stage: str, *args: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.build", f"--stage={stage}", *args]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _stage(name: str, args: list[str]) -> None:
    stages: dict[str, Callable[..., dict[str, float]]] = {
        "build": _build,
        "bulk-load": _bulk_load,
        "load-in-memory": _load_in_memory,
        "validate": _validate,
    }
    started = time.perf_counter()
    figures = stages[name](*args)
    figures["seconds"] = time.perf_counter() - started
    figures["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps(figures))


def _build(scratch: str, *files: str) -> dict[str, float]:
    times: list[tuple[str, float]] = []
    cordis = {"files": list(files), "scope": "all"}
    sources = {"reference": {}, "icpermed": {}, "cordis": cordis}
    config = Config.model_validate({"home": Path(scratch) / "home", "sources": sources})
    built = build(config, lambda step: times.append((step, time.perf_counter())))
    end = [t for _, t in times[1:]] + [time.perf_counter()]
    steps: dict[str, float] = {}
    for (step, start), stop in zip(times, end, strict=True):
        key = step.split(":")[0]
        steps[key] = steps.get(key, 0.0) + stop - start
    receipt = built.release.receipt
    rows = receipt["sources"]["cordis"]["rows"]
    return {
        "quads": receipt["counts"]["triples"],
        **{f"step {k}": v for k, v in steps.items()},
        **{f"rows {k}": v for k, v in rows.items()},
    }


def _graphs(scratch: str) -> list[Path]:
    return sorted((Path(scratch) / "home" / "current" / "graphs").glob("*.nq"))


def _bulk_load(scratch: str) -> dict[str, float]:
    store = ox.Store(str(Path(scratch) / "bare"))
    for path in _graphs(scratch):
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    store.flush()
    return {}


def _load_in_memory(scratch: str) -> dict[str, float]:
    store = ox.Store()
    for path in _graphs(scratch):
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    return {"quads": len(store)}


def _validate(scratch: str, engine: str) -> dict[str, float]:
    """Both engines on the same slice: the curated graph (pySHACL needs minutes for all)."""
    path = next(p for p in _graphs(scratch) if p.stem == "icpermed")
    report = validate_file(path, "pyshacl" if engine == "pyshacl" else "shacl")
    return {"results": len(report.violations)}


def _print(
    built: dict[str, float],
    loaded: dict[str, float],
    memory: dict[str, float],
    engines: list[dict[str, float]],
) -> None:
    table = Table(title="Horizon Europe, scope all, with results", title_justify="left")
    for column in ("what", "figure", "goal"):
        table.add_column(column)
    ratio = built["seconds"] / loaded["seconds"]
    mapping = sum(v for k, v in built.items() if k.startswith(("step map", "step link")))
    reading = sum(v for k, v in built.items() if k.startswith(("step read", "step cordis")))
    fast, reference = engines
    table.add_row("quads", f"{built['quads']:,.0f}", "")
    table.add_row("zips to published release", f"{built['seconds']:.1f} s", "")
    table.add_row("bare bulk_load of the same quads", f"{loaded['seconds']:.1f} s", "")
    table.add_row("ratio", f"{ratio:.2f}", "<= 2")
    table.add_row("peak memory of the build", f"{built['peak_gb']:.2f} GB", "< 3 GB")
    rate = built["quads"] / (reading + mapping)
    table.add_row("CSV to N-Quads (read, link, map)", f"{rate:,.0f} quads/s", ">= 250,000")
    in_memory = f"{memory['seconds']:.1f} s, {memory['peak_gb']:.2f} GB"
    table.add_row("load in memory", in_memory, "< 20 s")
    speed = reference["seconds"] / fast["seconds"]
    same = "same" if fast["results"] == reference["results"] else "DIFFERENT"
    table.add_row("shacl against pyshacl, curated graph", f"{speed:.0f}x, {same} results", ">= 20x")
    for key, value in built.items():
        if key.startswith("step "):
            table.add_row(f"  {key.removeprefix('step ')}", f"{value:.1f} s", "")
        elif key.startswith("rows "):
            table.add_row(f"  cordis {key.removeprefix('rows ')}", f"{value:,.0f} rows", "")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
