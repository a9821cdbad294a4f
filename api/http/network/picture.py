"""The network drawn on the server: what a page shows before, or without, its script."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from permed.api.text.names import name_of, shortened
from permed.api.text.wording import grouped, titled

__all__ = ["DrawnNetwork", "Group", "drawn_network", "edges_of"]

_WIDTH, _HEIGHT, _MARGIN = 960.0, 640.0, 24.0
_MOST_NODES: Final = 400
_MOST_EDGES: Final = 700
_LABELS: Final = 14
_SMALLEST, _LARGEST = 2.5, 14.0
_ROWS: Final = 25
_BROKERS: Final = 10
_GROUPS: Final = 7  # with a colour of their own


@dataclass(frozen=True)
class Group:
    """One entry of the legend."""

    label: str
    colour: str
    size: int


@dataclass(frozen=True)
class DrawnNetwork:
    """A picture with its legend and tables; `left_out` says what it does not show."""

    svg: Markup
    legend: list[Group]
    rows: list[dict[str, Any]]
    brokers: list[dict[str, Any]]
    nodes: int
    edges: int
    left_out: str


def drawn_network(told: Mapping[str, Any], colour: str, size: str) -> DrawnNetwork:
    """Return the picture of what `/api/v1/network/graph` answers; size falls back to partners."""
    nodes = told["nodes"]
    by = size if size in nodes else "degree"
    rows = _rows(nodes)
    ranked = sorted(rows, key=lambda r: (-(r[by] or 0), r["id"]))
    legend, colours = _colours(told, nodes, colour)
    shown = [row["place"] for row in ranked[:_MOST_NODES]]
    links = edges_of(told["edges"])
    svg, drawn = _svg(nodes, by, shown, links, colours)
    brokers = [r for r in sorted(rows, key=_brokerage) if r.get("brokerage")][:_BROKERS]
    left = _left_out(told["total"], len(shown), drawn)
    total = told["total"]
    return DrawnNetwork(svg, legend, ranked[:_ROWS], brokers, total["nodes"], total["edges"], left)


def _brokerage(row: Mapping[str, Any]) -> tuple[float, str]:
    return (-(row.get("brokerage") or 0), row["id"])


def _rows(nodes: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    names = [n for n in nodes if n not in ("x", "y")]
    rows = [
        dict(zip(names, map(_as_script_shows, values), strict=True))
        for values in zip(*(nodes[n] for n in names), strict=True)
    ]
    return [
        {**row, "place": place, "name": name_of(row["id"], row["label"] or row["id"])}
        for place, row in enumerate(rows)
    ]


def _as_script_shows(value: Any) -> Any:
    """Return a whole number without `.0`: a table reads alike with script and without."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _left_out(total: Mapping[str, int], nodes: int, edges: int) -> str:
    if nodes == total["nodes"] and edges == total["edges"]:
        return ""
    return (
        f"The picture shows {nodes:,} of {total['nodes']:,} and the {edges:,} strongest "
        f"of {total['edges']:,} ties; the files hold all."
    )


def _colours(
    told: Mapping[str, Any], nodes: Mapping[str, Sequence[Any]], by: str
) -> tuple[list[Group], list[str]]:
    """Colour of every node by group; the largest groups have one of their own."""
    column = nodes.get(by) or nodes["community"]
    counts: dict[Any, int] = {}
    for value in column:
        counts[value] = counts.get(value, 0) + 1
    order = sorted(counts, key=lambda value: (value is None, -counts[value], str(value)))
    palette = told["palette"]
    own = {value: palette[i] for i, value in enumerate(order[:_GROUPS]) if value is not None}
    labels = {c["community"]: c["label"] for c in told["communities"]} if by == "community" else {}
    legend = [Group(str(labels.get(v, v)), c, counts[v]) for v, c in own.items()]
    rest = sum(counts.values()) - sum(group.size for group in legend)
    if rest:
        legend.append(Group("all others", palette[-1], rest))
    return legend, [own.get(value, palette[-1]) for value in column]


def _svg(
    nodes: Mapping[str, Sequence[Any]],
    by: str,
    shown: Sequence[int],
    links: Sequence[tuple[int, int, float]],
    colours: Sequence[str],
) -> tuple[Markup, int]:
    places = _places(nodes, shown)
    inside = [edge for edge in links if edge[0] in places and edge[1] in places]
    strongest = sorted(inside, key=lambda edge: -edge[2])[:_MOST_EDGES]
    largest = max((nodes[by][n] or 0 for n in shown), default=0) or 1
    heaviest = max((w for *_, w in strongest), default=1.0)
    parts = [
        _line(places[u], places[v], 0.5 + 2.5 * w / heaviest) for u, v, w in reversed(strongest)
    ]
    for rank, node in reversed(list(enumerate(shown))):
        share = ((nodes[by][node] or 0) / largest) ** 0.5
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * share
        parts.append(_dot(nodes, node, places[node], radius, colours[node], rank < _LABELS))
    head = (
        f'<svg class="network plot" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="group" '
        f'aria-label="Network of {len(shown)} nodes and {len(strongest)} ties; '
        'the table below holds the same in figures">'
    )
    # everything in it is a number or escaped
    return Markup(head + "".join(parts) + "</svg>"), len(strongest)  # noqa: S704


def _places(
    nodes: Mapping[str, Sequence[Any]], shown: Sequence[int]
) -> dict[int, tuple[float, float]]:
    xs, ys = ([float(nodes[axis][n]) for n in shown] for axis in ("x", "y"))
    left, low = min(xs, default=0.0), min(ys, default=0.0)
    wide, high = max(xs, default=1.0) - left, max(ys, default=1.0) - low
    scale = min((_WIDTH - 2 * _MARGIN) / (wide or 1.0), (_HEIGHT - 2 * _MARGIN) / (high or 1.0))
    across, down = (_WIDTH - wide * scale) / 2, (_HEIGHT + high * scale) / 2
    return {
        n: (across + (x - left) * scale, down - (y - low) * scale)
        for n, x, y in zip(shown, xs, ys, strict=True)
    }


def _line(one: tuple[float, float], other: tuple[float, float], width: float) -> str:
    (x, y), (u, v) = one, other
    ends = f'x1="{x:.0f}" y1="{y:.0f}" x2="{u:.0f}" y2="{v:.0f}"'
    return f'<line class="between" {ends} stroke-width="{width:.1f}"/>'


def _dot(
    nodes: Mapping[str, Sequence[Any]],
    node: int,
    place: tuple[float, float],
    radius: float,
    colour: str,
    named: bool,
) -> str:
    x, y = place
    me = nodes["id"][node]
    name = name_of(me, nodes["label"][node] or me)
    told = titled(name, grouped(str(nodes["degree"][node])), "partners")
    text = ""
    if named:
        where = f'x="{x:.0f}" y="{y + radius + 11:.0f}" text-anchor="middle"'
        text = f"<text {where}>{escape(shortened(name, 28))}</text>"
    return (
        f'<a href="/id/{escape(me)}"><title>{escape(told)}</title>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.1f}" fill="{escape(colour)}"/>{text}</a>'
    )


def edges_of(told: Mapping[str, Any]) -> list[tuple[int, int, float]]:
    """Return the edges that `graph.network.analysis.browser.coded` wrote."""
    numbers, value, shift = [], 0, 0
    for byte in base64.b64decode(told["code"]):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    found, source, target = [], 0, 0
    for at in range(0, len(numbers), 3):
        step, rise, units = numbers[at : at + 3]
        target = source + step + rise if step or at == 0 else target + rise
        source += step
        found.append((source, target, units * told["unit"]))
    return found
