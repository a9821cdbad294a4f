"""From Altair charts to inline SVG with title and description."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import altair as alt
import polars as pl
import vl_convert as vlc

from permed.api.report.drawing.colours import LIGHT
from permed.api.report.drawing.compact import compact

__all__ = ["WIDTH", "bars", "frame_svg", "paint"]

_INNER_ROLES = re.compile(r' (?:role|aria-roledescription)="[^"]*"')  # the whole is the image
WIDTH = 700  # px of the drawing area with its labels; an A4 column


def paint(chart: Any, key: str, title: str, alt_text: str) -> str:
    """Return a chart as SVG that scales, with role, title and description for screen readers."""
    # what a chart is made of was validated when it was made; the whole would be once more
    specification = _styled(chart).to_dict(validate=False)
    raw = vlc.vegalite_to_svg(specification)
    match = re.search(r"<svg[^>]*viewBox=\"0 0 ([\d.]+) ([\d.]+)\"[^>]*>(.*)</svg>", raw, re.S)
    if match is None:
        raise ValueError(f"{key}: the chart library returned no SVG")
    width, height, inner = float(match[1]), float(match[2]), match[3]
    inner = re.sub(r"\bclip(\d+)\b", rf"{key}-clip\1", inner)
    inner = _INNER_ROLES.sub("", inner)
    return frame_svg(inner, key, title, alt_text, width, height)


def frame_svg(inner: str, key: str, title: str, alt_text: str, width: float, height: float) -> str:
    """Wrap SVG elements, which are written shortly: viewBox, role=img, title and desc."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(alt_text)}</desc>{compact(inner)}</svg>'
    )


def _styled(chart: Any) -> Any:
    label = {"labelColor": LIGHT["ink"], "titleColor": LIGHT["soft"], "labelFontSize": 12}
    axis = label | {
        "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": LIGHT["line"],
        "domainColor": LIGHT["line"], "tickColor": LIGHT["line"], "labelPadding": 6,
    }  # fmt: skip
    return (
        chart.configure(
            background="transparent",
            font="Arial, Liberation Sans, sans-serif",
            padding={"left": 12, "right": 16, "top": 4, "bottom": 4},
            aria=False,
        )
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_legend(
            **label,
            titleFontSize=12,
            titleFontWeight="normal",
            symbolStrokeWidth=0,
            columnPadding=22,
        )
        .configure_header(**label, titleFontSize=12, labelFontWeight="bold")
        .configure_concat(spacing=14)
        .configure_title(color=LIGHT["ink"], fontSize=13, fontWeight="bold", anchor="start")
    )


def bars(
    frame: pl.DataFrame,
    name: str,
    value: str,
    *,
    title: str,
    width: int = 380,
    colour: str = LIGHT["accent"],
    labels: bool = True,
    form: str = ",.0f",
    names_wide: int = 300,
) -> Any:
    """Return horizontal bars in the order of the frame, with the value at the end of each."""
    order = frame[name].to_list()
    y = alt.Y(f"{name}:N", sort=order, title=None).axis(
        labels=labels, labelLimit=names_wide, ticks=False, domain=False
    )
    base = alt.Chart(frame).encode(y=y)
    x = alt.X(f"{value}:Q", title=None).axis(None)
    mark = base.mark_bar(height=13, color=colour).encode(x=x)
    text = base.mark_text(align="left", dx=5, fontSize=11, color=LIGHT["ink"]).encode(
        x=x, text=alt.Text(f"{value}:Q", format=form)
    )
    return (mark + text).properties(width=width, height=alt.Step(22), title=title)
