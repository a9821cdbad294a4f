"""A build of N times Horizon Europe: time and peak memory of each phase, of all its processes.

    python -m benchmarks.scale SCRATCH [--times 3] [--data FOLDER] [--keep]

Without --data, synthetic CORDIS is made in SCRATCH first (benchmarks/synthetic/cordis.py); with it,
the zips of that folder are built from. Memory is what the system counts as resident, summed over
the process and all that it starts, ten times a second; pages of mapped files are told apart, since
the system can take those back. Time is told by the clock and of the processors: where others work
on the machine, only the second can be compared. Linux only.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from rich.console import Console
from rich.table import Table

from benchmarks.processor_time import processor_seconds
from benchmarks.synthetic.cordis import write_synthetic_cordis
from permed.graph.releases.release import Releases
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build

_STEP: Final = "step "
_EVERY: Final = 0.1  # seconds
_GB: Final = 1e6  # kilobytes


@dataclass
class Phase:
    """One phase of a build: seconds, and the most memory at one time (kB; own: not of files)."""

    name: str
    seconds: float = 0.0
    processor: float = 0.0
    resident: int = 0
    own: int = 0


@dataclass
class Measured:
    """What a build took."""

    phases: list[Phase] = field(default_factory=list)
    quads: int = 0
    store: int = 0  # bytes
    graphs: int = 0  # bytes

    @property
    def seconds(self) -> float:
        """Time of the whole build."""
        return sum(phase.seconds for phase in self.phases)


def measure(files: list[Path], home: Path) -> Measured:
    """Build from files of CORDIS into a home, in a process of its own.

    CalledProcessError where the build fails.
    """
    command = [sys.executable, "-m", "benchmarks.scale", "--build", str(home), *map(str, files)]
    found = Measured()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found.phases = list(_watched(process.pid, process.stdout))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    release = Releases(home).current()
    found.quads = release.receipt["counts"]["triples"]
    found.store = _size(release.path / "store")
    found.graphs = _size(release.path / "graphs")
    return found


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _watched(pid: int, lines: IO[str]) -> Iterator[Phase]:
    """Yield the phases as the process tells of them, with the memory seen in each."""
    said: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=lambda: _read(lines, said), daemon=True).start()
    phase, began, worked = Phase("start"), time.perf_counter(), 0.0
    while True:
        try:
            line = said.get(timeout=_EVERY)
        except queue.Empty:
            resident, own = _memory(pid)
            phase.resident, phase.own = max(phase.resident, resident), max(phase.own, own)
            continue
        if line is not None and not line.startswith(_STEP):
            continue
        now = time.perf_counter()
        phase.seconds, began = now - began, now
        total = processor_seconds(pid) or worked  # nothing is told of a process that has ended
        phase.processor, worked = total - worked, total
        yield phase
        if line is None or line.strip() == f"{_STEP}end":
            return
        phase = Phase(line.removeprefix(_STEP).strip())


def _read(lines: IO[str], said: queue.Queue[str | None]) -> None:
    for line in lines:
        said.put(line)
    said.put(None)


def _memory(pid: int) -> tuple[int, int]:
    """Return resident memory of a process and all below it in kB, and that which is no file's."""
    resident = own = 0
    for process in [pid, *_children(pid)]:
        try:
            told = Path(f"/proc/{process}/status").read_text()
        except OSError:  # ended in the meantime
            continue
        sizes = {
            k: v.split()[0]
            for k, _, v in (ln.partition(":") for ln in told.splitlines())
            if v.strip()
        }
        resident += int(sizes.get("VmRSS", 0))
        own += int(sizes.get("RssAnon", 0)) + int(sizes.get("RssShmem", 0))
    return resident, own


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in direct:
            found += [child, *_children(child)]
    return found


def _say(step: str) -> None:
    if ": " not in step:  # what a source says of its files is within its step
        print(f"{_STEP}{step}", flush=True)


def _build(home: Path, files: list[str]) -> None:
    cordis = {"files": files, "scope": "all"}
    sources = {"reference": {}, "icpermed": {}, "cordis": cordis}
    config = Config.model_validate({"home": home, "sources": sources})
    build(config, _say)
    print(f"{_STEP}end", flush=True)


def _print(found: Measured, title: str) -> None:
    table = Table(title=title, title_justify="left")
    for column in ("phase", "s", "s of processors", "GB resident", "GB own"):
        table.add_column(column, justify="left" if column == "phase" else "right")
    peak = max(found.phases, key=lambda phase: phase.resident)
    worked = sum(phase.processor for phase in found.phases)
    whole = Phase("all", found.seconds, worked, peak.resident, peak.own)
    for phase in [*found.phases, whole]:
        times = (f"{phase.seconds:.1f}", f"{phase.processor:.1f}")
        memory = (f"{phase.resident / _GB:.2f}", f"{phase.own / _GB:.2f}")
        table.add_row(phase.name, *times, *memory)
    console = Console(width=100)
    console.print(table)
    console.print(
        f"{found.quads:,} quads; N-Quads {found.graphs / 1e9:.2f} GB; store {found.store / 1e9:.2f}"
        f" GB; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load"
        f" {os.getloadavg()[1]:.1f}"
    )


def main() -> None:
    """Measure one build and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--times", type=float, default=1)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the release")
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.build:
        _build(args.scratch, args.files)
        return
    home = args.scratch / "home"
    if args.data:
        files, title = sorted(args.data.glob("*HORIZON*.zip")), f"{args.data}"
    else:
        inputs = args.scratch / "synthetic"
        files = write_synthetic_cordis(inputs, args.times)
        title = f"SYNTHETIC CORDIS, {args.times:g} times Horizon Europe"
    _print(measure(files, home), title)
    if not args.keep:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
