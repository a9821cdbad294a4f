"""The home that faults are tried on, and what must still hold afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from permed.graph.errors import PermedError
from permed.graph.releases.checksums import find_damage
from permed.graph.releases.release import Releases

__all__ = ["PERMED", "FaultHome", "Outcome", "environment"]

PERMED: Final = [sys.executable, "-P", "-m", "permed"]
_CONFIG: Final = "[build]\nhome = 'releases'\nkeep = 4\n\n[sources.reference]\n"
_LONGEST: Final = 300.0
_LOOK: Final = 0.005  # seconds between two looks


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a command: ours, without colours and wide enough for any line."""
    return {**os.environ, "COLUMNS": "300", "NO_COLOR": "1", "OMP_NUM_THREADS": "1", **more}


@dataclass(frozen=True)
class Outcome:
    """What a fault took away, empty for nothing, and the seconds until all was well again."""

    lost: str
    seconds: float


@dataclass
class FaultHome:
    """A folder with permed.toml and releases.

    span: seconds in which an undisturbed build fills its folder.
    """

    folder: Path
    span: float
    known: set[str] = field(default_factory=set)

    @classmethod
    def made(cls, folder: Path) -> FaultHome:
        """Make the home with two releases."""
        (folder / "permed.toml").write_text(_CONFIG, encoding="utf-8")
        home = cls(folder, 0.0)
        for _ in range(2):
            process = home.begin("build", "--force")
            home.wait_for(".staging-build-*", process)
            started = time.monotonic()
            said = process.communicate(timeout=_LONGEST)[1]
            home.span = time.monotonic() - started
            if process.returncode:
                raise AssertionError(f"permed build: {said[-300:]}")
        home.known = {release.id for release in Releases(home.path).list()}
        return home

    @property
    def path(self) -> Path:
        """The folder of the releases."""
        return self.folder / "releases"

    def begin(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command in a session of its own, so that all of it can be killed."""
        return subprocess.Popen(
            [*PERMED, *arguments], cwd=self.folder, env=environment(**variables), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def staged(self) -> set[str]:
        """Return the folders of builds and contributions under way, or left by killed ones."""
        return {path.name for path in self.path.glob(".staging-*")}

    def wait_for(self, pattern: str, process: subprocess.Popen[str]) -> None:
        """Wait until a file or folder of that form has come in the releases, or the process ends.

        So a fault meets the work itself, and not the start of the program, however busy the
        machine is.
        """
        before = set(self.path.glob(pattern))
        while process.poll() is None and set(self.path.glob(pattern)) <= before:
            time.sleep(_LOOK)

    def command(self, *arguments: str, **variables: str) -> str:
        """Run a command to its good end and return what it printed."""
        done = subprocess.run(
            [*PERMED, *arguments], cwd=self.folder, env=environment(**variables), text=True,
            capture_output=True, timeout=_LONGEST, check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"permed {' '.join(arguments)}: {done.stderr[-300:]}")
        return done.stdout

    def judged(self, fault: float, lost: str = "") -> Outcome:
        """Say what a fault at a moment left: all releases as published, and one to be asked."""
        try:
            current = Releases(self.path).current().id
            self.command("query", str(self._question()), "--format", "csv")
        except (PermedError, AssertionError) as problem:
            return Outcome(lost or str(problem), time.monotonic() - fault)
        seconds = time.monotonic() - fault
        there = {release.id: release for release in Releases(self.path).list()}
        damage = [line for release in there.values() for line in find_damage(release.path)]
        if current not in there:
            lost = lost or f"{current} is current and cannot be used"
        if len(there) < min(len(self.known), 4):
            lost = lost or f"of {sorted(self.known)} there are {sorted(there)}"
        self.known = set(there)
        return Outcome(lost or "; ".join(damage[:2]), seconds)

    def _question(self) -> Path:
        path = self.folder / "any.rq"
        path.write_text("ASK { ?s a ?t }", encoding="utf-8")
        return path
