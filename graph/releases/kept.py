"""A release by its whole id: kept, removed, or never there."""

from __future__ import annotations

from pathlib import Path

from permed.graph.errors import NotFoundError, RemovedError
from permed.graph.releases.history import promotions
from permed.graph.releases.release import Release

__all__ = ["kept_release"]


def kept_release(home: Path, name: str) -> Release:
    """Return the release of that id; no shorter form, since an address must not change its meaning.

    RemovedError for a release that was published here and is no longer kept, NotFoundError for one
    that never was.
    """
    release = Release(home / name)
    plain = name and "/" not in name and not name.startswith(".") and name != "current"
    if plain and _is_file(release.path / "receipt.json"):
        return release
    if any(step.release == name for step in promotions(home)):
        raise RemovedError(
            f"release {name} is no longer kept; leave it out for the current one, or take one of "
            "those that /releases lists"
        )
    raise NotFoundError(f"there was never a release '{name[:100]}'; /releases lists those kept")


def _is_file(path: Path) -> bool:
    """Whether there is that file; a name that is too long for the disk names none."""
    try:
        return path.is_file()
    except OSError:
        return False
