"""Pictures of an answer: bars of what its question counts, or of names beside a number.

Where the names are countries there is a map too.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from permed.api.http.linked_data.resource import text_of
from permed.api.http.linked_data.routes import local_path
from permed.api.http.pages.explore.tile_map import on_the_map, tile_map
from permed.api.http.release.directory import Directory
from permed.api.text.names import shortened
from permed.api.text.wording import grouped
from permed.graph.tables.country_names import country_spelt
from permed.queries.catalogue import Chart

__all__ = ["AnswerBar", "AnswerPicture", "NamedNumber", "counted", "pictured"]

_BARS: Final = 25
_LONGEST: Final = 70
_YEAR: Final = re.compile(r"(19|20)\d\d")
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


def counted(
    directory: Directory, rows: Sequence[Mapping[str, object]], chart: Chart, base: str
) -> list[NamedNumber]:
    """Count the rows of an answer as the header of its question says."""
    held: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    href: dict[str, str | None] = {}
    for row in rows:
        if row.get(chart.by) is None or all(row.get(name) is None for name in chart.of):
            continue
        name, href_of = _bar_of(directory, row, chart.by, base)
        held[name].add(tuple(text_of(row[c]) if row.get(c) else "" for c in chart.of))
        href.setdefault(name, href_of)
    return [NamedNumber(name, href[name], len(things)) for name, things in held.items()]


def _bar_of(
    directory: Directory, row: Mapping[str, object], by: str, base: str
) -> tuple[str, str | None]:
    """Return the words of a bar and its address: of a country its name, whatever the row has."""
    text = text_of(row[by])
    thing = row.get(by.removesuffix("Name")) if by.endswith("Name") else None
    local = local_path(text_of(thing), base) if thing is not None else local_path(text, base)
    if "country" in by.lower() and (code := country_spelt(text)):
        local = f"/id/country/{code}"
    me = (local or "").removeprefix("/id/")
    return (directory.labels.get(me, text) if me.startswith("country/") else text), local


def pictured(
    directory: Directory,
    rows: Sequence[NamedNumber],
    unit: str,
    *,
    counts: bool = False,
    on_map: bool = True,
) -> AnswerPicture | None:
    """Return the picture of rows; None where they have too few names or numbers to tell any.

    counts: the numbers count things, so that bars of one length tell something too. on_map: the
    names may be countries.
    """
    rows = _told_apart([row for row in rows if row.name and 0 <= row.number < math.inf])
    if len(rows) < _LEAST or (not counts and len({row.number for row in rows}) < _LEAST):
        return None
    if max(Counter(row.name for row in rows).values()) > 1:
        return None
    ordered = sorted(rows, key=lambda row: (-row.number, row.name))
    most = ordered[0].number or 1.0
    if len(rows) <= _BARS and all(_YEAR.fullmatch(row.name) for row in rows):
        ordered.sort(key=lambda row: row.name)
    bars = [
        AnswerBar(
            shortened(row.name, _LONGEST), row.href, grouped(f"{row.number:.12g}"),
            round(100 * row.number / most, 1),
        )
        for row in ordered[:_BARS]
    ]  # fmt: skip
    shown = {(row.href or "").removeprefix("/id/"): row.number for row in rows}
    mapped = on_map and sum(map(on_the_map, shown)) >= _ON_A_MAP
    return AnswerPicture(unit, bars, tile_map(directory, shown, unit) if mapped else "", len(rows))


def _told_apart(rows: Sequence[NamedNumber]) -> list[NamedNumber]:
    """Add the next column to names that stand twice."""
    times = Counter(row.name for row in rows)
    return [
        NamedNumber(f"{row.name} · {row.more}", row.href, row.number)
        if times[row.name] > 1 and row.more
        else row
        for row in rows
    ]
