"""Locks of a home: who may write what, across processes, and folders for what is in the making.

    .lock              one build at a time, from its first file read to its last
    .contributing.lock one contribution at a time, some seconds
    .publishing.lock   a change of `current` or `contributions/`: for the renames only

Nobody waits for a build: what it takes minutes to read and write lies in a folder of its own, and
only its publishing keeps others from publishing. Whoever holds several takes them in this order.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from permed.graph.errors import BusyError, InputError
from permed.graph.files import make_folder

__all__ = [
    "building",
    "contributing",
    "make_home",
    "publishing",
    "refuse_read_only",
    "staging_folder",
]

_PATIENCE: Final = 60.0  # seconds that a writer waits for its turn
_PAUSE: Final = 0.05
_STAGING: Final = ".staging-"
_CONTRIBUTION: Final = f"{_STAGING}contribution-"
REMOVED: Final = ".removed-"
READ_ONLY: Final = ".read-only"


@contextmanager
def building(home: Path) -> Iterator[Path]:
    """Yield an empty folder for a build; BusyError if another build runs."""
    make_home(home)
    busy = f"another build is writing to {home}; wait for it or use --into"
    with _held(home / ".lock", 0.0, busy):
        _clear(home, contributions=False)
        with staging_folder(home, f"{_STAGING}build-") as folder:
            yield folder


@contextmanager
def contributing(home: Path) -> Iterator[None]:
    """Keep other contributions out; BusyError after some seconds of waiting for them."""
    busy = "other contributions are being written; try again in a minute"
    with _held(home / ".contributing.lock", _PATIENCE, busy):
        _clear(home, contributions=True)
        yield


@contextmanager
def publishing(home: Path) -> Iterator[None]:
    """Keep others from changing what is current; BusyError after some seconds of waiting."""
    busy = f"another process is publishing a release in {home}; try again in a minute"
    with _held(home / ".publishing.lock", _PATIENCE, busy):
        yield


@contextmanager
def staging_folder(home: Path, prefix: str = _CONTRIBUTION) -> Iterator[Path]:
    """Yield an empty folder in the home that is gone afterwards, unless it was renamed."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_home(home: Path) -> None:
    """Make the folder of the releases; InputError where it cannot be."""
    make_folder(home, "use --into")


def refuse_read_only(home: Path) -> None:
    """InputError for a folder of releases that a bundle was unpacked into."""
    if (home / READ_ONLY).exists():
        raise InputError(
            f"{home}: was unpacked from a bundle, which can only be read; name a folder of releases"
        )


@contextmanager
def _held(path: Path, patience: float, busy: str) -> Iterator[None]:
    refuse_read_only(path.parent)
    deadline = time.monotonic() + patience
    try:
        held = path.open("w")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; remove it, it is made again") from error
    with held as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise BusyError(busy) from None
            time.sleep(_PAUSE)
        yield


def _clear(home: Path, *, contributions: bool) -> None:
    """Remove what killed processes left: builds see to their own kind, contributions to theirs."""
    left = list(home.glob(f"{_STAGING}*"))
    own = [p for p in left if p.name.startswith(_CONTRIBUTION) == contributions]
    for stale in [*own, *home.glob(f"{REMOVED}*")]:
        shutil.rmtree(stale, ignore_errors=True)
