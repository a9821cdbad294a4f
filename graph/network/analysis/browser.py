"""A network as columns for a picture in a browser: positions, measures and coded edges."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.analysis.picture_measures import MEASURES
from permed.graph.network.communities import consensus
from permed.graph.network.communities.profile import describe
from permed.graph.network.core.network import Network, by_size
from permed.graph.network.measures import ranking
from permed.graph.network.measures.brokerage import brokerage
from permed.graph.network.pictures.appearance import PALETTE, look, trim
from permed.graph.network.pictures.release_layout import release_points

__all__ = ["BrowserNetwork", "browser_network", "coded", "strongest"]

_BROKERAGE: Final = "brokerage"
_DIGITS: Final = 5  # significant ones of a measure
_WEIGHT_STEPS: Final = 1000  # of the largest weight, where weights are no whole numbers
_SEVEN: Final = 0x7F


@dataclass(frozen=True)
class BrowserNetwork:
    """content: JSON (docs/network/http.md). whole: whether all nodes and edges are in it."""

    content: dict[str, Any]
    whole: bool

    def __repr__(self) -> str:
        count = self.content["edges"]["count"]
        return f"<BrowserNetwork: {len(self.content['nodes']['id']):,} nodes, {count:,} edges>"


def browser_network(
    network: Network,
    *,
    most: int = 5_000,
    edges: int = 100_000,
    layout: pl.DataFrame | None = None,
) -> BrowserNetwork:
    """Return a network as columns.

    Measures are those of the whole network, also where fewer nodes or edges are sent: of more than
    `most` nodes those with most partners, of more than `edges` edges the strongest of every node.
    layout: id, x, y and community of the nodes (`read_layout`), by default made anew.
    """
    if edges < 1:
        raise InputError(f"a picture of {edges} edges shows no network; ask for 1 or more")
    kept = trim(network, most)
    labels, points = _placed(kept, layout)
    seen = look(kept, labels, points=points)
    links = strongest(kept.proper, kept.size, edges)
    figures = kept.nodes.select("id").join(_figures(network), on="id", maintain_order="left")
    columns = {
        name: kept.nodes[name].to_list()
        for name in ("id", "label", "country", "type")
        if name in kept.nodes.columns
    }
    shown = [name for name in (*MEASURES, _BROKERAGE) if name in figures.columns]
    content: dict[str, Any] = {
        "nodes": {
            **columns,
            "x": seen.points[:, 0].tolist(),
            "y": seen.points[:, 1].tolist(),
            "community": labels.tolist(),
            **{name: figures[name].to_list() for name in shown},
        },
        "measures": shown,
        "communities": describe(kept, labels).select("community", "size", "label").to_dicts(),
        "palette": list(PALETTE),
        "edges": coded(links),
        "total": {"nodes": network.size, "edges": network.proper.height},
        "note": kept.note,
    }
    return BrowserNetwork(content, kept.size == network.size and links.height == kept.proper.height)


def _placed(
    network: Network, layout: pl.DataFrame | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64] | None]:
    """Community of every node, and where it stands if a layout says so."""
    if layout is None:
        return consensus.communities(network).labels, None
    known = network.nodes.select("id").join(layout, on="id", how="left", maintain_order="left")
    return by_size(known["community"].to_numpy()), release_points(network, layout)


def _figures(network: Network) -> pl.DataFrame:
    table = ranking.measure(network, list(MEASURES)).select("id", *MEASURES)
    if "country" in network.nodes.columns and network.nodes["country"].is_not_null().any():
        brokers = brokerage(network, "country").select("id", pl.col("total").alias(_BROKERAGE))
        table = table.join(brokers, on="id", how="left", maintain_order="left")
    floats = pl.col(pl.Float64)
    finite = pl.when(floats.is_finite()).then(floats.round_sig_figs(_DIGITS)).name.keep()
    return table.with_columns(finite)


def strongest(edges: pl.DataFrame, size: int, most: int) -> pl.DataFrame:
    """Return at most so many edges, so that no node loses its strongest before others their second.

    edges: source, target, weight; size: number of nodes. The order of what is kept stays.
    """
    if edges.height <= most:
        return edges
    ends = np.concatenate([edges["source"].to_numpy(), edges["target"].to_numpy()])
    weight = np.tile(edges["weight"].to_numpy(), 2)
    order = np.lexsort((np.arange(len(ends)), -weight, ends))
    first = np.searchsorted(ends[order], np.arange(size))
    place = np.empty(len(ends), dtype=np.int64)
    place[order] = np.arange(len(ends)) - first[ends[order]]
    best = np.minimum(*np.split(place, 2))
    chosen = np.lexsort((np.arange(edges.height), -edges["weight"].to_numpy(), best))[:most]
    return edges[np.sort(chosen)]


def coded(edges: pl.DataFrame) -> dict[str, Any]:
    """Return edges as numbers of 7 bits a byte (LEB128, as in DWARF 5, 7.6), in Base64.

    Three numbers an edge, in the order of source and target: how much higher the source is than
    that of the edge before; how much higher the target is than that of the edge before, or, where
    the source changed, than the source; the weight in units of `unit`.
    """
    ordered = edges.sort("source", "target")
    source, target = ordered["source"].to_numpy(), ordered["target"].to_numpy()
    weight = ordered["weight"].to_numpy()
    unit = 1.0
    if len(weight) and (weight != np.round(weight)).any():
        unit = float(weight.max()) / _WEIGHT_STEPS
    steps = np.diff(source, prepend=0)
    along = np.diff(target, prepend=0)
    fresh = steps > 0
    fresh[:1] = True
    rise = np.where(fresh, target - source, along)
    units = np.maximum(np.round(weight / unit), 1).astype(np.int64)
    numbers = np.stack([steps, rise, units], axis=1).ravel()
    return {"count": len(source), "unit": unit, "code": base64.b64encode(_leb128(numbers)).decode()}


def _leb128(numbers: npt.NDArray[np.int64]) -> bytes:
    """Return numbers >= 0, the lowest seven bits first; the eighth says that more follow."""
    length = np.maximum(1, -(-_bits(numbers) // 7))
    out = np.zeros(int(length.sum()), dtype=np.uint8)
    start = np.cumsum(length) - length
    for byte in range(int(length.max(initial=0))):
        has = length > byte
        part = (numbers[has] >> (7 * byte)) & _SEVEN
        out[start[has] + byte] = part | np.where(length[has] > byte + 1, _SEVEN + 1, 0)
    return out.tobytes()


def _bits(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    found = np.zeros(len(numbers), dtype=np.int64)
    left = numbers.copy()
    while left.any():
        found += left > 0
        left >>= 1
    return found
