"""The layout of a release: where each organisation stands, computed once when it is published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import NotFoundError
from permed.graph.network.communities.consensus import communities
from permed.graph.network.core.network import Network
from permed.graph.network.pictures.positions import positions
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles_from_tables import from_tables
from permed.graph.releases.release import Release

__all__ = ["LAYOUT_FILE", "read_layout", "release_points", "write_layout"]

LAYOUT_FILE: Final = "network_layout.parquet"
_SEEDS: Final = 5
_SCHEMA: Final = pl.Schema(
    {"id": pl.String(), "x": pl.Float64(), "y": pl.Float64(), "community": pl.Int64()}
)


def write_layout(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Lay out the organisations of record tables and write id, x, y and community, one row each.

    The network is that of all activities without a filter. Without roles the table is empty.
    """
    table = pl.DataFrame(schema=_SCHEMA)
    if "roles" in tables and tables["roles"].height:
        network = project(from_tables(dict(tables)))
        groups = communities(network, seeds=_SEEDS).labels
        points = positions(network, groups)
        table = network.nodes.select("id").with_columns(
            x=pl.Series(points[:, 0]), y=pl.Series(points[:, 1]),
            community=pl.Series(groups, dtype=pl.Int64),
        )  # fmt: skip
    table.cast(_SCHEMA).write_parquet(folder / LAYOUT_FILE)


def read_layout(release: Release) -> pl.DataFrame:
    """Return id, x, y and community of the organisations; NotFoundError for an older release."""
    path = release.path / LAYOUT_FILE
    if not path.is_file():
        raise NotFoundError(f"release {release.id} has no layout; build it again: permed build")
    return pl.read_parquet(path)


def release_points(network: Network, layout: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Return x and y of the nodes as the layout has them.

    NotFoundError where it has none of them: it holds organisations only.
    """
    known = network.nodes.select("id").join(layout, on="id", how="left", maintain_order="left")
    missing = known["x"].null_count()
    if missing:
        raise NotFoundError(
            f"the layout of the release lacks {missing:,} of {network.size:,} nodes: it holds"
            " organisations; use the network's own"
        )
    return known.select("x", "y").to_numpy()
