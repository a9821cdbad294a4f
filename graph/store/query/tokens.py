"""What a query asks for, read from its text before any engine sees it.

The engine reaches the network by itself for SERVICE and LOAD and has no switch, so both are found
here. Tokens follow W3C SPARQL 1.1 Query, section 19.8; where the text could be read in two ways,
the query is refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from permed.graph.errors import InputError

__all__ = ["Inspection", "ServiceRefused", "Token", "inspect", "tokens"]

QueryForm: TypeAlias = Literal["select", "ask", "construct", "describe", "update", "unknown"]


class ServiceRefused(InputError):  # noqa: N818 - says what happened
    """A query that would make the server call another address."""

    status = 403
    title = "Query reaches the network"


class Token(NamedTuple):
    """A piece of the query: its kind, text, place and how many braces are open around it."""

    kind: str
    text: str
    start: int
    depth: int


@dataclass(frozen=True)
class Inspection:
    """The form of a query, whether it names its dataset, its services and its outer LIMIT."""

    form: QueryForm
    has_dataset: bool
    services: tuple[str, ...]  # IRIs; "?name" for a variable, "prefix:name" unexpanded
    limit: int | None
    limit_token: Token | None
    values_at: int | None  # where the trailing VALUES block starts


_TOKEN: Final = re.compile(
    r"""
    (?P<space>[\s\ufeff]+)
  | (?P<comment>\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"\"\"
        |'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
        |\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w:%\\.-]|[^\x00-\x7f])*)
  | (?P<blank>_:[\w.-]*)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES: Final = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
_OPERANDS: Final = frozenset({"variable", "string", "number", "name", "iri", "word", "language"})


def inspect(query: str) -> Inspection:
    """Read a query's form and what it reaches for; ServiceRefused where that cannot be told."""
    text = _without_escapes(query)
    found = list(tokens(text))
    words = [t for t in found if t.kind == "word"]
    services = tuple(_services(found))
    if not services and re.search(r"\bservice\b", text, re.IGNORECASE):
        _refuse_double_meaning(found)
    limit = _outer_limit(found)
    return Inspection(
        form=_form(words),
        has_dataset=any(t.text.upper() == "FROM" for t in words),
        services=services,
        limit=int(limit.text) if limit else None,
        limit_token=limit if text == query else None,
        values_at=_values_at(words),
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


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query without spaces and comments."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup or "sign", match.group()
        if kind in ("space", "comment"):
            continue
        if value == "}":
            depth -= 1
        yield Token(kind, value, match.start(), depth)
        if value == "{":
            depth += 1


def _form(words: list[Token]) -> QueryForm:
    skipped = {"BASE", "PREFIX"}
    for word in words:
        text = word.text.upper()
        if text in skipped:
            continue
        if text in _UPDATES:
            return "update"
        forms: dict[str, QueryForm] = {
            "SELECT": "select",
            "ASK": "ask",
            "CONSTRUCT": "construct",
            "DESCRIBE": "describe",
        }
        return forms.get(text, "unknown")
    return "unknown"


def _services(found: list[Token]) -> Iterator[str]:
    for at, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            rest = [t for t in found[at + 1 : at + 3] if t.text.upper() != "SILENT"]
            yield rest[0].text.strip("<>") if rest else ""


def _refuse_double_meaning(found: list[Token]) -> None:
    """`?a<b#c>` may be a comparison and a comment: such text could hide a SERVICE from us."""
    brackets: list[str] = []
    for before, token in zip([None, *found], found, strict=False):
        if token.text in "({[":
            brackets.append(token.text)
        elif token.text in ")}]" and brackets:
            brackets.pop()
        inside = bool(brackets) and brackets[-1] == "("
        operand = before is not None and (before.kind in _OPERANDS or before.text == ")")
        if token.kind == "iri" and inside and operand and set(token.text) & set("#'\""):
            raise ServiceRefused(
                f"{token.text} can be read as a comparison or as an address; "
                "put spaces around the comparison sign"
            )


def _outer_limit(found: list[Token]) -> Token | None:
    for word, number in pairwise(found):
        if word.depth == 0 and word.text.upper() == "LIMIT" and number.text.isdigit():
            return number
    return None


def _values_at(words: list[Token]) -> int | None:
    outer = [t.start for t in words if t.depth == 0 and t.text.upper() == "VALUES"]
    return outer[-1] if outer else None
