"""Parameters of a query, put in as terms: one way for the embedded engine and for remote ones.

The engine's own `substitutions` take only variables that are selected, and remote engines take
none, so variables are replaced here: token by token, by terms that the engine's writer escapes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from permed.graph.errors import InputError
from permed.graph.store.answers.answer import Term
from permed.graph.store.query.blocks import in_blocks
from permed.graph.store.query.tokens import Token, tokens

__all__ = ["substitute"]

_KEPT: Final = 8192  # letters of a query whose places are remembered: longer ones would fill memory


def substitute(sparql: str, substitutions: Mapping[str, Term]) -> str:
    """Return the query with variables replaced by terms; selected ones keep their column.

    InputError where a parameter is assigned (AS ?x) or listed in VALUES, so its value is not free.
    """
    if not substitutions:
        return sparql
    parts: list[str] = []
    at = 0
    for token, place in _remembered(sparql) if len(sparql) <= _KEPT else _places(sparql):
        term = substitutions.get(token.text[1:])
        if term is None:
            continue
        start, written = _written(token, place, term, _beside(place, substitutions))
        parts += [sparql[at:start], written]
        at = token.start + len(token.text)
    return "".join([*parts, sparql[at:]])


def _beside(place: _Place, substitutions: Mapping[str, Term]) -> frozenset[str]:
    """What a query groups by beside its parameters; nothing where the parameter has to stay."""
    return place.grouped - substitutions.keys() if place.own else frozenset()


@dataclass(frozen=True)
class _Place:
    """Where a variable stands: the clause, whether in brackets, and the tokens beside it."""

    clause: str = ""
    bracketed: bool = False
    before: list[Token] = field(default_factory=list)
    grouped: frozenset[str] = frozenset()
    own: bool = True  # no inner SELECT gives the name its value
    alias: str = ""  # in an inner SELECT, where the outermost gives the name its value


def _written(token: Token, place: _Place, term: Term, others: frozenset[str]) -> tuple[int, str]:
    """Return where the replaced text starts, and what stands there; others: grouped beside it."""
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
    # one value needs no group, and Virtuoso makes text of an IRI that is grouped by
    if place.clause == "GROUP" and others:
        return start, ""
    if place.alias:
        return start, f"({term})" if place.clause == "GROUP" else f"({term} AS {place.alias})"
    if place.clause == "SELECT" and name[1:] in place.grouped and not others:
        return start, name
    return start, f"({term} AS {name})"


@lru_cache(maxsize=128)
def _remembered(sparql: str) -> tuple[tuple[Token, _Place], ...]:
    """Return the places of a query that is asked about one thing after another."""
    return tuple(_places(sparql))


def _places(sparql: str) -> Iterator[tuple[Token, _Place]]:
    """Yield every variable with its place, following clauses and brackets."""
    found = list(in_blocks(list(tokens(sparql))))
    selected: Counter[str] = Counter()
    outermost: set[str] = set()
    grouped: dict[int, set[str]] = defaultdict(set)
    for token, block in found:
        variable, bare = token.kind == "variable", not block.brackets
        if block.clause == "SELECT" and variable and bare:
            selected[token.text[1:]] += 1
            outermost |= set() if block.number else {token.text[1:]}
        elif block.clause == "GROUP" and variable and bare:
            grouped[block.number].add(token.text[1:])
        elif block.clause == "GROUP" and token.text == "(":
            grouped[block.number].add("(")  # an expression
    anywhere = set().union(*grouped.values())
    for at, (token, block) in enumerate(found):
        if token.kind == "variable":
            before = [earlier for earlier, _ in found[max(0, at - 2) : at]]
            outer = token.text[1:] in outermost
            own = outer or selected[token.text[1:]] == 1
            # one value under one name in several SELECTs is an error to Virtuoso
            alias = f"{token.text}_in_{block.number}" if outer and block.number else ""
            names = frozenset(grouped[block.number] if own else anywhere)
            yield token, _Place(block.clause, block.brackets > 0, before, names, own, alias)
