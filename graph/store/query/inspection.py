"""What a query asks for, read from its text before any engine sees it.

The engine reaches the network by itself for SERVICE and has no switch, so it is found here. Where
the engine could read the text in another way than we do, the query is refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from permed.graph.errors import InputError, QuerySyntaxError
from permed.graph.store.query.tokens import Token, tokens

__all__ = ["Inspection", "ServiceRefused", "inspect"]

QueryForm: TypeAlias = Literal["select", "ask", "construct", "describe", "update", "unknown"]


class ServiceRefused(InputError):  # noqa: N818 - says what happened
    """A query that would make the server call another address."""

    status = 403
    title = "Query reaches the network"


@dataclass(frozen=True)
class Inspection:
    """The form of a query, whether it names its dataset, its services and its outer LIMIT."""

    form: QueryForm
    has_dataset: bool
    services: tuple[str, ...]  # IRIs; "?name" for a variable, "prefix:name" unexpanded
    limit: int | None
    limit_token: Token | None  # where that LIMIT stands in the text
    values_at: int | None  # where the trailing VALUES block starts
    undeclared: tuple[str, ...] = ()  # prefixes that it uses and does not declare


_CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES: Final = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
_FORMS: Final[dict[str, QueryForm]] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "describe",
}
_SERVICE: Final = "SERVICE"
# `?a <http://...` can be no comparison: a prefixed name holds no two slashes
_PLAIN_ADDRESS: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_HIDING: Final = frozenset("#'()[]")


def inspect(query: str) -> Inspection:
    """Read a query's form and what it reaches for.

    ServiceRefused where that cannot be told, QuerySyntaxError where a string is not closed.
    """
    found = list(tokens(query))
    words = [t for t in found if t.kind == "word"]
    limit = _outer_limit(found)
    return Inspection(
        form=_form(words),
        has_dataset=any(t.text.upper() == "FROM" for t in words),
        services=_services(query, found),
        limit=int(limit.text) if limit else None,
        limit_token=limit,
        values_at=_values_at(words),
        undeclared=_undeclared(found),
    )


def _without_escapes(query: str) -> str:
    r"""Undo codepoint escapes (SPARQL 19.2) until none is left: `\u0053ERVICE` is SERVICE."""
    for _ in range(8):
        plain = _CODEPOINT.sub(lambda m: _character(m[1] or m[2]), query)
        if plain == query:
            return plain
        query = plain
    raise ServiceRefused("the query hides characters behind nested \\u escapes; write them plainly")


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _form(words: list[Token]) -> QueryForm:
    for word in words:
        text = word.text.upper()
        if text not in ("BASE", "PREFIX"):
            return "update" if text in _UPDATES else _FORMS.get(text, "unknown")
    return "unknown"


def _services(query: str, found: list[Token]) -> tuple[str, ...]:
    r"""Return the services in both readings of a text with codepoint escapes.

    The standard undoes them before anything else, so that `\u0022` ends a string; the engine leaves
    them inside strings and addresses.
    """
    plain = _without_escapes(query)
    if _SERVICE not in plain.upper():
        return ()
    services = list(_named(found))
    if plain != query:
        services += _named(_readable(plain))
    if not services:
        _refuse_two_readings(found)
    return tuple(dict.fromkeys(services))


def _readable(plain: str) -> list[Token]:
    try:
        return list(tokens(plain))
    except QuerySyntaxError:
        raise ServiceRefused(
            "\\u escapes end a string where it may hide a SERVICE; write the letters plainly"
        ) from None


def _named(found: list[Token]) -> Iterator[str]:
    """Yield what stands behind each SERVICE; the engine wants no space between it and a word."""
    for at, token in enumerate(found):
        word = token.text.upper()
        if token.kind == "word" and _SERVICE in word:
            rest = [t for t in found[at + 1 : at + 3] if t.text.upper() != "SILENT"]
            yield rest[0].text.strip("<>") if rest else ""
        elif token.kind == "name" and _SERVICE in word.partition(":")[0]:
            follows = found[at + 1].text if at + 1 < len(found) else ""
            if follows == "{" and (not at or found[at - 1].text.upper() != "GRAPH"):
                yield token.text


def _refuse_two_readings(found: list[Token]) -> None:
    """`?a<b#c>` may be a comparison and a comment: such text could hide a SERVICE from us."""
    for token in found:
        plain = token.kind != "iri" or _PLAIN_ADDRESS.match(token.text)
        if not plain and _HIDING & set(token.text):
            raise ServiceRefused(
                f"{token.text} can be read as a comparison or as an address; put spaces around "
                "the comparison sign, or write the address with its scheme and host"
            )


def _outer_limit(found: list[Token]) -> Token | None:
    for word, number in pairwise(found):
        if word.depth == 0 and word.text.upper() == "LIMIT" and number.text.isdigit():
            return number
    return None


def _values_at(words: list[Token]) -> int | None:
    outer = [t.start for t in words if t.depth == 0 and t.text.upper() == "VALUES"]
    return outer[-1] if outer else None


def _undeclared(found: list[Token]) -> tuple[str, ...]:
    used: dict[str, None] = {}
    declared: set[str] = set()
    before = ""
    for token in found:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            else:
                used[prefix] = None
        before = token.text.upper()
    return tuple(prefix for prefix in used if prefix not in declared)
