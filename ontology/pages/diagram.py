"""The class diagram of the reference pages, as SVG that follows the page's colours."""

from __future__ import annotations

from html import escape
from typing import Final

from rdflib import RDFS, Graph, URIRef

from permed.ontology.terms import PM, shorten

__all__ = ["class_diagram"]

_LINE: Final = 19  # height of one line of text, in user units
_WIDE: Final = 250  # width of a box
_COLUMNS: Final = (10, 375, 740)  # left edges of the three columns of boxes


def class_diagram(graph: Graph) -> str:
    """Draw the role pattern and what hangs on things: boxes with sub-classes, and their links."""
    heads = [
        _Box(graph, name, x, 10)
        for name, x in zip(("Agent", "Role", "Activity"), _COLUMNS, strict=True)
    ]
    low = max(box.bottom for box in heads) + 60
    lower = [
        _Box(graph, name, x, low)
        for name, x in zip(("Identifier", "ReportedFigure", "Output"), _COLUMNS, strict=True)
    ]
    agent, role, activity = heads
    identifier, figure, output = lower
    links = [
        _across(role, agent, "roleOf"),
        _across(role, activity, "roleIn"),
        _down(agent, identifier, "identifier", upward=False),
        _down(activity, output, "resultOf", upward=True),
        _diagonal(figure, activity, "figureOf"),
    ]
    height = max(box.bottom for box in lower) + 10
    drawn = "".join([*(box.drawn() for box in (*heads, *lower)), *links])
    return (
        f'<svg viewBox="0 0 1000 {height}" role="group" aria-labelledby="diagram-title">'
        '<title id="diagram-title">An agent holds a role in an activity; identifiers, figures and'
        " outputs hang on things</title>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        f"{drawn}</svg>"
    )


class _Box:
    """A class with its sub-classes, one a line."""

    def __init__(self, graph: Graph, name: str, left: int, top: int) -> None:
        below = {shorten(str(s)) for s in graph.subjects(RDFS.subClassOf, URIRef(PM[name]))}
        self.name, self.left, self.top = name, left, top
        self.lines = sorted(below)
        self.bottom = top + 34 + _LINE * len(self.lines) + (8 if self.lines else 0)

    @property
    def middle(self) -> int:
        return self.left + _WIDE // 2

    def drawn(self) -> str:
        text = "".join(
            f'<text x="{self.left + 14}" y="{self.top + 50 + _LINE * i}">{escape(line)}</text>'
            for i, line in enumerate(self.lines)
        )
        return (
            f'<a href="#{self.name}"><rect x="{self.left}" y="{self.top}" width="{_WIDE}"'
            f' height="{self.bottom - self.top}" rx="6"/><text class="head" x="{self.middle}"'
            f' y="{self.top + 22}">pm:{self.name}</text></a>{text}'
        )


def _arrow(x1: int, y1: int, x2: int, y2: int, name: str, at: tuple[int, int]) -> str:
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" marker-end="url(#tip)"/>'
        f'<text class="link" x="{at[0]}" y="{at[1]}">{name}</text>'
    )


def _across(start: _Box, end: _Box, name: str) -> str:
    leftward = end.left < start.left
    x1 = start.left if leftward else start.left + _WIDE
    x2 = end.left + _WIDE if leftward else end.left
    return _arrow(x1, 28, x2, 28, name, ((x1 + x2) // 2, 20))


def _down(upper: _Box, lower: _Box, name: str, *, upward: bool) -> str:
    ends = (lower.top, upper.bottom) if upward else (upper.bottom, lower.top)
    return _arrow(
        upper.middle, ends[0], upper.middle, ends[1], name, (upper.middle + 55, lower.top - 14)
    )


def _diagonal(start: _Box, end: _Box, name: str) -> str:
    x, y = start.left + _WIDE - 40, end.bottom - 14
    return _arrow(x, start.top, end.left, y, name, ((x + end.left) // 2 - 45, (start.top + y) // 2))
