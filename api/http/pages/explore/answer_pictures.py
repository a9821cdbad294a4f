"""Pictures of an answer: bars where a name stands beside a number, a map where it is a country."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from permed.api.http.pages.explore.tile_map import on_the_map, tile_map
from permed.api.http.release.directory import Directory
from permed.api.text.names import shortened
from permed.api.text.wording import grouped

__all__ = ["AnswerBar", "AnswerPicture", "NamedNumber", "pictured"]

_BARS: Final = 25
_LONGEST: Final = 70
_LEAST: Final = 2  # rows, and different numbers: else a picture tells nothing
_ON_A_MAP: Final = 3  # countries


@dataclass(frozen=True)
class NamedNumber:
    """A name with its address and number, and more words that tell it from its namesakes."""

    name: str
    href: str | None
    number: float
    more: str = ""


@dataclass(frozen=True)
class AnswerBar:
    """A bar: its words, address, number as people read it, and share of the largest in percent."""

    text: str
    href: str | None
    number: str
    share: float


@dataclass(frozen=True)
class AnswerPicture:
    """Bars, the largest first, and a map where they are countries; what they count, of how many."""

    unit: str
    bars: list[AnswerBar]
    map: str
    total: int


def pictured(directory: Directory, rows: Sequence[NamedNumber], unit: str) -> AnswerPicture | None:
    """Return the picture of rows; None where they have too few names or numbers to tell any."""
    rows = _told_apart([row for row in rows if row.name and 0 <= row.number < math.inf])
    if len(rows) < _LEAST or len({row.number for row in rows}) < _LEAST:
        return None
    if max(Counter(row.name for row in rows).values()) > 1:
        return None
    ordered = sorted(rows, key=lambda row: (-row.number, row.name))
    most = ordered[0].number or 1.0
    bars = [
        AnswerBar(
            shortened(row.name, _LONGEST), row.href, grouped(f"{row.number:.12g}"),
            round(100 * row.number / most, 1),
        )
        for row in ordered[:_BARS]
    ]  # fmt: skip
    counts = {(row.href or "").removeprefix("/id/"): row.number for row in rows}
    mapped = sum(map(on_the_map, counts)) >= _ON_A_MAP
    return AnswerPicture(unit, bars, tile_map(directory, counts, unit) if mapped else "", len(rows))


def _told_apart(rows: Sequence[NamedNumber]) -> list[NamedNumber]:
    """Add the next column to names that stand twice."""
    times = Counter(row.name for row in rows)
    return [
        NamedNumber(f"{row.name} · {row.more}", row.href, row.number)
        if times[row.name] > 1 and row.more
        else row
        for row in rows
    ]
