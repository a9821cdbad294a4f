"""A part of the world as a drawing, and the outlines of countries in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import orjson

from permed.api.http.protocol.templates import BUILT
from permed.graph.errors import InputError

__all__ = ["Box", "land", "outlines"]

_WIDTH: Final = 960.0
_HIGHEST: Final = 640.0
_MARGIN: Final = 1.5  # degrees around the outermost places
_FLATTEST: Final = 0.2  # cosine of the parallel from which a map is stretched no more
_NEAREST: Final = 1.2  # pixels between two points of an outline


@dataclass(frozen=True)
class Box:
    """A part of the world in degrees; a parallel in its middle is drawn true to scale."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, text: str) -> Box:
        """Read `west,south,east,north`; InputError where that is no part of the world."""
        try:
            west, south, east, north = map(float, text.split(","))
        except ValueError:
            raise InputError(f"box={text[:60]}: give west,south,east,north in degrees") from None
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise InputError(f"box={text[:60]}: west below east, south below north, in degrees")
        return cls(west, south, east, north)

    @classmethod
    def fit(cls, longitudes: Sequence[float], latitudes: Sequence[float]) -> Box:
        """Return the box around places, no higher than a screen where the world is wide enough."""
        west, east = min(longitudes) - _MARGIN, max(longitudes) + _MARGIN
        south, north = max(min(latitudes) - _MARGIN, -90.0), min(max(latitudes) + _MARGIN, 90.0)
        parallel = max(math.cos(math.radians((south + north) / 2)), _FLATTEST)
        wanted = min((north - south) * _WIDTH / (_HIGHEST * parallel), 360.0)
        spare = max(wanted - (east - west), 0.0) / 2
        west, east = max(west - spare, -180.0), min(east + spare, 180.0)
        return cls(west, south, east, north)

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels a degree, across and down."""
        across = _WIDTH / (self.east - self.west)
        return across, across / max(
            math.cos(math.radians((self.south + self.north) / 2)), _FLATTEST
        )

    @property
    def height(self) -> float:
        """Pixels."""
        return (self.north - self.south) * self.scale[1]

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a place is drawn."""
        across, down = self.scale
        return (longitude - self.west) * across, (self.north - latitude) * down

    def around(self, longitude: float, latitude: float) -> str:
        """A quarter of the box around a place, as text."""
        wide, high = (self.east - self.west) / 4, (self.north - self.south) / 4
        west = min(max(longitude - wide, -180), 180 - 2 * wide)
        south = min(max(latitude - high, -90), 90 - 2 * high)
        return f"{west:.3f},{south:.3f},{west + 2 * wide:.3f},{south + 2 * high:.3f}"


@lru_cache(maxsize=1)
def outlines() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Rings of the countries' outlines, none where they were not built."""
    path = BUILT / "outlines.json"
    if not path.is_file():
        return ()
    countries = orjson.loads(path.read_bytes())
    return tuple(tuple((x, y) for x, y in ring) for one in countries for ring in one["rings"])


def land(box: Box) -> str:
    """Return the path of the countries' outlines in a box; empty where they were not built."""
    paths = [_ring(ring, box) for ring in outlines() if _touches(ring, box)]
    return f'<path class="land" d="{"".join(paths)}"/>' if paths else ""


def _touches(ring: Sequence[tuple[float, float]], box: Box) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs) < box.east and max(xs) > box.west and min(ys) < box.north and max(ys) > box.south


def _ring(ring: Sequence[tuple[float, float]], box: Box) -> str:
    """Return the path of a ring; points that nobody could tell apart are left out."""
    points: list[tuple[float, float]] = []
    turns, before = 0, ring[0][0]
    for longitude, latitude in ring:
        if abs(longitude - before) > 180:  # over the antimeridian, and not around the world
            turns += 1 if longitude < before else -1
        before = longitude
        x, y = box.at(longitude + 360 * turns, latitude)
        x, y = min(max(x, -50.0), _WIDTH + 50), min(max(y, -50.0), box.height + 50)
        if not points or abs(x - points[-1][0]) + abs(y - points[-1][1]) > _NEAREST:
            points.append((x, y))
    if len(points) < 3:
        return ""
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z"
