"""Communities drawn: each a disc of its members, bands between circles for their ties."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.api.report.drawing.charts import frame_svg
from permed.api.report.drawing.colours import LIGHT
from permed.api.text.names import shortened
from permed.api.text.svg import HALO, path, text
from permed.graph.network import Network

__all__ = ["draw"]

_WIDTH, _HEIGHT = 720.0, 600.0
_CENTRE = (360.0, 286.0)
_RING = (268.0, 222.0)
_LARGEST = 54.0  # radius of the largest disc
_DOTS = 60  # members drawn in a disc, those with most partners
_GOLDEN = math.pi * (3 - math.sqrt(5))
_COLOURED = 7

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def draw(network: Network, labels: Labels, circles: pl.DataFrame, alt_text: str) -> str:
    """Return the picture; circles: rows with community, size and hub, the largest first."""
    shown = circles["community"].to_list()
    ties = _between(network, labels, shown)
    centres = _ring(_order(ties))
    sizes = circles["size"].to_numpy().astype(np.float64)
    radii = np.maximum(_LARGEST * np.sqrt(sizes / sizes.max()), 16.0)
    parts, names = _bands(ties, centres), []
    for i, row in enumerate(circles.iter_rows(named=True)):
        members = np.flatnonzero(labels == row["community"])
        parts += _disc(network.degree, members, centres[i], float(radii[i]), i)
        names += _name(row, centres[i], float(radii[i]), i)
    return frame_svg(
        "".join(parts + names), "whom-circles", "Communities", alt_text, _WIDTH, _HEIGHT
    )


def _between(network: Network, labels: Labels, shown: list[int]) -> Floats:
    """Number of ties between the shown circles, 0 on the diagonal."""
    place = np.full(int(labels.max(initial=0)) + 1, -1)
    place[shown] = np.arange(len(shown))
    u = place[labels[network.proper["source"].to_numpy()]]
    v = place[labels[network.proper["target"].to_numpy()]]
    kept = (u >= 0) & (v >= 0) & (u != v)
    half = sparse.coo_array((np.ones(kept.sum()), (u[kept], v[kept])), shape=(len(shown),) * 2)
    dense: Floats = (half + half.T).toarray()
    return dense


def _order(ties: Floats) -> list[int]:
    """Circles one after another so that each stands beside the one it has most ties with."""
    order = [0] if len(ties) else []
    while len(order) < len(ties):
        row = ties[order[-1]].copy()
        row[order] = -1
        order.append(int(row.argmax()))
    return order


def _ring(order: list[int]) -> list[tuple[float, float]]:
    """Centre of every circle on an ellipse, the first on top."""
    if len(order) == 1:
        return [_CENTRE]
    places = [(0.0, 0.0)] * len(order)
    for step, circle in enumerate(order):
        angle = 2 * math.pi * step / len(order) - math.pi / 2
        places[circle] = (
            _CENTRE[0] + _RING[0] * math.cos(angle), _CENTRE[1] + _RING[1] * math.sin(angle)
        )  # fmt: skip
    return places


def _bands(ties: Floats, centres: list[tuple[float, float]]) -> list[str]:
    most = float(ties.max(initial=1.0))
    parts = []
    for i, j in zip(*np.triu_indices(len(ties), 1), strict=True):
        if ties[i, j]:
            (x0, y0), (x1, y1) = centres[i], centres[j]
            width = max(9 * ties[i, j] / most, 0.4)
            middle = ((x0 + x1 + _CENTRE[0]) / 3, (y0 + y1 + _CENTRE[1]) / 3)
            parts.append(
                path(
                    f"M{x0:.1f} {y0:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {x1:.1f} {y1:.1f}",
                    fill="none",
                    stroke=LIGHT["mid"],
                    stroke_opacity=0.45,
                    stroke_width=round(width, 1),
                )
            )
    return parts


def _disc(
    degree: npt.NDArray[np.int64],
    members: npt.NDArray[np.int64],
    centre: tuple[float, float],
    radius: float,
    rank: int,
) -> list[str]:
    """The members as a sunflower, the best connected in the middle."""
    x, y = centre
    colour = LIGHT[f"c{rank + 1}"] if rank < _COLOURED - 1 else LIGHT["c7"]
    ranked = members[np.lexsort((members, -degree[members]))][:_DOTS]
    parts = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{LIGHT["paper"]}" '
        f'stroke="{colour}" stroke-width="2"/>'
    ]
    most = math.sqrt(max(int(degree.max(initial=1)), 1))
    spread = (radius - 6) / math.sqrt(max(len(ranked), 1))
    dots: dict[float, list[str]] = {}  # by size: lines without length, of which the round ends show
    for i, node in enumerate(ranked):
        far, angle = spread * math.sqrt(i), i * _GOLDEN
        size = min(1.2 + 5.5 * math.sqrt(degree[node]) / most, spread * 0.75)
        place = f"M{x + far * math.cos(angle):.1f} {y + far * math.sin(angle):.1f}h0"
        dots.setdefault(round(max(size, 1.0), 1), []).append(place)
    return parts + [
        path("".join(places), stroke=colour, stroke_width=2 * size, stroke_linecap="round")
        for size, places in dots.items()
    ]


def _name(
    row: dict[str, object], centre: tuple[float, float], radius: float, rank: int
) -> list[str]:
    """Number, hub and members below the disc."""
    x = min(max(centre[0], 126.0), _WIDTH - 126.0)
    lines = (
        (f"{rank + 1}  {shortened(str(row['hub']), 31)}", 12.0, "bold", "ink"),
        (f"{row['size']:,} members", 11.0, "normal", "soft"),
    )
    return [
        text(
            words, (x, centre[1] + radius + 15 + 14 * i), "middle", font_size=size,
            font_weight=weight, fill=LIGHT[colour], stroke=LIGHT["paper"], stroke_width=3.5, **HALO,
        )
        for i, (words, size, weight, colour) in enumerate(lines)
    ]  # fmt: skip
