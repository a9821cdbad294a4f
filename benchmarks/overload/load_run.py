"""Twice the load that can be sustained: what is shed how, and whether light queries stay quick.

    python -m benchmarks.overload HOME [--seconds 600] [--clients 16]

First light queries alone (their p95), then as many of the mix as `--clients` get through, one after
the other (what can be sustained), then twice as many a second, coming whether or not those before
are answered. HOME holds releases; `permed serve` runs on it as an operator would run it, but
without a limit for one client. Exit code 1 where a bound of the table is not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import math
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.http import ours, questions, started
from benchmarks.overload.light_client import LightClient
from permed.ontology import PREFIXES

__all__ = ["LoadRun", "kept", "main", "table"]

_PORT: Final = 8413
_HEAVY: Final = "".join(f"PREFIX {k}: <{PREFIXES[k]}>\n" for k in ("pm", "eurio")) + (
    "SELECT ?c (COUNT(DISTINCT ?a) AS ?n) (%d AS ?x) WHERE { ?r pm:roleIn ?a ; pm:roleOf ?o . "
    "?a a eurio:Project . ?o pm:country ?c } GROUP BY ?c"
)
_LISTS: Final = (
    "/api/v1/organisations?limit=50&q=%s",
    "/search?q=%s",
    "/api/v1/projects?limit=20&q=%s",
)
_WORDS: Final = ("cancer", "data", "health", "university", "genom", "clinic")
_OUTSTANDING: Final = 400  # below the connections that the service takes
_SAMPLE: Final = 5.0  # seconds between two looks at memory
_SHARES: Final = (("light", 0.8), ("list", 0.15), ("heavy", 0.05))
_MOST_RATIO, _MOST_GROWTH = 3.0, 1.0
_SHED: Final = (429, 503)


@dataclass
class LoadRun:
    """What was seen: seconds of light answers idle and under load, statuses, memory, handles."""

    idle: list[float] = field(default_factory=list)
    sustained: float = 0.0  # requests a second
    sent: int = 0
    light: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    bare: int = 0  # shed without Retry-After
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds, MB of all processes
    before: tuple[int, int] = (0, 0)  # processes, open files
    after: tuple[int, int] = (0, 0)

    @property
    def ratio(self) -> float:
        """p95 of light answers under load over that of the idle service."""
        return p95(self.light) / p95(self.idle)

    @property
    def growth(self) -> float:
        """MB a minute, by least squares over the second half, when all has been warmed up."""
        half = self.memory[len(self.memory) // 2 :]
        if len(half) < 3:
            return math.nan
        return float(np.polyfit([t for t, _ in half], [m for _, m in half], 1)[0] * 60)

    @property
    def odd(self) -> int:
        """Answers that are neither good nor shed as they should be."""
        good = {"200", *map(str, _SHED)}
        return sum(n for status, n in self.statuses.items() if status not in good) + self.bare


def p95(seconds: list[float]) -> float:
    """Return the time within which 95 of 100 were answered."""
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else math.inf


def table(run: LoadRun) -> str:
    """Return the findings as a table of Markdown, with their bounds."""
    shed = sum(run.statuses[str(s)] for s in _SHED)
    rows = [
        ("sustained, requests a second", f"{run.sustained:.0f}", ""),
        ("sent at twice that", f"{run.sent}", ""),
        ("shed with 429 or 503 and Retry-After", f"{shed - run.bare}", ""),
        ("neither answered nor shed so", f"{run.odd}", "0"),
        ("light queries, p95 idle", f"{p95(run.idle) * 1e3:.0f} ms", ""),
        ("light queries, p95 under load", f"{p95(run.light) * 1e3:.0f} ms", ""),
        ("the same as a multiple", f"{run.ratio:.1f}", f"at most {_MOST_RATIO:g}"),
        ("memory grows, MB a minute", f"{run.growth:.2f}", f"below {_MOST_GROWTH:g}"),
        ("processes before and after", f"{run.before[0]}, {run.after[0]}", "the same"),
        ("open files before and after", f"{run.before[1]}, {run.after[1]}", "no more than 5 more"),
    ]
    return "\n".join(
        [
            "| what | measured | bound |",
            "| --- | ---: | ---: |",
            *(f"| {a} | {b} | {c} |" for a, b, c in rows),
        ]
    )


def kept(run: LoadRun) -> bool:
    """Whether every bound is kept."""
    leaks = run.after[0] > run.before[0] or run.after[1] > run.before[1] + 5
    slow = run.ratio > _MOST_RATIO
    return not (run.odd or leaks or slow or run.growth >= _MOST_GROWTH)


def _mix(home: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield kind, path and parameters of requests, for ever."""
    chance = random.Random(1)
    light = questions(home, "look-up", 1)
    for number in itertools.count():
        drawn = chance.random()
        kind = next(k for k, edge in _edges() if drawn < edge)
        if kind == "light":
            yield kind, "/sparql", {"query": next(light)}
        elif kind == "list":
            yield kind, chance.choice(_LISTS) % f"{chance.choice(_WORDS)}{number % 7}", {}
        else:
            yield kind, "/sparql", {"query": _HEAVY % number}


def _edges() -> Iterator[tuple[str, float]]:
    total = 0.0
    for kind, share in _SHARES:
        total += share
        yield kind, total


async def _ask(client: LightClient, run: LoadRun, request: tuple[str, str, dict[str, str]]) -> None:
    kind, path, given = request
    begun = time.perf_counter()
    try:
        answer = await client.get(path, given or None)
    except (OSError, EOFError, TimeoutError) as problem:
        run.statuses[type(problem).__name__] += 1
        return
    run.statuses[str(answer.status)] += 1
    run.bare += answer.status in _SHED and "retry-after" not in answer.headers
    if kind == "light" and answer.status == 200:
        run.light.append(time.perf_counter() - begun)


async def measure(home: Path, pid: int, seconds: float, clients: int) -> LoadRun:
    """Run the three parts against the service on our port."""
    run, mix = LoadRun(), _mix(home)
    async with LightClient("127.0.0.1", _PORT, timeout=120) as client:
        light = questions(home, "look-up", 2)
        warm = LoadRun()
        for _ in range(50):
            await _ask(client, warm, ("light", "/sparql", {"query": next(light)}))
        for _ in range(300):
            await _ask(client, run, ("light", "/sparql", {"query": next(light)}))
        run.idle, run.light = run.light, []
        run.statuses.clear()
        run.sustained = await _sustained(client, mix, clients, min(30.0, seconds / 4))
        await asyncio.sleep(2)
        run.before = _held(pid)
        await _twice(client, mix, run, pid, seconds)
        await asyncio.sleep(10)
    await asyncio.sleep(1)
    run.after = _held(pid)
    return run


async def _sustained(
    client: LightClient,
    mix: Iterator[tuple[str, str, dict[str, str]]],
    clients: int,
    seconds: float,
) -> float:
    seen, end = LoadRun(), time.monotonic() + seconds

    async def one() -> None:
        while time.monotonic() < end:
            await _ask(client, seen, next(mix))

    await asyncio.gather(*(one() for _ in range(clients)))
    return seen.statuses["200"] / seconds


async def _twice(
    client: LightClient,
    mix: Iterator[tuple[str, str, dict[str, str]]],
    run: LoadRun,
    pid: int,
    seconds: float,
) -> None:
    chance, running = random.Random(2), set[asyncio.Task[None]]()
    begun = at = time.monotonic()
    looked = 0.0
    while at - begun < seconds:
        at += chance.expovariate(2 * run.sustained)
        if (wait := at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        if time.monotonic() - looked > _SAMPLE:
            looked = time.monotonic()
            run.memory.append((looked - begun, _memory(pid)))
        if len(running) < _OUTSTANDING:
            run.sent += 1
            task = asyncio.create_task(_ask(client, run, next(mix)))
            running.add(task)
            task.add_done_callback(running.discard)
    await asyncio.gather(*running)


def _tree(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{found[-1]}/task").iterdir():
                waiting += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _memory(pid: int) -> float:
    """Memory of all processes in MB; what they share counts once (PSS)."""
    total = 0
    for one in _tree(pid):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
            total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total / 1024


def _held(pid: int) -> tuple[int, int]:
    return len(_tree(pid)), len(list(Path(f"/proc/{pid}/fd").iterdir()))


def main() -> None:
    """Measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=16)
    asked = parser.parse_args()
    address = f"http://127.0.0.1:{_PORT}/sparql"
    with started("permed serve", ours(asked.home, _PORT), address) as server:
        run = asyncio.run(measure(asked.home, server.pid, asked.seconds, asked.clients))
    print(table(run))
    print(f"statuses: {dict(run.statuses)}; median {statistics.median(run.light) * 1e3:.0f} ms")
    sys.exit(0 if kept(run) else 1)
