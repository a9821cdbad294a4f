"""Cells that hold several values, in one order: SPARQL leaves that of GROUP_CONCAT open.

The standard (W3C SPARQL 1.1 Query, 18.5.1.7) gives the values of a group no order, and engines
differ, as does one engine in memory and on disk. So the values of such a cell are sorted here, and
an answer has the same bytes whichever engine gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

import orjson

from permed.graph.store import SOLUTION_FORMATS, Answer, format_named
from permed.graph.store.query.tokens import Token, tokens

__all__ = ["concatenated_columns", "in_order", "named_concatenations"]

_DEFAULT: Final = " "  # separator of GROUP_CONCAT where the query names none
_READABLE: Final = "json"


def in_order(answer: Answer, sparql: str, form: str | None = None) -> Answer:
    """Return the answer with the values of every cell made by GROUP_CONCAT sorted by code point.

    The answer is in a form that can be read back (not CSV). form: of the answer that is returned,
    by default the same. Answers that are no rows, and queries without GROUP_CONCAT, stay as they
    are but for the form.
    """
    wanted = answer.format if form is None else format_named(form, graph=answer.form == "graph")
    columns = concatenated_columns(sparql)
    if answer.form == "select" and columns:
        told = orjson.loads(answer.serialise(_READABLE))
        for row in told["results"]["bindings"]:
            for column, separator in columns.items():
                _put_in_order(row, column, separator)
        answer = replace(answer, body=orjson.dumps(told), format=SOLUTION_FORMATS[_READABLE])
    if wanted == answer.format:
        return answer
    return replace(answer, body=answer.serialise(wanted.name), format=wanted)


def _put_in_order(row: dict[str, dict[str, str]], column: str, separator: str) -> None:
    value = row.get(column, {}).get("value")
    if value == "":
        del row[column]  # of no values some engines make an empty text, others nothing
    elif value is not None and separator in value:
        row[column]["value"] = separator.join(sorted(value.split(separator)))


def named_concatenations(sparql: str) -> int:
    """Return how many GROUP_CONCATs of a query fill a variable of their own."""
    return sum(bool(name) for name, _ in _concatenations(sparql))


@lru_cache(maxsize=256)
def concatenated_columns(sparql: str) -> Mapping[str, str]:
    """Return the separator by variable that a GROUP_CONCAT of the query, at any depth, fills."""
    return {name: separator for name, separator in _concatenations(sparql) if name}


def _concatenations(sparql: str) -> Iterator[tuple[str, str]]:
    """Yield variable (empty where none is named) and separator of each GROUP_CONCAT."""
    every = list(tokens(sparql))
    for at, token in enumerate(every):
        if token.kind == "word" and token.text.upper() == "GROUP_CONCAT":
            yield _filled(every, at + 1)


def _filled(every: list[Token], at: int) -> tuple[str, str]:
    """Return variable and separator of the GROUP_CONCAT whose bracket opens at a place."""
    depth, separator = 0, _DEFAULT
    for place in range(at, len(every)):
        text = every[place].text
        depth += (text == "(") - (text == ")")
        if text.upper() == "SEPARATOR" and depth == 1:
            separator = every[place + 2].text[1:-1].encode().decode("unicode_escape")
        if depth == 0:
            following = [t.text for t in every[place + 1 : place + 3]]
            named = len(following) > 1 and following[0].upper() == "AS"
            return (following[1][1:], separator) if named else ("", separator)
    return "", separator
