"""Faults of what writes releases and pages: kills, full disks, rivals, clocks."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from typing import Final

from benchmarks.faults.home import PERMED, FaultHome, Outcome, environment
from permed.graph.releases.release import Releases

__all__ = ["clock_jumps", "disk_full", "kill_build", "kill_publish", "stop_build", "two_builds"]

_SIZES: Final = (64, 6_000_000)  # bytes: below the smallest file of a build, above the largest
_EPOCHS: Final = (631_152_000, 4_102_444_800)  # 1990 and 2100
_STOPPED: Final = 143
_BUILDS: Final = ".staging-build-*"
_AT_WORK: Final = 0.75  # share of the faults that wait until there is something to break
_LOOK: Final = 0.005  # seconds between two looks


def _kill(process: subprocess.Popen[str], how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)


def kill_build(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGKILL at a random moment of a build."""
    process = home.begin("build", "--force")
    if chance.random() < _AT_WORK:
        home.wait_for(_BUILDS, process)
    time.sleep(chance.uniform(0, home.span))
    _kill(process, signal.SIGKILL)
    fault = time.monotonic()
    process.communicate()
    return home.judged(fault)


def stop_build(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGTERM at a random moment: nothing half made stays, and the exit code says so."""
    before = home.staged()  # of builds that were killed: the next one removes them
    process = home.begin("build", "--force")
    home.wait_for(_BUILDS, process)
    time.sleep(chance.uniform(0, home.span))
    _kill(process, signal.SIGTERM)
    fault = time.monotonic()
    process.communicate()
    left = sorted(home.staged() - before)
    wrong = process.returncode not in (0, _STOPPED, -signal.SIGTERM)
    lost = f"left {left}" if left else f"exit code {process.returncode}" if wrong else ""
    return home.judged(fault, lost)


def disk_full(home: FaultHome, chance: random.Random) -> Outcome:
    """No file can grow past a size, as on a disk that has no more room."""
    small, large = _SIZES
    most = round(small * (large / small) ** chance.random())

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(
        [*PERMED, "build", "--force"], cwd=home.folder, env=environment(), text=True,
        capture_output=True, preexec_fn=limit, check=False,
    )  # fmt: skip
    fault = time.monotonic()
    said = [line for line in done.stderr.splitlines() if line.startswith("permed:")]
    told = done.returncode == 0 or (len(said) == 1 and "unexpected" not in said[0])
    return home.judged(fault, "" if told else f"at {most} bytes: {done.stderr[-200:]}")


def two_builds(home: FaultHome, chance: random.Random) -> Outcome:
    """Two builds at once: one publishes, the other says that it has to wait."""
    first = home.begin("build", "--force")
    time.sleep(chance.uniform(0, home.span / 2))
    second = home.begin("build", "--force")
    said = [process.communicate()[1] for process in (first, second)]
    fault = time.monotonic()
    codes = sorted((first.returncode, second.returncode))
    waits = codes == [0, 0] or (codes == [0, 1] and any("another build" in s for s in said))
    return home.judged(fault, "" if waits else f"exit codes {codes}: {said}")


def clock_jumps(home: FaultHome, chance: random.Random) -> Outcome:
    """A build on a day long past or far ahead is the current one, and rollback undoes it."""
    before = Releases(home.path).current().id
    epoch = chance.choice(_EPOCHS) + chance.randrange(86_400 * 365)
    home.command("build", "--force", SOURCE_DATE_EPOCH=str(epoch))
    now = Releases(home.path).current().id
    home.command("releases", "rollback")
    fault, back = time.monotonic(), Releases(home.path).current().id
    lost = "" if now != before == back else f"{before}, then {now}, back to {back}"
    return home.judged(fault, lost)


def kill_publish(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGKILL while pages are written: the release they are made of stays as it is."""
    site = home.folder / "site"
    process = home.begin("publish", str(site))
    if chance.random() < _AT_WORK:  # pages are written at the end, all at once
        while process.poll() is None and not (site / "index.html").exists():
            time.sleep(_LOOK)
    time.sleep(chance.uniform(0, home.span))
    _kill(process, signal.SIGKILL)
    fault = time.monotonic()
    process.communicate()
    shutil.rmtree(site, ignore_errors=True)
    return home.judged(fault)
