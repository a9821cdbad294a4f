"""Pajek's .net format: vertices with label and position, weighted edges."""

from __future__ import annotations

import numpy as np
import polars as pl

from permed.graph.network.core.network import Network
from permed.graph.network.pictures.appearance import Look

__all__ = ["pajek"]


def pajek(network: Network, look: Look) -> str:
    """Return the network as Pajek .net; positions in 0 to 1, quotes in labels as apostrophes."""
    points = look.points
    low = points.min(axis=0) if network.size else np.zeros(2)
    span = np.maximum((points - low).max(axis=0, initial=0.0), 1e-9)
    at = np.round(0.05 + 0.9 * (points - low) / span, 4)
    label = pl.coalesce("label", "id").str.replace_all(r'["\r\n]', "'")
    vertices = network.nodes.select(label=label, x=at[:, 0], y=at[:, 1]).with_row_index("n", 1)
    lines = vertices.select(pl.format('{} "{}" {} {}\n', "n", "label", "x", "y")).to_series()
    one, other = pl.col("source") + 1, pl.col("target") + 1
    edges = network.edges.select(pl.format("{} {} {}\n", one, other, "weight")).to_series()
    return f"*Vertices {network.size}\n{''.join(lines)}*Edges\n{''.join(edges)}"
