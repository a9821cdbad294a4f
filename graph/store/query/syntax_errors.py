"""Syntax errors of the engine, told to a human: line, column and the line itself."""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import QuerySyntaxError
from permed.graph.store.query.tokens import Token, tokens

__all__ = ["explain_syntax"]

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_CHARACTER_CLASS: Final = re.compile(r"\s*\[[^\]]*\][^,]*,?")
_LONG: Final = 120
_PAIRS: Final = {")": "(", "}": "{", "]": "["}
_COMPARISONS: Final = frozenset("=<>&|")
_FIRST: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE"])


def explain_syntax(query: str, prologue: str, message: str) -> QuerySyntaxError:
    """Return an error with line and column in the user's own text, and that line.

    `prologue` stood before the query when the engine read it; a limit or parameters may have been
    put in as well, so that the place is taken from the query without them, where it fails too.
    """
    if not query.strip():
        return QuerySyntaxError(
            "line 1, column 1: the query is empty; write one, such as SELECT * { ?s ?p ?o } LIMIT 9"
        )
    if (plain := _plain_fault(query)) is not None:
        token, said = plain
        line = query.count("\n", 0, token.start) + 1
        column = token.start - query.rfind("\n", 0, token.start)
        text = query.split("\n")[line - 1]  # not at form feeds, as splitlines has it
        return QuerySyntaxError(
            f"line {line}, column {column}: {said}; the line is: {_excerpt(text, column)}"
        )
    match = _PLACE.search(_message_without_additions(prologue + query) or message)
    if not match:
        return QuerySyntaxError("the query does not parse; is it SPARQL 1.1?")
    line, column = int(match[1]), int(match[2])
    if line == 1:
        column = max(1, column - len(prologue))
    lines = query.split("\n")
    last = max((n for n, text in enumerate(lines, 1) if text.strip()), default=1)
    if line > last:  # the engine names the end of the text, behind blank lines
        return _told(last, len(lines[last - 1].rstrip()) + 1, match[3], lines[last - 1])
    return _told(line, column, match[3], lines[line - 1])


def _plain_fault(query: str) -> tuple[Token, str] | None:
    """Return what anyone sees: the engine names the end of the text for most of these."""
    opened: list[Token] = []
    before: Token | None = None
    for token in tokens(query):
        if token.text in _PAIRS.values():
            opened.append(token)
        elif token.text in _PAIRS:
            if not opened or opened.pop().text != _PAIRS[token.text]:
                return token, f"{token.text} closes nothing that is open"
            if before is not None and before.text in _COMPARISONS:
                return token, f"a value is missing behind {before.text}"
        elif token.kind == "word" and before is None and token.text.upper() not in _FIRST:
            return token, f"a query begins with {', '.join(sorted(_FIRST))}"
        before = token
    return (opened[-1], f"{opened[-1].text} is not closed") if opened else None


def _told(line: int, column: int, expected: str, text: str) -> QuerySyntaxError:
    end = "the query ends here; " if column > len(text.rstrip()) else ""
    return QuerySyntaxError(
        f"line {line}, column {column}: {end}{_hint(expected)}; "
        f"the line is: {_excerpt(text, column)}"
    )


def _message_without_additions(query: str) -> str:
    try:
        ox.Store().query(query)
    except SyntaxError as problem:
        return str(problem)
    except (ValueError, RuntimeError, OSError):
        return ""
    return ""


def _hint(expected: str) -> str:
    if "Prefix not found" in expected:
        return "the prefix is not declared; add PREFIX ...: <...>"
    words = " ".join(_CHARACTER_CLASS.sub("", expected).split())
    words = words.removeprefix("one of ").strip(" ,")
    return f"expected {words[:160]}" if words else "this cannot stand here"


def _excerpt(text: str, column: int) -> str:
    if len(text) <= _LONG:
        return text.strip()
    start = max(0, column - _LONG // 2)
    return "..." + text[start : start + _LONG].strip() + "..."
