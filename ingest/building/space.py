"""Is there room for a release? Asked before a build, since a full disk shows itself at the end."""

from __future__ import annotations

import shutil
from pathlib import Path

from permed.graph.errors import InputError
from permed.graph.releases.release import Release

__all__ = ["check_space"]

_LEAST = 256_000_000  # bytes: what the packaged sources take, store and cache included
_MARGIN = 1.1  # a release may be somewhat larger than the one before


def check_space(home: Path, before: Release | None) -> None:
    """Refuse with InputError a build whose release will hardly fit on the disk of `home`.

    The release before tells how large the next one will be; without one, only the size of the
    packaged data is asked for.
    """
    taken = sum(p.stat().st_size for p in before.path.rglob("*") if p.is_file()) if before else 0
    needed = max(_LEAST, round(taken * _MARGIN))
    free = shutil.disk_usage(home).free
    if free < needed:
        raise InputError(
            f"{home}: {free / 1e9:.1f} GB are free, a build needs about {needed / 1e9:.1f} GB; free"
            " some, remove old releases (`keep` in permed.toml), or build elsewhere with --into"
        )
