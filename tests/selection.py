"""Which tests `make quick` runs: those of what changed, and of all others the fast ones.

A test is slow if it is marked so, or builds or serves a release first. What changed is what differs
from the commit where the branch left `origin/main` (without a remote, `HEAD`).
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import pytest

from tests import ROOT

__all__ = ["changed_files", "is_slow", "mirrors", "slow_files_first", "split"]

# fixtures that build a release, or write a small one and serve it
SLOW_FIXTURES = frozenset(
    {"home", "built_home", "http_home", "own_home", "small_home", "two_small"}
    | {"served", "with_a_plan", "disputed"}
)


def changed_files(root: Path = ROOT) -> list[str]:
    """Return the paths of changed and new files below `root`; none where this is no checkout."""
    start = _git(root, "merge-base", "origin/main", "HEAD") or ["HEAD"]
    changed = _git(root, "diff", "--name-only", start[0])
    return sorted({*changed, *_git(root, "ls-files", "--others", "--exclude-standard")})


def _git(root: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=root, check=False, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def mirrors(changed: Iterable[str], root: Path = ROOT) -> set[Path]:
    """Return the folders and files of tests that mirror changed files.

    `graph/store/query/tokens.py` is tested in `tests/graph/store/query/`, or in the nearest folder
    above it that there is; a changed test is its own mirror.
    """
    return {_mirror(PurePosixPath(path), root) for path in changed if "/" in path}


def _mirror(path: PurePosixPath, root: Path) -> Path:
    if path.parts[0] == "tests":
        return root / path
    folder = root / "tests" / path.parent
    while not folder.is_dir():
        folder = folder.parent
    return folder


def split(
    items: Sequence[pytest.Item], mirrored: set[Path]
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Part tests into those that `make quick` runs and the others."""
    chosen: tuple[list[pytest.Item], list[pytest.Item]] = ([], [])
    for item in items:
        touched = item.path in mirrored or item.path.parent in mirrored
        chosen[is_slow(item) and not touched].append(item)
    return chosen


def is_slow(item: pytest.Item) -> bool:
    """Tell whether a test takes more than a second, or builds or serves a release first."""
    return _marked(item) or _needs_a_release(item)


def _needs_a_release(item: pytest.Item) -> bool:
    return not SLOW_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def _marked(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) is not None for name in ("slow", "long"))


def slow_files_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Order tests by file, those with slow ones first: what is left at the end is short.

    A file goes whole to one process, and a long one that comes last keeps the others waiting. One
    file makes the shared release; those that need it too come after those that do not. Among equals
    the file with most long tests comes first.
    """
    slow = {item.path for item in items if _marked(item)}
    built = {item.path for item in items if _needs_a_release(item)}
    makers = [item for item in items if item.path in slow & built]
    makers.sort(key=lambda item: item.get_closest_marker("long") is not None)
    long = Counter(item.path for item in items if item.get_closest_marker("long") is not None)

    def place(item: pytest.Item) -> tuple[bool, bool, bool, int]:
        first = bool(makers) and item.path == makers[0].path
        return (not first, item.path not in slow, item.path in built, -long[item.path])

    return sorted(items, key=place)  # otherwise as they were
