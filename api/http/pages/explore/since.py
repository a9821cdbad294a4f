"""What came and went since the release before, to stand beside the numbers of pages.

Both are read from the change record, and lead to its rows: as many as the number says.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

import polars as pl

from permed.api.http.rest.changes import ReleasePair, changes_between, selected
from permed.graph.errors import PermedError
from permed.graph.releases.release import Release

__all__ = ["ChangesSince", "Since", "changes_since"]

_log: Final = logging.getLogger("permed.http")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?=-|$)")


@dataclass(frozen=True)
class Since:
    """How many came and went of what a number counts, where their rows are, and since when."""

    came: int
    went: int
    came_href: str
    went_href: str
    when: str  # day of the release before, or its name
    was: int | None = None  # how many it was then, where that is counted


@dataclass(frozen=True, eq=False)
class ChangesSince:
    """The changes since the release before."""

    pair: ReleasePair

    def of_rows(self, group: str, about: Iterable[str] = ()) -> Since | None:
        """Return what came and went of a kind, or of rows about some things; None for nothing.

        group: of the change record, a kind or a derived table.
        """
        told = tuple(about)
        came, went = (
            selected(self.pair.rows, [group], [change], told).height for change in ("came", "went")
        )
        if not came and not went:
            return None
        asked = [("from", self.pair.before or ""), ("to", self.pair.after), ("group", group)]
        start = f"/changes?{urlencode([*asked, *(('about', thing) for thing in told)])}&change="
        return Since(came, went, f"{start}came", f"{start}went", self.when)

    @property
    def when(self) -> str:
        """The day of the release before, or its name where that tells none."""
        day = _DAY.match(self.pair.before or "")
        return day[0] if day else f"release {self.pair.before}"


@lru_cache(maxsize=4)
def changes_since(release: Release) -> ChangesSince | None:
    """Return what a release was published with as its changes; None where it has no record."""
    if not (release.receipt.get("changes") or {}).get("against"):
        return None
    try:
        return ChangesSince(changes_between(release.path.parent, release.id))
    except (PermedError, OSError, pl.exceptions.PolarsError) as problem:
        _log.warning("change record not used", extra={"reason": str(problem)})
        return None
