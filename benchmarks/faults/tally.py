"""Faults while it runs: how often each was tried, what was lost, how long until all was well again.

    python -m benchmarks.faults [--times 50] [--only NAME ...] [--write]

Kills fall at random moments (seeded), full disks at sizes spread over those of the files of a
build. The home is small (countries and regions), so that many trials are possible; what is tried
does not depend on its size. `--write` writes docs/faults.md. Linux only.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.faults.building import (
    clock_jumps,
    disk_full,
    kill_build,
    kill_publish,
    stop_build,
    two_builds,
)
from benchmarks.faults.home import FaultHome, Outcome
from benchmarks.faults.serving import (
    kill_analyst,
    kill_loader,
    kill_serve,
    kill_write,
    promote_under_readers,
)
from benchmarks.verified import commit

__all__ = ["TRIALS", "Tally", "faults_page", "main", "run_trials"]

_PAGE: Final = Path(__file__).parents[2] / "docs" / "faults.md"
Trial = Callable[[FaultHome, random.Random], Outcome]
# name in the table: trial, share of `--times` (those that are slow are tried less often)
TRIALS: Final[dict[str, tuple[Trial, float]]] = {
    "build killed": (kill_build, 1),
    "build told to stop": (stop_build, 0.4),
    "disk full during a build": (disk_full, 0.4),
    "two builds at once": (two_builds, 0.2),
    "clock set back or forward": (clock_jumps, 0.2),
    "publishing of pages killed": (kill_publish, 1),
    "service killed": (kill_serve, 1),
    "service killed while a graph is written": (kill_write, 1),
    "loader killed under load": (kill_loader, 0.4),
    "analyst killed at work": (kill_analyst, 0.4),
    "release changed under readers": (promote_under_readers, 0.2),
}


@dataclass(frozen=True)
class Tally:
    """How one fault went: times tried, what was lost, seconds until well again."""

    name: str
    tried: int
    lost: tuple[str, ...]
    seconds: tuple[float, ...]


def run_trials(names: Iterable[str], times: int, seed: int = 0) -> list[Tally]:
    """Try one fault after the other in one home, so that what one leaves meets the next."""
    found = []
    with tempfile.TemporaryDirectory(prefix="permed-faults-") as folder:
        home = FaultHome.made(Path(folder))
        for name in names:
            trial, share = TRIALS[name]
            chance = random.Random(f"{seed} {name}")
            outcomes = []
            for _ in range(max(1, round(times * share))):
                outcomes.append(trial(home, chance))
                print(f"{name}: {outcomes[-1]}", file=sys.stderr, flush=True)
            lost = tuple(o.lost for o in outcomes if o.lost)
            found.append(Tally(name, len(outcomes), lost, tuple(o.seconds for o in outcomes)))
    return found


def faults_page(tallies: Sequence[Tally], when: datetime, at: str) -> str:
    """Return the page: a row a fault."""
    rows = [
        f"| {t.name} | {t.tried} | {len(t.lost)} | {statistics.median(t.seconds):.1f} | "
        f"{max(t.seconds):.1f} |"
        for t in tallies
    ]
    told = [f"- {t.name}: {loss}" for t in tallies for loss in t.lost]
    return "\n".join(
        [
            "# Faults that were tried", "",
            "<!-- made by `python -m benchmarks.faults --write`; do not edit -->", "",
            "Lost means: a release that is gone or no longer as published, a current release that",
            "cannot be used, half a contributed graph, a process left behind, an answer that is",
            "neither right nor a refusal to try again later. Well again is the time from the fault",
            "until a command, or the service, answers from the release as before, with the start",
            "of either; under readers six changes of the release are counted in.", "",
            f"{when:%Y-%m-%d}, commit {at}: {sum(t.tried for t in tallies)} faults, "
            f"{sum(len(t.lost) for t in tallies)} lost something.", "",
            "| fault | times tried | lost | seconds until well again, median | longest |",
            "| --- | ---: | ---: | ---: | ---: |", *rows, "",
            *([*told, ""] if told else []),
        ]
    )  # fmt: skip


def main() -> None:
    """Run the trials, print the page, write it where told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--only", nargs="*", choices=list(TRIALS), default=list(TRIALS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    tallies = run_trials(asked.only, asked.times, asked.seed)
    text = faults_page(tallies, datetime.now(UTC), commit())
    print(text)
    if asked.write:
        _PAGE.write_text(text, encoding="utf-8")
    sys.exit(any(t.lost for t in tallies))
