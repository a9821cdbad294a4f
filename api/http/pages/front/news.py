"""What changed since the release before, on the front page: counts by kind, and the new names."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import polars as pl

from permed.api.http.pages.dataset.changes import GroupCount, changes_of, counts
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ServedRelease
from permed.api.text.names import name_of, shortened
from permed.graph.errors import PermedError

__all__ = ["News", "news_of"]

_log: Final = logging.getLogger("permed.http")
_NAMES: Final = 8
_LONGEST: Final = 90
# what a reader wants to hear of first
_FIRST: Final = (
    "calls", "projects", "consortia", "initiatives", "infrastructures", "strategies", "events",
    "organisations", "people", "publications", "awards", "programmes",
)  # fmt: skip


@dataclass(frozen=True)
class News:
    """Changes since the release `before`: their address, counts by kind of thing, new things."""

    before: str
    href: str
    counts: list[GroupCount]
    new: list[tuple[str, str, str]]  # kind in words, name, address
    more: int  # new things that are not named here


def news_of(served: ServedRelease) -> News | None:
    """Return what the record of the release tells; None where there is no release before it."""
    try:
        pair = changes_of(served.release)
    except (PermedError, OSError, pl.exceptions.PolarsError) as problem:
        _log.warning("change record not used", extra={"reason": str(problem)})
        return None
    if pair is None or pair.before is None:
        return None
    asked = {"from": pair.before, "to": pair.after}
    things = pair.rows.filter(pl.col("group").is_in(list(KINDS)))
    came = things.filter(pl.col("change") == "came", pl.col("group").is_in(list(_FIRST)))
    place = pl.col("group").replace_strict({g: n for n, g in enumerate(_FIRST)})
    first = came.sort(place, "name").select("group", "id", "name").head(_NAMES)
    return News(
        before=pair.before,
        href=f"/changes?{urlencode(asked)}",
        counts=counts(
            things, lambda g, c: f"/changes?{urlencode({**asked, 'group': g, 'change': c})}"
        ),
        new=[
            (KINDS[group].one, shortened(name_of(me, name), _LONGEST), f"/id/{me}")
            for group, me, name in first.iter_rows()
        ],
        more=came.height - first.height,
    )
