"""Parameters of a query, put in as terms: one way for the embedded engine and for remote ones.

The engine's own `substitutions` take only variables that are selected, and remote engines take
none, so variables are replaced here: token by token, by terms that the engine's writer escapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from permed.graph.errors import InputError
from permed.graph.store.answers.answer import Term
from permed.graph.store.query.tokens import Token, tokens

__all__ = ["substitute"]

_CLAUSES = frozenset(["SELECT", "WHERE", "FROM", "GROUP", "ORDER", "HAVING", "LIMIT", "VALUES"])


def substitute(sparql: str, substitutions: Mapping[str, Term]) -> str:
    """Return the query with variables replaced by terms; selected ones keep their column.

    InputError where a parameter is assigned (AS ?x) or listed in VALUES, so its value is not free.
    """
    if not substitutions:
        return sparql
    parts: list[str] = []
    at = 0
    for token, place in _places(sparql):
        term = substitutions.get(token.text[1:])
        if term is None:
            continue
        start, written = _written(token, place, term)
        parts += [sparql[at:start], written]
        at = token.start + len(token.text)
    return "".join([*parts, sparql[at:]])


@dataclass
class _Place:
    """Where a variable stands: the clause, whether in brackets, and the tokens beside it."""

    clause: str = ""
    bracketed: bool = False
    before: list[Token] = field(default_factory=list)
    grouped: frozenset[str] = frozenset()


def _written(token: Token, place: _Place, term: Term) -> tuple[int, str]:
    name, start = token.text, token.start
    words = [t.text.upper() for t in place.before[-2:]]
    if words[-1:] == ["AS"] or place.clause == "VALUES":
        raise InputError(f"{name} is given a value in the query, so it cannot be a parameter")
    if words == ["BOUND", "("]:
        return place.before[-2].start, "( true "
    if place.bracketed or place.clause not in ("SELECT", "GROUP", "ORDER"):
        return start, f" {term} "
    if place.clause == "ORDER":
        return start, f"({term})"
    if place.clause == "SELECT" and name[1:] in place.grouped:
        return start, name
    return start, f"({term} AS {name})"


def _places(sparql: str) -> Iterator[tuple[Token, _Place]]:
    """Yield every variable with its place, following clauses and brackets."""
    found = list(tokens(sparql))
    grouped = _grouped(found)
    clauses, brackets = [""], [0]
    for at, token in enumerate(found):
        word = token.text.upper()
        if token.text == "{":
            clauses.append("")
            brackets.append(0)
        elif token.text == "}" and len(clauses) > 1:
            clauses.pop()
            brackets.pop()
            clauses[-1] = "" if clauses[-1] == "VALUES" else clauses[-1]
        elif token.text in "()":
            brackets[-1] += 1 if token.text == "(" else -1
        elif token.kind == "word" and word in _CLAUSES:
            clauses[-1] = word
        elif token.kind == "variable":
            yield token, _Place(clauses[-1], brackets[-1] > 0, found[max(0, at - 2) : at], grouped)


def _grouped(found: list[Token]) -> frozenset[str]:
    """Return the variables that stand bare in a GROUP BY clause."""
    names: set[str] = set()
    clause = ""
    for token in found:
        if token.kind == "word" and token.text.upper() in _CLAUSES:
            clause = token.text.upper()
        elif clause == "GROUP" and token.kind == "variable":
            names.add(token.text[1:])
    return frozenset(names)
