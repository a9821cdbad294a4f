"""A query about one thing asked about all: the variable that names the thing becomes a column.

Every SELECT whose pattern holds the variable gives it, and groups by it where it groups or counts.
The rows that name a thing are then the answer about that thing, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from permed.graph.errors import InputError
from permed.graph.store.query.blocks import in_blocks
from permed.graph.store.query.tokens import Token, tokens

__all__ = ["WithColumn", "with_column"]

_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")


class WithColumn(NamedTuple):
    """A query, and whether it has the column only since it was added: it is the first one then."""

    sparql: str
    added: bool


@dataclass
class _Select:
    """A SELECT: where its columns start, its pattern ends, and the last word it groups by."""

    columns_at: int
    pattern_end: int = 0
    group_end: int | None = None
    aggregates: bool = False
    holds: bool = False
    selected: bool = False
    grouped: bool = False

    def additions(self, variable: str) -> Iterator[tuple[int, str]]:
        """Yield the texts to put in, and where."""
        if not self.selected:
            yield self.columns_at, f" {variable}"
        if self.group_end is not None and not self.grouped:
            yield self.group_end, f" {variable}"
        elif self.group_end is None and self.aggregates:
            yield self.pattern_end + 1, f" GROUP BY {variable}"


def with_column(sparql: str, name: str, pattern: str = "") -> WithColumn:
    """Return a SELECT query whose answer has a variable of its pattern as a column.

    name: of the variable. pattern: is added to the outermost pattern, where the query only compares
    the variable and nothing in it gives a value. InputError where the query lacks the variable.
    """
    variable = f"?{name}"
    selects = _selects(list(tokens(sparql)), variable)
    outermost = selects.get(0)
    if outermost is None or not outermost.holds:
        raise InputError(f"the query selects no columns, or has no variable {variable}")
    put = [
        (at, text) for one in selects.values() if one.holds for at, text in one.additions(variable)
    ]
    if pattern:
        put.append((outermost.pattern_end, f" {pattern} "))
    for at, text in sorted(put, reverse=True):
        sparql = sparql[:at] + text + sparql[at:]
    return WithColumn(sparql, not outermost.selected)


def _selects(found: list[Token], variable: str) -> dict[int, _Select]:
    """Return the SELECTs of a query by the number of their block, 0 for the outermost."""
    selects: dict[int, _Select] = {}
    placed = list(in_blocks(found))
    for at, (token, block) in enumerate(placed):
        word = token.text.upper()
        if token.kind == "word" and word == "SELECT":
            after = found[at + 1]
            last = after if after.text.upper() in ("DISTINCT", "REDUCED") else token
            selects[block.number] = _Select(_end(last))
        mine = selects.get(block.number)
        if mine is not None and block.clause == "GROUP":
            mine.group_end = _end(token)
        elif mine is not None and token.text == "}" and block.clause in ("SELECT", "WHERE"):
            mine.pattern_end = token.start
        elif mine is not None and block.clause == "SELECT":
            mine.aggregates |= word in _AGGREGATES
        if token.text == variable:
            for number in (*block.outer, block.number):
                if number in selects:
                    selects[number].holds = True
            if mine is not None and not block.brackets:
                mine.selected |= block.clause == "SELECT"
                mine.grouped |= block.clause == "GROUP"
    return selects


def _end(token: Token) -> int:
    return token.start + len(token.text)
