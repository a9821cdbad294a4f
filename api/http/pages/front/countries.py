"""Countries on the front page: a map in which each is a square, and those with most projects."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import polars as pl

from permed.api.http.pages.front.family import family_of
from permed.api.http.release.directory import Directory
from permed.api.text.country_tiles import TILES
from permed.api.text.svg import text
from permed.api.text.wording import grouped

__all__ = ["CountryCount", "CountryTiles", "country_tiles"]

_SIDE: Final = 56.0
_GAP: Final = 4.0
_SHADES: Final = 5
_TOP: Final = 12


@dataclass(frozen=True)
class CountryCount:
    """A country and in how many projects a partner of it takes part; share of the most, percent."""

    id: str
    label: str
    projects: int
    share: float


@dataclass(frozen=True)
class CountryTiles:
    """The map as SVG, the countries with most projects, and how many countries there are."""

    picture: str
    first: list[CountryCount]
    total: int


def country_tiles(directory: Directory) -> CountryTiles:
    """Return the countries of the projects on personalised medicine, by the rule of counting."""
    projects = family_of(directory).filter(pl.col("kind") == "projects").select(activity="id")
    counted = (
        directory.partner_countries.join(projects, on="activity", how="semi")
        .group_by(id="agent")
        .agg(projects=pl.col("activity").n_unique())
        .filter(pl.col("id").is_in(directory.things["id"].implode()))
        .sort("projects", "id", descending=[True, False])
    )
    if counted.is_empty():
        return CountryTiles("", [], 0)
    rows = dict(counted.iter_rows())
    most = counted["projects"][0]
    first = [
        CountryCount(me, directory.label(me), n, round(100 * n / most, 1))
        for me, n in counted.head(_TOP).iter_rows()
    ]
    return CountryTiles(_picture(directory, rows), first, counted.height)


def _picture(directory: Directory, rows: dict[str, int]) -> str:
    held = sorted(n for me, n in rows.items() if me.rsplit("/", 1)[-1] in TILES)
    parts = [
        _tile(directory, code, place, rows.get(f"country/{code}", 0), held)
        for code, place in TILES.items()
    ]
    width = (max(x for x, _ in TILES.values()) + 1) * _SIDE
    height = (max(y for _, y in TILES.values()) + 1) * _SIDE
    return (
        f'<svg class="tiles-map" viewBox="0 0 {width:.0f} {height:.0f}" role="group" '
        'aria-label="Map of Europe, each country a square with its number of projects; the table '
        f'beside it names those with most">{"".join(parts)}</svg>'
    )


def _tile(
    directory: Directory, code: str, place: tuple[int, int], projects: int, held: list[int]
) -> str:
    x, y = place[0] * _SIDE, place[1] * _SIDE
    shade = _shade(projects, held)
    side = _SIDE - _GAP
    box = f'<rect x="{x:.0f}" y="{y:.0f}" width="{side:.0f}" height="{side:.0f}" rx="6"/>'
    middle = x + side / 2
    words = text(code, (middle, y + 22), "middle", class_="code")
    words += text(grouped(str(projects)), (middle, y + 41), "middle")
    name = directory.labels.get(f"country/{code}", code)
    told = escape(f"{name}: {projects} projects")
    inner = f'<g class="q{shade}"><title>{told}</title>{box}{words}</g>'
    known = f"country/{code}" in directory.row_of
    return f'<a href="/id/country/{code}">{inner}</a>' if known else inner


def _shade(projects: int, held: list[int]) -> int:
    """Return the class of colour, 0 (none) to 5: each holds a fifth of the countries with any."""
    if not projects:
        return 0
    below = sum(n < projects for n in held)
    return 1 + min(below * _SHADES // len(held), _SHADES - 1)
