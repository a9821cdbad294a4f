"""The SVG elements that our own drawings are made of: text and lines, escaped and rounded."""

from __future__ import annotations

from html import escape
from typing import Final

__all__ = ["HALO", "Attributes", "Point", "line", "path", "text"]

Point = tuple[float, float]
Attributes = str | float
# a rim in the colour of the paper keeps letters legible on lines; its width is given beside
HALO: Final[dict[str, Attributes]] = {"stroke_linejoin": "round", "paint_order": "stroke"}


def text(words: str, at: Point, anchor: str = "start", **attributes: Attributes) -> str:
    """Return a line of text; anchor: `start`, `middle` or `end`; `_` in attributes is `-`."""
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}"'
    return f"<text {place}{_written(attributes)}>{escape(words)}</text>"


def line(one: Point, other: Point, width: float, **attributes: Attributes) -> str:
    """Return a straight line of a width."""
    (x1, y1), (x2, y2) = one, other
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke-width="{width:.1f}"{_written(attributes)}/>'


def path(commands: str, **attributes: Attributes) -> str:
    """Return a path of SVG's drawing commands."""
    return f'<path d="{commands}"{_written(attributes)}/>'


def _written(attributes: dict[str, Attributes]) -> str:
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return "".join(
        f' {name}="{value:g}"' if isinstance(value, float) else f' {name}="{escape(str(value))}"'
        for name, value in named.items()
    )
