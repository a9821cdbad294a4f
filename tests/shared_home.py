"""One home with a release of all packaged sources, built once and shared by all test processes.

It is kept in `.pytest_cache/homes/` between runs, named by a digest of everything that a build
reads, and only read by tests: what writes into a home works on one of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from tests import ROOT

__all__ = ["digest_of", "shared_home"]

# more than the code that a build runs: a home built once too often costs seconds, an old one lies
READ = ("ontology", "graph", "ingest", "queries/checks", "constraints.txt")
KEPT = 2  # a branch and the one it came from


def digest_of(paths: Iterable[Path], root: Path) -> str:
    """SHA-256 over names and bytes of files and of all files below folders, in hex."""
    digest = hashlib.sha256()
    for path in sorted(file for given in paths for file in _files(given)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    found = path.rglob("*") if path.is_dir() else [path]
    yield from (p for p in found if p.is_file() and "__pycache__" not in p.parts)


def shared_home(cache: Path = ROOT / ".pytest_cache" / "homes") -> Path:
    """Return the home of today's code and data; the first process that asks builds it."""
    home = cache / digest_of([ROOT / name for name in READ], ROOT)[:16]
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        if not home.is_dir():
            unfinished = cache / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            build(Config(home=unfinished), lambda _: None)
            unfinished.rename(home)
        home.touch()
        homes = sorted((p for p in cache.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
        for old in homes[:-KEPT]:
            shutil.rmtree(old)
    return home


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
