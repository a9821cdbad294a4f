"""The tokens of a query, after W3C SPARQL 1.1 Query, section 19.8.

Time grows with the length of the text and no faster, whatever the text: every pattern takes what it
has matched for good (`++`, `*+`), and no part of the text is tried as the start of a name twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from permed.graph.errors import QuerySyntaxError

__all__ = ["Token", "tokens"]


class Token(NamedTuple):
    """A piece of the query: its kind, text, place and how many braces are open around it."""

    kind: str
    text: str
    start: int
    depth: int


_MOST_NESTED: Final = 500  # the engine's parser bears some thousands
# a local name may not begin with a dot or hyphen, and may hold escaped signs (PN_LOCAL_ESC)
_LOCAL: Final = r"(?:(?:[\w:%]|\\.|[^\x00-\x7f])(?:[\w:%.-]|\\.|[^\x00-\x7f])*+)?+"
_PIECES: Final = r"""
  | (?P<blank>_:[\w.-]*+)
  | (?P<number>(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?)
  | (?P<word>[A-Za-z_]\w*+)
  | (?P<sign>.)
"""
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>[\s\ufeff]++)
  | (?P<comment>\#[^\n\r]*+)
  | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*+>)
  | (?P<string>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+\"\"\"
        |'''(?:[^'\\]|\\.|'(?!''))*+'''
        |\"(?!\"\")(?:[^\"\\\n\r]|\\.)*+\"|'(?!'')(?:[^'\\\n\r]|\\.)*+')
  | (?P<open>[\"'])
  | (?P<variable>[?$]\w++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<name>(?:[^\W\d_][\w.-]*+(?<!\.))?+:{_LOCAL})
  | (?P<run>[^\W\d_][\w.-]*+)
  {_PIECES}
    """,
    re.VERBOSE | re.DOTALL,
)
_PIECE: Final = re.compile(_PIECES.lstrip()[1:], re.VERBOSE | re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query without spaces and comments.

    QuerySyntaxError where a string does not end: what follows could be read in two ways; and where
    brackets are nested so deep that the engine's parser would run out of stack.
    """
    depth = open_brackets = 0
    for match in _pieces(text):
        kind, value = match.lastgroup or "sign", match.group()
        if kind in ("space", "comment"):
            continue
        if kind == "open":
            raise _not_closed(text, match.start())
        if kind == "sign":
            open_brackets += (value in "{([") - (value in "})]")
            if open_brackets > _MOST_NESTED:
                raise _told(text, match.start(), f"more than {_MOST_NESTED} brackets are open here")
        if value == "}":
            depth -= 1
        yield Token(kind, value, match.start(), depth)
        if value == "{":
            depth += 1


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """Match by match; a run of letters, dots and hyphens that is no name is taken apart."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "run":
            yield match
            continue
        at = match.start()
        while at < match.end():
            piece = _PIECE.match(text, at, match.end())
            if piece is None:
                break
            yield piece
            at = piece.end()


def _not_closed(text: str, at: int) -> QuerySyntaxError:
    said = "the string that starts here is not closed; close it, or write the quotation mark in it"
    return _told(text, at, f'{said} as \\"')


def _told(text: str, at: int, said: str) -> QuerySyntaxError:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return QuerySyntaxError(f"line {line}, column {column}: {said}")
