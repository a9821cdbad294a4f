"""ORDER BY with a LIMIT that a server does not take: asked without, and cut here.

Virtuoso refuses to sort for a LIMIT and OFFSET of more than 10,000 rows together (SR353; its
setting `MaxSortedTopRows`), and sorts any number of rows without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import orjson

from permed.graph.store.query.tokens import Token, tokens

__all__ = ["REFUSED", "SortedSlice", "most_sorted", "sorted_slice"]

REFUSED: Final = "SR353"
_ALLOWED: Final = re.compile(r"Only (\d+) are allowed")
_ENDS: Final = frozenset(["LIMIT", "OFFSET"])


@dataclass(frozen=True)
class SortedSlice:
    """A query without its outer LIMIT and OFFSET, and which of its rows were asked for."""

    text: str
    limit: int
    offset: int = 0

    def cut(self, body: bytes) -> bytes:
        """Return an answer (SPARQL 1.1 Query Results JSON) with the rows asked for."""
        told = orjson.loads(body)
        rows = told["results"]["bindings"]
        told["results"]["bindings"] = rows[self.offset : self.offset + self.limit]
        return orjson.dumps(told)


def most_sorted(refusal: str) -> int:
    """Return how many rows of a LIMIT the server sorts, as its refusal says; else 0."""
    told = _ALLOWED.search(refusal)
    return int(told[1]) if told else 0


def sorted_slice(sparql: str) -> SortedSlice | None:
    """Return a query whose outermost ORDER BY has a LIMIT as a slice, None for any other."""
    outer = [token for token in tokens(sparql) if token.depth == 0]
    if not any(_is(token, "ORDER") for token in outer):
        return None
    found = {
        word.text.upper(): (word, number)
        for word, number in pairwise(outer)
        if word.kind == "word" and word.text.upper() in _ENDS and number.text.isdigit()
    }
    if "LIMIT" not in found:
        return None
    text = sparql
    for word, number in sorted(found.values(), key=lambda pair: -pair[0].start):
        text = text[: word.start] + text[number.start + len(number.text) :]
    offset = int(found["OFFSET"][1].text) if "OFFSET" in found else 0
    return SortedSlice(text, int(found["LIMIT"][1].text), offset)


def _is(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word
