"""The blocks of a query: pairs of braces, and the clause that is open in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from permed.graph.store.query.tokens import Token

__all__ = ["BraceBlock", "in_blocks"]

_CLAUSES: Final = frozenset(
    ["SELECT", "WHERE", "FROM", "GROUP", "ORDER", "HAVING", "LIMIT", "VALUES"]
)


class BraceBlock(NamedTuple):
    """A pair of braces, or the whole: the clause that is open in it, and its open brackets."""

    number: int
    clause: str = ""
    brackets: int = 0
    outer: tuple[int, ...] = ()  # numbers of the blocks around it


def in_blocks(found: list[Token]) -> Iterator[tuple[Token, BraceBlock]]:
    """Yield every token with the block it stands in; a SELECT and its GROUP BY share one."""
    blocks, count = [BraceBlock(0)], 0
    for token in found:
        word, last = token.text.upper(), blocks[-1]
        if token.text == "{":
            count += 1
            blocks.append(BraceBlock(count, outer=(*last.outer, last.number)))
        elif token.text == "}" and len(blocks) > 1:
            blocks.pop()
            if blocks[-1].clause == "VALUES":
                blocks[-1] = blocks[-1]._replace(clause="")
        elif token.text in "()":
            blocks[-1] = last._replace(brackets=last.brackets + (1 if token.text == "(" else -1))
        elif token.kind == "word" and word in _CLAUSES:
            blocks[-1] = last._replace(clause=word)
        yield token, blocks[-1]
