"""The timeline of the front page: coordination actions as bars, joint calls as marks in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

import polars as pl

from permed.api.http.pages.front.family import family_of
from permed.api.http.release.directory import Directory
from permed.api.text.names import shortened
from permed.api.text.svg import line, text
from permed.api.text.wording import period

__all__ = ["TimelineBar", "spans_of", "timeline"]

_ACTIONS: Final = tuple(
    f"scheme/activity-type/{code}" for code in ("csa", "partnership", "funding-network")
)
_MOST_ACTIONS: Final = 24
_ROW: Final = 20.0
_LEFT, _WIDTH, _TOP = 190.0, 1000.0, 26.0
_LETTERS: Final = 26
_DAYS: Final = 365.25


@dataclass(frozen=True)
class TimelineBar:
    """Something in time: first and last day as years with a fraction; a call may have one day."""

    id: str
    short: str
    name: str
    kind: str
    start: float
    end: float
    when: str


def spans_of(directory: Directory) -> list[TimelineBar]:
    """Return the actions with most partners and all calls that have a day, the earliest first."""
    family = family_of(directory)
    members = directory.partners.group_by(id="activity").agg(pl.len().alias("members"))
    actions = (
        family.filter(pl.col("activity_type").is_in(list(_ACTIONS)))
        .drop_nulls("start")
        .join(members, on="id", how="left")
        .sort("members", "id", descending=[True, False], nulls_last=True)
        .head(_MOST_ACTIONS)
    )
    calls = family.filter(pl.col("kind") == "calls")
    last = dict(directory.deadlines.group_by("id").agg(pl.col("day").max()).iter_rows())
    first = dict(directory.deadlines.group_by("id").agg(pl.col("day").min()).iter_rows())
    found = [_span(row, "action", row["start"], row["end"]) for row in actions.to_dicts()]
    for row in calls.to_dicts():
        start = row["start"] or first.get(row["id"])
        if start:
            found.append(_span(row, "call", start, row["end"] or last.get(row["id"])))
    return sorted((s for s in found if s is not None), key=lambda s: (s.start, s.id))


def _span(row: dict[str, str], kind: str, start: str, end: str | None) -> TimelineBar | None:
    begun, over = _year(start, last=False), _year(end or start, last=True)
    if begun is None or over is None:
        return None
    name = row["label"] or row["id"]
    when = period(start, end if end and end != start else None if kind == "action" else start)
    return TimelineBar(row["id"], row["acronym"] or name, name, kind, begun, max(over, begun), when)


def _year(day: str, *, last: bool) -> float | None:
    """Return a day, month or year (ISO 8601) as a year with a fraction; None for no day."""
    parts = day.split("-")
    try:
        if len(parts) == 1:
            return int(parts[0]) + (1.0 if last else 0.0)
        if len(parts) == 2:
            return int(parts[0]) + (int(parts[1]) - (0 if last else 1)) / 12
        told = date.fromisoformat(day[:10])
    except ValueError:
        return None
    return told.year + (told.timetuple().tm_yday - 1) / _DAYS


def timeline(directory: Directory) -> str:
    """Return the picture as SVG, empty where a release has neither actions nor calls with a day."""
    spans = spans_of(directory)
    if not spans:
        return ""
    first, last = int(min(s.start for s in spans)), int(max(s.end for s in spans)) + 1
    scale = (_WIDTH - _LEFT - 10) / max(last - first, 1)
    height = _TOP + _ROW * len(spans) + 6
    parts = []
    for year in range(first, last + 1):
        x = _LEFT + (year - first) * scale
        parts.append(line((x, _TOP - 6), (x, height), 0.6, class_="year"))
        if year < last:
            parts.append(text(str(year), (x + scale / 2, 14), "middle", class_="year-name"))
    for row, span in enumerate(spans):
        parts.append(_bar(span, _TOP + row * _ROW, first, scale))
    actions = sum(span.kind == "action" for span in spans)
    return (
        f'<svg class="timeline" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="group" '
        f'aria-label="Timeline of {actions} actions and {len(spans) - actions} joint calls, '
        f'{first} to {last - 1}">{"".join(parts)}</svg>'
    )


def _bar(span: TimelineBar, y: float, first: int, scale: float) -> str:
    x = _LEFT + (span.start - first) * scale
    wide = max((span.end - span.start) * scale, 5.0)
    told = escape(f"{span.name}: {span.when}")
    box = (
        f'<rect class="{span.kind}" x="{x:.1f}" y="{y + 3:.1f}" width="{wide:.1f}" '
        f'height="{_ROW - 7:.0f}" rx="3"/>'
    )
    name = text(shortened(span.short, _LETTERS), (_LEFT - 8, y + 14), "end")
    return f'<a href="/id/{escape(span.id)}"><title>{told}</title>{box}{name}</a>'
