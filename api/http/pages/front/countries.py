"""Countries on the front page: a map in which each is a square, and those with most projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.api.http.pages.explore.tile_map import tile_map
from permed.api.http.pages.front.family import family_of
from permed.api.http.release.directory import Directory

__all__ = ["CountryCount", "CountryTiles", "country_tiles"]

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
    return CountryTiles(tile_map(directory, rows, "projects"), first, counted.height)
