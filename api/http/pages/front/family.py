"""What of a release is about personalised medicine, and the map of what holds the field together.

A release may hold a whole framework programme; the front page speaks of the part whose relevance is
`core` (`ingest/relevance`), and of consortia, initiatives and calls, which curated sources bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from permed.api.http.pages.neighbourhood import marks_of
from permed.api.http.pages.neighbours import activity_map
from permed.api.http.pages.svg import Mark, map_picture
from permed.api.http.release.directory import Directory

__all__ = ["Overview", "family_of", "overview"]

_CORE: Final = "scheme/pm-relevance/core"
# the types of activity that make up the overview: what funds, coordinates and steers
_TYPES: Final = tuple(
    f"scheme/activity-type/{code}"
    for code in ("csa", "partnership", "funding-network", "consortium", "initiative", "alliance")
)
_LEAST_SHARED: Final = 2  # one alone may be chance
_MOST_ON_THE_MAP: Final = 45
_LARGEST: Final = 6


@dataclass(frozen=True)
class Overview:
    """The activities that hold the field together: their map, and the largest of them."""

    picture: str = ""
    largest: tuple[Mark, ...] = ()


def family_of(directory: Directory) -> pl.DataFrame:
    """Return the things that are about personalised medicine: projects whose core it is, and all
    others that are no projects; of a release without any judged project all of it."""
    things = directory.things
    projects = pl.col("kind") == "projects"
    core = pl.col("relevance") == _CORE
    if things.filter(projects & core).is_empty():
        return things
    return things.filter((projects & core.fill_null(value=False)) | ~projects)


@lru_cache(maxsize=1)
def overview(directory: Directory) -> Overview:
    """Draw how consortia, networks and coordination actions hang together; empty without any."""
    chosen = family_of(directory).filter(pl.col("activity_type").is_in(list(_TYPES)))["id"]
    nodes, edges = activity_map(directory.partners, chosen.to_list(), _LEAST_SHARED)
    nodes = nodes.sort("members", "id", descending=[True, False]).head(_MOST_ON_THE_MAP)
    kept = nodes["id"].implode()
    edges = edges.filter(pl.col("source").is_in(kept), pl.col("target").is_in(kept))
    if edges.is_empty():
        return Overview()
    alt = (
        f"Map of {nodes.height} consortia, networks and coordination actions; lines join those "
        f"with {_LEAST_SHARED} or more partners in common, {edges.height} pairs"
    )
    marks = marks_of(directory, list(nodes.select("id", "members").iter_rows()))
    return Overview(map_picture(marks, edges, alt), tuple(marks[:_LARGEST]))
