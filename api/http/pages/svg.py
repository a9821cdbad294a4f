"""Small pictures of networks for the pages, as SVG that needs no script and can be read aloud."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import polars as pl

from permed.api.text.names import shortened
from permed.api.text.svg import line, text
from permed.api.text.wording import grouped, titled

__all__ = ["Mark", "map_picture", "ring_picture"]

_LETTER, _CAPITAL = 6.8, 8.8  # widths of letters of a name, in units of the picture
_FULL_SPOKE: Final = 8  # shared activities from which a line is as thick as it gets
_CLEAR: Final = 4  # lines a node between the others, above which nobody sees anything
_MAP_SIZE: Final = (1100, 600)
_MAP_MARGIN: Final = (70, 40)
_MOST_LETTERS: Final = 24


@dataclass(frozen=True)
class Mark:
    """A node of a picture: id, name, short name, address, size (a count), group for its colour."""

    id: str
    name: str
    short: str
    href: str
    size: int
    group: str = ""


def ring_picture(me: Mark, others: Sequence[Mark], edges: pl.DataFrame, alt: str, unit: str) -> str:
    """Draw `me` in the middle of a ring of `others`; a thicker line is more that is shared.

    edges: columns source, target, shared, ids among `others`; of very many the strongest are drawn.
    unit: what is counted, in the plural: activities together.
    """
    order = _neighbours_together(others, edges)
    right = len(order) - len(order) // 2
    radius = max(105.0, 12.5 * right)
    halves = (order[:right], order[right:])
    sides = [radius + 22 + max((_width(_short(m)) for m in half), default=0) for half in halves]
    middle = (sides[1], radius + 20)
    places = _ring([m.id for m in order], right, middle, radius)
    most = max((m.size for m in order), default=1)
    thin = _strongest(edges, _CLEAR * len(order))
    parts = [line(places[s], places[t], 0.8, class_="between") for s, t, _ in thin.iter_rows()]
    parts += [
        line(middle, places[m.id], 1 + 5 * m.size / max(most, _FULL_SPOKE), class_="spoke")
        for m in order
    ]
    for mark in order:
        x, y = places[mark.id]
        left = x < middle[0]
        dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{4 + 5 * math.sqrt(mark.size / most):.1f}"/>'
        name = text(_short(mark), (x + (-13 if left else 13), y + 4), "end" if left else "start")
        parts.append(_link(mark, dot + name, unit))
    parts.append(f'<circle class="me" cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" r="13"/>')
    parts.append(text(_short(me), (middle[0], middle[1] + 30), "middle", class_="me"))
    return _svg("ring", (sum(sides), 2 * radius + 40), alt, parts)


def _width(text: str) -> float:
    return sum(_CAPITAL if letter.isupper() else _LETTER for letter in text)


def _strongest(edges: pl.DataFrame, most: int) -> pl.DataFrame:
    """Keep the edges above the least count that leaves at most so many."""
    counts = sorted(set(edges["shared"].to_list()))
    kept = (edges.filter(pl.col("shared") >= least) for least in counts)
    return next((found for found in kept if found.height <= most), edges.clear())


def map_picture(
    marks: Sequence[Mark], edges: pl.DataFrame, alt: str, unit: str = "partners"
) -> str:
    """Draw a network: near is what shares much (Kamada and Kawai 1989), size is the count.

    unit: what the count is of. Several parts with ties of their own are laid out side by side.
    """
    places = _layout([m.id for m in marks], edges)
    most_edge = max(edges["shared"].to_list(), default=1)
    most = max((m.size for m in marks), default=1)
    parts = [
        line(places[s], places[t], 0.7 + 5 * shared / most_edge, class_="between")
        for s, t, shared in edges.sort("shared").iter_rows()
    ]
    for mark in sorted(marks, key=lambda m: -m.size):
        x, y = places[mark.id]
        r = 5 + 13 * math.sqrt(mark.size / most)
        style = f' class="g-{mark.group}"' if mark.group else ""
        dot = f'<circle{style} cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
        name = text(_short(mark), (x, y + r + 12), "middle")
        parts.append(_link(mark, dot + name, unit))
    return _svg("map", _MAP_SIZE, alt, parts)


def _ring(
    ids: Sequence[str], right: int, middle: tuple[float, float], radius: float
) -> dict[str, tuple[float, float]]:
    """Place ids on a circle, evenly in height so that names never meet, clockwise from the top."""
    left = len(ids) - right
    heights = [(2 * n + 1) / right - 1 for n in range(right)]
    heights += [1 - (2 * n + 1) / left for n in range(left)]
    sides = [1] * right + [-1] * left
    return {
        k: (middle[0] + side * radius * math.sqrt(1 - h * h), middle[1] + radius * h)
        for k, h, side in zip(ids, heights, sides, strict=True)
    }


def _cells(
    parts: Sequence[list[str]],
) -> Iterator[tuple[list[str], tuple[float, float], float]]:
    """Give each part, the largest first, a square on shelves: its middle and its side.

    Squares grow with the number of nodes, so that names have alike room in every part.
    """
    sides = [math.sqrt(len(part)) for part in parts]
    width = max([math.sqrt(_MAP_SIZE[0] / _MAP_SIZE[1] * sum(s * s for s in sides)), *sides[:1]])
    x = y = shelf = 0.0
    for part, side in zip(parts, sides, strict=True):
        if x and x + side > width:
            x, y, shelf = 0.0, y + shelf, 0.0
        yield part, (x + side / 2, y + side / 2), side
        x, shelf = x + side, max(shelf, side)


def _layout(ids: Sequence[str], edges: pl.DataFrame) -> Mapping[str, tuple[float, float]]:
    import networkx as nx  # a fifth of a second that the start of a server need not spend

    graph = nx.Graph()
    graph.add_nodes_from(ids)
    graph.add_weighted_edges_from((s, t, 1 / math.sqrt(n)) for s, t, n in edges.iter_rows())
    parts = [sorted(part) for part in nx.connected_components(graph) if len(part) > 1]
    parts = parts or [sorted(part) for part in nx.connected_components(graph)][:1]
    found: dict[str, tuple[float, float]] = {}
    for part, middle, room in _cells(sorted(parts, key=lambda part: (-len(part), part))):
        found |= nx.kamada_kawai_layout(
            graph.subgraph(part), weight="weight", center=middle, scale=0.4 * room
        )
    spare = sorted(set(ids) - found.keys())
    xs = [float(x) for x, _ in found.values()] or [0.0]
    ys = [float(y) for _, y in found.values()] or [0.0]
    (width, height), (side, top) = _MAP_SIZE, _MAP_MARGIN
    bottom = top + (50 if spare else 14)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - min(xs)) / (max(xs) - min(xs) or 1)
        down = (y - min(ys)) / (max(ys) - min(ys) or 1)
        return side + across * (width - 2 * side), top + down * (height - top - bottom)

    placed = {k: place(float(x), float(y)) for k, (x, y) in found.items()}
    step = (width - 2 * side) / max(len(spare), 1)
    return placed | {k: (side + step * (n + 0.5), height - 34.0) for n, k in enumerate(spare)}


def _neighbours_together(others: Sequence[Mark], edges: pl.DataFrame) -> list[Mark]:
    """Walk from the largest to whoever shares most with the last, so that lines stay short."""
    shared: dict[tuple[str, str], int] = {}
    for s, t, n in edges.iter_rows():
        shared[s, t] = shared[t, s] = n
    left = sorted(others, key=lambda m: (-m.size, m.id))
    order = left[:1]
    left = left[1:]
    while left:
        last = order[-1].id
        nearest = max(left, key=lambda m: shared.get((last, m.id), 0))
        order.append(nearest)
        left.remove(nearest)
    return order


def _short(mark: Mark) -> str:
    return shortened(mark.short or mark.name, _MOST_LETTERS)


def _link(mark: Mark, inner: str, unit: str) -> str:
    title = f"<title>{escape(titled(mark.name, grouped(str(mark.size)), unit))}</title>"
    return f'<a href="{escape(mark.href)}">{title}{inner}</a>'


def _svg(cls: str, size: tuple[float, float], alt: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="network {cls}" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'width="{size[0]:.0f}" height="{size[1]:.0f}" role="group" '  # its links would be lost
        f'aria-label="{escape(alt)}">{"".join(parts)}</svg>'
    )
