"""Drawings in fewer bytes: what their elements share is said once, and what draws nothing goes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

__all__ = ["compact"]

# attributes of SVG 1.1 that an element takes from its parent; the first ones matter to text only
_OF_TEXT: Final = frozenset({
    "font-family", "font-size", "font-weight", "font-style", "text-anchor"
})  # fmt: skip
_INHERITED: Final = _OF_TEXT | {
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linejoin",
    "stroke-linecap", "stroke-dasharray", "stroke-miterlimit", "paint-order",
}  # fmt: skip
_NEVER_DRAWN: Final = ("class", "aria-hidden", "pointer-events")
_PLACES: Final = frozenset({
    "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points",
    "transform",
})  # fmt: skip
_TRANSLATED: Final = re.compile(r"translate\(([-\d.]+),\s*([-\d.]+)\)")
_FRACTION: Final = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
_NUMBER: Final = re.compile(r"-?[\d.]+(?:e-?\d+)?")
_SIDES: Final = re.compile(r"[-\d.,\s]+")  # all but the letters of commands
_CELL: Final = re.compile(r"M([-\d.]+),([-\d.]+)(h([\d.]+)v([\d.]+)h-\4Z)")
_LEAST: Final = 0.1  # side of a cell, so that one may divide by it
_RUN: Final = 3  # elements of one kind, from which on a group for them is shorter


def compact(inner: str) -> str:
    """Return elements of an SVG drawing that look the same, mostly in less than half the bytes.

    Places are rounded to tenths of a unit. inner: well-formed, without namespace prefixes.
    """
    # our own drawings and those of the chart library: nothing hostile is in them
    root = ElementTree.fromstring(f"<g>{inner}</g>")  # noqa: S314
    _clean(root)
    _shorten(root)
    parts = [root] if root.attrib else list(root)
    written = "".join(ElementTree.tostring(part, encoding="unicode") for part in parts)
    return written.replace(" />", "/>")


def _clean(element: Element) -> None:
    """Take away what is not drawn, and write places shortly."""
    for child in list(element):
        nothing = _draws_nothing(child)  # told by a class that cleaning takes away
        _clean(child)
        if nothing or (child.tag == "g" and len(child) == 0):
            element.remove(child)
    for name in _NEVER_DRAWN:
        element.attrib.pop(name, None)
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    moved = _TRANSLATED.fullmatch(element.get("transform", ""))
    if moved and (element.tag == "text" or {float(moved[1]), float(moved[2])} == {0.0}):
        if element.tag == "text":
            element.set("x", moved[1])
            element.set("y", moved[2])
        del element.attrib["transform"]
    if element.tag == "path":
        _as_rectangle(element)
    for name in _PLACES & element.attrib.keys():
        if "scale" not in element.attrib[name] and "matrix" not in element.attrib[name]:
            element.set(name, _FRACTION.sub(_tenths, element.attrib[name]))
    _unwrap(element)


def _as_rectangle(path: Element) -> None:
    """Write a path round a rectangle with rounded corners, as the chart library draws it, as one.

    It begins behind the corner above at the left, and goes along the upper side.
    """
    told = path.get("d", "")
    if _SIDES.sub("", told) != "MLCLCLCLCZ":
        return
    numbers = [float(number) for number in _NUMBER.findall(told)]
    across, down = numbers[::2], numbers[1::2]
    left, top = min(across), min(down)
    wide, high, round_by = max(across) - left, max(down) - top, across[0] - left
    path.tag = "rect"
    del path.attrib["d"]
    for name, value in zip(("x", "y", "width", "height", "rx"), (left, top, wide, high, round_by),
                           strict=True):  # fmt: skip
        path.set(name, f"{value:.2f}")


def _tenths(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 1) + 0.0:g}"  # no nought below nought


def _draws_nothing(element: Element) -> bool:
    if element.get("display") == "none":
        return True
    if element.tag == "text":
        return len(element) == 0 and not (element.text or "").strip()
    plate = element.get("class") == "background"  # what the chart library lays below each part
    return plate and not element.attrib.keys() & {"fill", "stroke"}


def _unwrap(element: Element) -> None:
    """Put the children of groups that say nothing in their place."""
    found: list[Element] = []
    for child in element:
        found += list(child) if child.tag == "g" and not child.attrib else [child]
    element[:] = found


def _shorten(element: Element) -> None:
    """Say once, at a group, what its elements share; the deepest first."""
    if element.tag not in ("g", "svg"):
        return
    for child in element:
        _shorten(child)
    element[:] = list(_grouped(list(element)))
    _lift(element)


def _grouped(children: list[Element]) -> Iterator[Element]:
    runs = [list(run) for _, run in groupby(children, _kind)]
    for run in runs:
        made = _by_colour(run) if run[0].tag == "text" else _joined(run)
        yield from made if len(runs) == 1 else _in_group(made)


def _in_group(elements: list[Element]) -> list[Element]:
    """Return elements as one group, where that is shorter."""
    if len(elements) < _RUN or elements[0].tag == "g":
        return elements
    group = Element("g")
    group[:] = elements
    _lift(group)
    return [group]


def _by_colour(run: list[Element]) -> list[Element]:
    """Return texts with those of a colour beside each other; such without a rim, or as they are."""
    if any("stroke" in element.attrib for element in run):
        return run
    parts: dict[str, list[Element]] = {}
    for element in run:
        parts.setdefault(element.get("fill", ""), []).append(element)
    return run if len(parts) == 1 else [e for part in parts.values() for e in _in_group(part)]


def _joined(run: list[Element]) -> list[Element]:
    """Return cells of one grid, which do not cover each other, as one path for each look."""
    looks: dict[tuple[tuple[str, str], ...], list[str]] = {}
    places: set[tuple[float, float]] = set()
    for element in run:
        told = _CELL.fullmatch(element.get("d", ""))
        if told is None or not run[0].attrib["d"].endswith(told[3]):
            return run
        x, y, wide, high = (float(told[n]) for n in (1, 2, 4, 5))
        places.add((x / max(wide, _LEAST), y / max(high, _LEAST)))
        look = tuple(sorted((k, v) for k, v in element.attrib.items() if k != "d"))
        looks.setdefault(look, []).append(told[0])
    offsets = {(round(x % 1, 1) % 1, round(y % 1, 1) % 1) for x, y in places}
    if len(offsets) > 1 or len(places) < len(run):
        return run
    return [Element("path", {**dict(look), "d": "".join(cells)}) for look, cells in looks.items()]


def _kind(element: Element) -> tuple[str, frozenset[str]]:
    return element.tag, frozenset(element.attrib.keys() & _INHERITED)


def _lift(group: Element) -> None:
    """Set the commonest value of what no child takes from further up, and leave it out below."""
    for name in sorted(_INHERITED):
        if any(_inherits(child, name) for child in group):
            continue
        told = Counter(child.attrib[name] for child in group if name in child.attrib)
        if not told or (len(told) == len(group) > 1):
            continue
        value = _first_of_most(told)
        group.set(name, value)
        for child in group:
            if child.get(name) == value:
                del child.attrib[name]


def _first_of_most(told: Counter[str]) -> str:
    return max(sorted(told), key=lambda value: told[value])


def _inherits(element: Element, name: str) -> bool:
    """Whether an attribute of the parent would change how an element looks."""
    if name in element.attrib:
        return False
    if element.tag == "g":
        return any(_inherits(child, name) for child in _drawn(element))
    return element.tag == "text" or name not in _OF_TEXT


def _drawn(group: Iterable[Element]) -> Iterable[Element]:
    return (child for child in group if child.tag != "defs")
