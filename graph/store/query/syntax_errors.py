"""Syntax errors of the engine, told to a human: line, column and the line itself."""

from __future__ import annotations

import re
from typing import Final

from permed.graph.errors import QuerySyntaxError

__all__ = ["explain_syntax"]

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_CHARACTER_CLASS: Final = re.compile(r"\s*\[[^\]]*\][^,]*,?")
_LONG: Final = 120


def explain_syntax(query: str, message: str) -> QuerySyntaxError:
    """Turn the engine's message into one line with the offending line of the query."""
    match = _PLACE.search(message)
    if not match:
        return QuerySyntaxError(f"the query does not parse: {' '.join(message.split())[:300]}")
    line, column = int(match[1]), int(match[2])
    lines = query.splitlines() or [""]
    text = lines[line - 1] if line <= len(lines) else ""
    return QuerySyntaxError(
        f"line {line}, column {column}: {_hint(match[3])}; the line is: {_excerpt(text, column)}"
    )


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
