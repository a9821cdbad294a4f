"""VOSviewer JSON (VOSviewer Online): items with position, cluster and weights, and links."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from permed.graph.network.core.network import Network, by_size
from permed.graph.network.pictures.appearance import PALETTE, Look

__all__ = ["vosviewer"]


def vosviewer(network: Network, look: Look) -> str:
    """Return the network as VOSviewer JSON; clusters count from 1, positions lie within -1 to 1."""
    reach = max(float(np.abs(look.points).max(initial=0.0)), 1e-9)
    clusters = by_size(look.groups) + 1 if network.size else look.groups
    strength = np.asarray(network.matrix.sum(axis=1)).ravel()
    items = network.nodes.select(
        id=pl.int_range(1, network.size + 1),
        label=pl.coalesce("label", "id"),
        description="id",
        x=np.round(look.points[:, 0] / reach, 5),
        y=np.round(look.points[:, 1] / reach, 5),
        cluster=pl.Series(clusters, dtype=pl.Int64),
        weights=pl.struct(
            pl.Series("Links", network.degree),
            pl.Series("Total link strength", strength),
        ),
    )
    links = network.proper.select(
        source_id=pl.col("source") + 1, target_id=pl.col("target") + 1, strength="weight"
    )
    shown = sorted({min(int(c), len(PALETTE)) for c in clusters})
    colours = [{"cluster": c, "color": PALETTE[c - 1]} for c in shown]
    document = {
        "network": {"items": items.to_dicts(), "links": links.to_dicts()},
        "config": {
            "parameters": {"item_size": 1, "max_n_links": 1000},
            "color_schemes": {"cluster_colors": colours},
        },
    }
    return json.dumps(document, ensure_ascii=False)
