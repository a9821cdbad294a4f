"""A map of Europe in which every country is one square, shaded by a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from permed.api.http.release.directory import Directory
from permed.api.text.country_tiles import TILES
from permed.api.text.svg import text
from permed.api.text.wording import grouped, titled

__all__ = ["on_the_map", "shade", "tile_map"]

_SIDE: Final = 56.0
_GAP: Final = 4.0
_SHADES: Final = 5


def on_the_map(country: str) -> bool:
    """Whether a country (`country/DE`) has a square."""
    return country.startswith("country/") and country.removeprefix("country/") in TILES


def tile_map(directory: Directory, counts: Mapping[str, float], unit: str) -> str:
    """Return the map as SVG. counts: number by id of a country; unit: what is counted, in words."""
    held = sorted(n for me, n in counts.items() if on_the_map(me) and n > 0)
    parts = [
        _tile(directory, code, place, counts.get(f"country/{code}", 0), held, unit)
        for code, place in TILES.items()
    ]
    width = (max(x for x, _ in TILES.values()) + 1) * _SIDE
    height = (max(y for _, y in TILES.values()) + 1) * _SIDE
    told = f"Map of Europe, each country a square with its number of {unit}"
    return (
        f'<svg class="tiles-map" viewBox="0 0 {width:.0f} {height:.0f}" role="group" '
        f'aria-label="{escape(told)}">{"".join(parts)}</svg>'
    )


def _tile(
    directory: Directory, code: str, place: tuple[int, int], number: float, held: Sequence[float],
    unit: str,
) -> str:  # fmt: skip
    x, y = place[0] * _SIDE, place[1] * _SIDE
    side = _SIDE - _GAP
    box = f'<rect x="{x:.0f}" y="{y:.0f}" width="{side:.0f}" height="{side:.0f}" rx="6"/>'
    middle = x + side / 2
    words = text(code, (middle, y + 22), "middle", class_="code")
    words += text(_brief(number), (middle, y + 41), "middle")
    name = directory.labels.get(f"country/{code}", code)
    told = escape(titled(name, grouped(f"{number:.6g}"), unit))
    inner = f'<g class="q{shade(number, held)}"><title>{told}</title>{box}{words}</g>'
    known = f"country/{code}" in directory.row_of
    return f'<a href="/id/country/{code}">{inner}</a>' if known else inner


def _brief(number: float) -> str:
    """Write a number in what fits into a square: 1 234 567 is 1.2 M."""
    for least, mark in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= least:
            return f"{number / (1e3 if mark == 'k' else least):.3g} {mark}"
    return f"{number:.4g}"


def shade(number: float, held: Sequence[float]) -> int:
    """Return the class of colour, 0 (none) to 5: each holds a fifth of the countries with any."""
    if number <= 0:
        return 0
    below = sum(n < number for n in held)
    return 1 + min(below * _SHADES // max(len(held), 1), _SHADES - 1)
