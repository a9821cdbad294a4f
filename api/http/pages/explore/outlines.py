"""A part of the world as a drawing, and the outlines of countries in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from permed.api.http.protocol.templates import BUILT
from permed.graph.errors import InputError

__all__ = ["Box", "land", "outlines"]

Ring = NDArray[np.float64]  # points, two columns
Degrees = TypeVar("Degrees", float, Ring)
_WIDTH: Final = 960.0
_HIGHEST: Final = 640.0
_MARGIN: Final = 1.5  # degrees around the outermost places
_FLATTEST: Final = 0.2  # cosine of the parallel from which a map is stretched no more
_NEAREST: Final = 2.0  # pixels between two points of an outline


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

    def at(self, longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
        """Where a place, or an array of places, is drawn."""
        across, down = self.scale
        return (longitude - self.west) * across, (self.north - latitude) * down

    def around(self, longitude: float, latitude: float) -> str:
        """A quarter of the box around a place, as text."""
        wide, high = (self.east - self.west) / 4, (self.north - self.south) / 4
        west = min(max(longitude - wide, -180), 180 - 2 * wide)
        south = min(max(latitude - high, -90), 90 - 2 * high)
        return f"{west:.3f},{south:.3f},{west + 2 * wide:.3f},{south + 2 * high:.3f}"


@lru_cache(maxsize=1)
def outlines() -> tuple[Ring, ...]:
    """Rings of the countries' outlines, longitudes and latitudes; none where they were not built.

    A ring over the antimeridian goes on beyond 180 degrees.
    """
    path = BUILT / "outlines.json"
    if not path.is_file():
        return ()
    countries = orjson.loads(path.read_bytes())
    rings = (np.array(ring, dtype=np.float64) for one in countries for ring in one["rings"])
    return tuple(map(_unwound, rings))


def _unwound(ring: Ring) -> Ring:
    steps = np.diff(ring[:, 0], prepend=ring[0, 0])
    turns = np.cumsum((steps < -180).astype(int) - (steps > 180).astype(int))
    return np.column_stack((ring[:, 0] + 360 * turns, ring[:, 1]))


@lru_cache(maxsize=64)
def land(box: Box) -> str:
    """Return the path of the countries' outlines in a box; empty where they were not built."""
    paths = [_ring(ring, box) for ring in outlines() if _touches(ring, box)]
    return f'<path class="land" d="{"".join(paths)}"/>' if paths else ""


def _touches(ring: Ring, box: Box) -> bool:
    west, south = ring.min(axis=0)
    east, north = ring.max(axis=0)
    return bool(west < box.east and east > box.west and south < box.north and north > box.south)


def _ring(ring: Ring, box: Box) -> str:
    """Return the path of a ring; points that nobody could tell apart are left out."""
    xs, ys = box.at(ring[:, 0], ring[:, 1])
    points = np.column_stack((xs.clip(-50, _WIDTH + 50), ys.clip(-50, box.height + 50)))
    cells = np.rint(points / _NEAREST)
    kept = np.any(np.diff(cells, axis=0, prepend=np.inf) != 0, axis=1)
    drawn = np.rint(points[kept]).astype(int).tolist()
    if len(drawn) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in drawn) + "Z"
