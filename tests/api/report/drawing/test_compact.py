"""Drawings in fewer bytes show the same: each element with the look that it has in the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import altair as alt
import polars as pl
import pytest
import vl_convert as vlc

from permed.api.report.drawing.charts import bars
from permed.api.report.drawing.compact import compact

_LOOKS = ("fill", "stroke", "stroke-width", "opacity", "fill-opacity", "stroke-dasharray")
_OF_WORDS = ("font-size", "font-weight", "font-family", "text-anchor")
_FORM = ("x", "y", "x1", "y1", "x2", "y2", "r", "width", "height")
_PLACE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")
_Shown = tuple[str, str, tuple[str, ...]]


def shown(inner: str) -> Counter[_Shown]:
    """Return what a drawing shows: form, words and look of each element, whatever their order."""
    return Counter(_leaves(ElementTree.fromstring(f"<g>{inner}</g>"), {}, (0.0, 0.0)))


def _leaves(element: Element, look: dict[str, str], at: tuple[float, float]) -> Iterator[_Shown]:
    look = look | {k: v for k, v in element.attrib.items() if k in (*_LOOKS, *_OF_WORDS)}
    if element.get("display") == "none":
        return
    turned = _rounded(element.get("transform", ""))
    if moved := _PLACE.fullmatch(element.get("transform", "")):
        at, turned = (at[0] + float(moved[1]), at[1] + float(moved[2])), ""
    for child in element:
        yield from _leaves(child, look, at)
    wanted = (*_LOOKS, *_OF_WORDS) if element.tag == "text" else _LOOKS
    told = tuple(look.get(name, "1" if name == "opacity" else "") for name in wanted)
    if element.tag == "text" and element.text:
        x, y = (
            round(round(a + float(element.get(k, 0)), 1) + 0.01)
            for a, k in zip(at, "xy", strict=True)
        )
        yield f"text {x} {y} {turned}", element.text, told
    elif element.tag == "path" and (look.get("fill", "") != "none" or "stroke" in look):
        for part in re.findall(r"M[^M]+", element.get("d", "")):
            yield f"path {at[0]:.0f} {at[1]:.0f} {turned} {_rounded(part)}", "", told
    elif element.tag in ("circle", "line", "rect"):
        form = _rounded(" ".join(element.get(name, "0") for name in _FORM))
        yield f"{element.tag} {at[0]:.0f} {at[1]:.0f} {turned} {form}", "", told


def _rounded(form: str) -> str:
    return re.sub(r"-?[\d.]+(e-?\d+)?", lambda n: f"{round(float(n[0]), 1) + 0.01:.0f}", form)


def _heat_map() -> Any:
    cells = pl.DataFrame([{"a": a, "b": b, "n": a * b % 5} for a in range(12) for b in range(9)])
    base = alt.Chart(cells).encode(x="a:N", y="b:N")
    ink = {"condition": {"test": "datum.n > 2", "value": "#ffffff"}, "value": "#111111"}
    colours = {"condition": {"test": "datum.n > 2", "value": "#003355"}, "value": "#eeeeff"}
    return alt.layer(
        base.mark_rect(stroke="#fffffe").encode(color=colours),
        base.mark_text().encode(text="n:Q", color=ink),
    ).properties(width=240, height=180)


def _bars() -> Any:
    table = pl.DataFrame({"name": ["A & B", "C", "D", "E"], "n": [9.26, 7, 0, 4.113]})
    return bars(table, "name", "n", title="Bars", form=".2f")


def _lines() -> Any:
    table = pl.DataFrame({"year": range(2014, 2024), "n": range(0, 100, 10)})
    base = alt.Chart(table).encode(x="year:O", y="n:Q")
    return alt.layer(base.mark_line(), base.mark_point(), base.mark_rule(strokeDash=[3, 2]))


@pytest.mark.parametrize("chart", [_heat_map, _bars, _lines], ids=["heat map", "bars", "lines"])
def test_charts_look_the_same_in_fewer_bytes(chart: Callable[[], Any]) -> None:
    raw = vlc.vegalite_to_svg(chart().configure(aria=False).to_dict())
    (inner,) = re.findall(r"<svg[^>]*>(.*)</svg>", raw, re.S)
    short = compact(inner)
    before, after = shown(inner), shown(short)
    assert sum(before.values()) > 10
    assert _without_plates(before) == _without_plates(after)
    assert len(short) < 0.65 * len(inner)


def _without_plates(told: Counter[_Shown]) -> Counter[_Shown]:
    """Without paths of no colour: a plate below a part is none that one sees."""
    return Counter(
        {key: n for key, n in told.items() if key[1] or {*key[2][:2]} - {"", "none", "transparent"}}
    )


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        # what all have goes up, what most have stays out, what one lacks is left alone
        (
            '<circle r="1" fill="a"/><circle r="2" fill="a"/><circle r="3" fill="b"/>',
            '<g fill="a"><circle r="1"/><circle r="2"/><circle r="3" fill="b"/></g>',
        ),
        (
            '<circle r="1" fill="a"/><circle r="2"/><circle r="3" fill="a"/>',
            '<circle r="1" fill="a"/><circle r="2"/><circle r="3" fill="a"/>',
        ),
        # cells beside each other become one path; such on each other do not
        (
            '<path d="M0,0h2v2h-2Z" fill="a"/><path d="M2,0h2v2h-2Z" fill="b"/>'
            '<path d="M4,0h2v2h-2Z" fill="a"/>',
            '<path fill="a" d="M0,0h2v2h-2ZM4,0h2v2h-2Z"/><path fill="b" d="M2,0h2v2h-2Z"/>',
        ),
        (
            '<path d="M0,0h2v2h-2Z" fill="a"/><path d="M0,0h2v2h-2Z" fill="b"/>'
            '<path d="M1,0h2v2h-2Z" fill="a"/>',
            '<g fill="a"><path d="M0,0h2v2h-2Z"/><path d="M0,0h2v2h-2Z" fill="b"/>'
            '<path d="M1,0h2v2h-2Z"/></g>',
        ),
        ('<text transform="translate(3.04,-0.01)">&lt;</text>', '<text x="3" y="0">&lt;</text>'),
        ('<text transform="translate(1,2) rotate(-90)">a</text>',) * 2,
        ('<path transform="scale(0.04)" d="M0,0"/>',) * 2,
        (
            '<path fill="a" d="M5,3L45,3C46,3,47,4,47,5L47,43C47,44,46,45,45,45L5,45'
            'C4,45,3,44,3,43L3,5C3,4,4,3,5,3Z"/>',
            '<g fill="a"><rect x="3" y="3" width="44" height="42" rx="2"/></g>',
        ),
        ('<path d="M5,3L45,3C46,3,47,4,47,5Z"/>',) * 2,
        ('<path display="none" d="M0,0"/><text opacity="1"> </text><g/>', ""),
    ],
)  # fmt: skip
def test_parts(drawn: str, written: str) -> None:
    assert compact(drawn) == written
