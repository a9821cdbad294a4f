"""Parallel sets: flows over three columns, drawn as plain SVG."""

from __future__ import annotations

import polars as pl

from permed.api.report.drawing.charts import frame_svg
from permed.api.report.drawing.colours import LIGHT
from permed.api.text.names import shortened
from permed.api.text.svg import HALO, Point, path, text

__all__ = ["flow_picture"]

_COLUMNS = ("type", "topic", "country")
_HEADS = ("Kind of organisation", "Topic", "Country")
_WIDTH, _HEIGHT, _TOP = 720.0, 470.0, 34.0
_BAR, _GAP = 12.0, 7.0
_LEFT, _RIGHT = 150.0, 130.0  # room for the labels of the outer columns

Span = tuple[float, float]


def flow_picture(table: pl.DataFrame, alt_text: str) -> str:
    """Return the picture of participations by type, topic and country; the top topic stands out."""
    total = float(table["participations"].sum())
    scale = (_HEIGHT - _TOP - _GAP * 10) / total
    places = {name: _stack(table, name, scale) for name in _COLUMNS}
    first = next(iter(k for k in places["topic"] if k != "other"), "other")
    parts = [
        *_links(table, "type", "topic", places, scale, first),
        *_links(table, "topic", "country", places, scale, first),
    ]
    for i, name in enumerate(_COLUMNS):
        parts += _column(places[name], i)
    title = "From kind of organisation to topic to country"
    return frame_svg("".join(parts), "whom-flows", title, alt_text, _WIDTH, _HEIGHT + 8)


def _stack(table: pl.DataFrame, name: str, scale: float) -> dict[str, Span]:
    """Top and bottom of every value of a column, the largest first, `other` last."""
    sums = table.group_by(name).agg(pl.col("participations").sum())
    ordered = sums.with_columns(last=pl.col(name) == "other").sort(
        ["last", "participations", name], descending=[False, True, False]
    )
    top, places = _TOP, {}
    for value, amount in ordered.select(name, "participations").iter_rows():
        places[value] = (top, top + amount * scale)
        top += amount * scale + _GAP
    return places


def _x(column: int) -> float:
    inner = _WIDTH - _LEFT - _RIGHT - _BAR
    return _LEFT + inner * column / 2


def _links(
    table: pl.DataFrame,
    one: str,
    other: str,
    places: dict[str, dict[str, Span]],
    scale: float,
    first: str,
) -> list[str]:
    """Ribbons between two neighbouring columns, those of the first topic dark and on top."""
    sums = {
        (a, b): float(n)
        for a, b, n in table.group_by(one, other).agg(pl.col("participations").sum()).iter_rows()
    }
    left = {key: span[0] for key, span in places[one].items()}
    right = {key: span[0] for key, span in places[other].items()}
    start, end = _x(_COLUMNS.index(one)) + _BAR, _x(_COLUMNS.index(other))
    faint: list[str] = []
    strong: list[str] = []
    for a in places[one]:
        for b in places[other]:
            height = sums.get((a, b), 0.0) * scale
            if height:
                ribbon = _ribbon(start, left[a], end, right[b], height, first in (a, b))
                (strong if first in (a, b) else faint).append(ribbon)
                left[a] += height
                right[b] += height
    return faint + strong


def _ribbon(x0: float, y0: float, x1: float, y1: float, height: float, strong: bool) -> str:
    middle = (x0 + x1) / 2
    outline = (
        f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"V{y1 + height:.1f}C{middle:.1f} {y1 + height:.1f} {middle:.1f} {y0 + height:.1f} "
        f"{x0:.1f} {y0 + height:.1f}Z"
    )
    colour, opacity = (LIGHT["accent"], 0.55) if strong else (LIGHT["mid"], 0.28)
    return path(outline, fill=colour, fill_opacity=opacity)


def _column(places: dict[str, Span], index: int) -> list[str]:
    x = _x(index)
    anchor, at = ("end", x - 6) if index == 0 else ("start", x + _BAR + 6)
    bars: list[str] = []
    labels = [_label((at, 14.0), anchor, _HEADS[index], "soft", 12.0, "normal")]
    for value, (top, bottom) in places.items():
        height = max(bottom - top, 0.8)
        bars.append(
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{_BAR:g}" height="{height:.1f}" '
            f'fill="{LIGHT["ink"]}"/>'
        )
        labels.append(
            _label((at, (top + bottom) / 2 + 4), anchor, shortened(value, 30), "ink", 11.5)
        )
    return bars + labels


def _label(
    at: Point, anchor: str, words: str, colour: str, size: float, weight: str = "500"
) -> str:
    return text(
        words, at, anchor, font_size=size, font_weight=weight, fill=LIGHT[colour],
        stroke=LIGHT["paper"], stroke_width=3.0, **HALO,
    )  # fmt: skip
