"""Charts of documents as plain SVG: they need no chart library, so that pages draw them too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

import polars as pl

from permed.api.report.drawing.colours import LIGHT
from permed.api.text.names import shortened
from permed.api.text.svg import Point, line, text

__all__ = ["bars", "first_rows", "timeline", "years"]

_WIDTH: Final = 700.0
_NAMES: Final = 250.0  # px for the names on the left
_ROW: Final = 22.0


def bars(key: str, title: str, values: Sequence[tuple[str, float]]) -> str:
    """Return horizontal bars in the order given, each with its value; nothing for no values."""
    if not values:
        return ""
    most = max(value for _, value in values) or 1.0
    room = _WIDTH - _NAMES - 60
    parts = []
    for i, (name, value) in enumerate(values):
        middle = i * _ROW + 15
        parts.append(_label(shortened(name, 36), (_NAMES - 8, middle), "end"))
        parts.append(_bar(_NAMES, middle - 11, max(1.0, room * value / most), LIGHT["accent"]))
        at = (_NAMES + room * value / most + 6, middle)
        parts.append(_label(f"{value:,.0f}", at))
    return _picture(key, title, parts, len(values) * _ROW + 6)


def first_rows(
    key: str, title: str, rows: pl.DataFrame, name: str, value: str, most: int = 12
) -> str:
    """Return bars of the first rows of a table: a column of names, and one of numbers."""
    shown = rows.head(most).select(pl.col(name).cast(pl.String), pl.col(value).cast(pl.Float64))
    return bars(key, title, shown.rows())


def years(key: str, title: str, values: Sequence[tuple[int, float]], marked: int = 0) -> str:
    """Return a column a year, years without a value left empty; `marked` stands out."""
    if not values:
        return ""
    found = dict(values)
    span = range(min(found), max(found) + 1)
    most, step = max(found.values()) or 1.0, min(60.0, (_WIDTH - 20) / len(span))
    parts = [line((10, 150), (10 + step * len(span), 150), 1, stroke=LIGHT["line"])]
    for i, year in enumerate(span):
        value, middle = found.get(year, 0.0), 10 + step * (i + 0.5)
        tall = 115 * value / most
        colour = LIGHT["warm"] if year == marked else LIGHT["accent"]
        if value:
            left = middle - step * 0.35
            parts.append(_bar(left, 150 - tall, step * 0.7, colour, tall))
            parts.append(_label(f"{value:,.0f}", (middle, 144 - tall), "middle"))
        shown = str(year) if step > 34 else f"’{year % 100:02d}"
        parts.append(_soft(shown, (middle, 167), "middle"))
    return _picture(key, title, parts, 176)


def timeline(
    key: str, title: str, spans: Sequence[tuple[str, date, date]], marked: date | None = None
) -> str:
    """Return a bar from the first to the last day of each; a line at the marked day."""
    if not spans:
        return ""
    first = min(start for _, start, _ in spans).year
    last = max(end for _, _, end in spans).year + 1
    days = (date(last, 1, 1) - date(first, 1, 1)).days
    room, high = _WIDTH - _NAMES - 10, len(spans) * _ROW + 22

    def place(on: date) -> float:
        return _NAMES + room * (on - date(first, 1, 1)).days / days

    step = 1 if last - first <= 14 else 2
    parts = []
    for year in range(first, last + 1, step):
        at = place(date(year, 1, 1))
        parts.append(line((at, 18), (at, high), 1, stroke=LIGHT["line"]))
        if year < last:
            parts.append(_soft(str(year), (at + 2, 12)))
    for i, (name, start, end) in enumerate(spans):
        middle = i * _ROW + 36
        parts.append(_label(shortened(name, 36), (_NAMES - 8, middle), "end"))
        wide = max(3.0, place(end) - place(start))
        parts.append(_bar(place(start), middle - 11, wide, LIGHT["accent"]))
    if marked is not None:
        at = place(marked)
        parts.append(line((at, 18), (at, high), 1.5, stroke=LIGHT["warm"]))
    return _picture(key, title, parts, high + 4)


def _label(words: str, at: Point, anchor: str = "start") -> str:
    return text(words, at, anchor, fill=LIGHT["ink"], font_size=12.0)


def _soft(words: str, at: Point, anchor: str = "start") -> str:
    return text(words, at, anchor, fill=LIGHT["soft"], font_size=11.0)


def _bar(x: float, y: float, wide: float, colour: str, high: float = 14.0) -> str:
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    return f'<rect {box} fill="{colour}" rx="1.5"/>'


def _picture(key: str, title: str, parts: Sequence[str], high: float) -> str:
    name = escape(f"{key}-title")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {high:g}" '
        f'width="{_WIDTH:g}" height="{high:g}" role="img" aria-labelledby="{name}" '
        f'font-family="Arial, Liberation Sans, sans-serif">'
        f'<title id="{name}">{escape(title)}</title>{"".join(parts)}</svg>'
    )
