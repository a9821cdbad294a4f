"""Text search inside a query: `?thing pmtext:query "words"`, answered by a release's text index.

A property function, as `text:query` of Apache Jena: the query stays plain SPARQL 1.1. Before the
engine sees it, the pattern is replaced by what the index finds, as inline VALUES. It reads

    ?thing pmtext:query "words" .
    ?thing pmtext:query ("words" 10) .              the ten best
    ?thing pmtext:query (rdfs:label "words" 10) .   words of names only
    (?thing ?score) pmtext:query ("words" 10) .     and how well each fits
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import InputError, LimitExceeded
from permed.graph.store.query.prologue import declared_prefixes, full_address
from permed.graph.store.query.tokens import Token, tokens
from permed.ontology import PREFIXES, QUERY_PREFIXES, TEXT

__all__ = ["TEXT_QUERY", "Search", "expand_text_search", "has_text_search"]

# words and whether they must be of names; gives IRIs with scores, best first
Search = Callable[[str, bool], Sequence[tuple[str, float]]]

TEXT_QUERY: Final = TEXT.query
_NAMES: Final = frozenset(
    f"{PREFIXES[prefix]}{name}"
    for prefix, name in (
        ("rdfs", "label"), ("skos", "prefLabel"), ("skos", "altLabel"), ("eurio", "legalName"),
    )
)  # fmt: skip
_MOST: Final = 100_000  # things that one query may find by words, so that nothing is cut unseen
_MOST_PATTERNS: Final = 8
_LONGEST: Final = 2000  # letters of a search text
_HOW: Final = 'write it as ?thing pmtext:query ("words" 10)'
_TERMS: Final = ("variable", "iri", "name")
_PATH: Final = ("/", "|", "^", "*", "+", "!")


@dataclass(frozen=True)
class _Pattern:
    """One pattern of a query: what is searched, and what it binds."""

    subject: str  # as written
    score: str | None  # variable
    words: str
    names_only: bool
    limit: int | None


@dataclass(frozen=True)
class _Place:
    """Where a pattern stands: first token of its statement, of its verb, and behind its object."""

    statement: int
    verb: int
    behind: int
    only: bool  # whether nothing else is said of the subject in this statement


def has_text_search(sparql: str) -> bool:
    """Whether a query may hold a text search."""
    return str(TEXT) in sparql or "pmtext:" in sparql


def expand_text_search(sparql: str, search: Search) -> str:
    """Return the query with its text patterns replaced by rows; unchanged where it has none.

    Lines keep their numbers. InputError for a pattern that is not of the forms above,
    LimitExceeded where patterns find more than 100,000 things together.
    """
    if not has_text_search(sparql):
        return sparql
    found = list(tokens(sparql))
    prefixes = QUERY_PREFIXES | declared_prefixes(found)
    verbs = [at for at, token in enumerate(found) if _is_verb(found, at, prefixes)]
    if len(verbs) > _MOST_PATTERNS:
        raise InputError(f"{len(verbs)} text searches in one query; at most {_MOST_PATTERNS}")
    _refuse_templates(found, verbs)
    patterns: list[_Pattern] = []
    # from the last to the first, so that what stands before keeps its place
    for _ in verbs:
        at = [i for i in range(len(found)) if _is_verb(found, i, prefixes)][-1]
        pattern, place = _read(sparql, found, at, prefixes)
        sparql = _marked(sparql, found, place, len(patterns))
        patterns.append(pattern)
        found = list(tokens(sparql))
    return _filled(sparql, patterns, search)


def _is_verb(found: Sequence[Token], at: int, prefixes: Mapping[str, str]) -> bool:
    """Whether a token is the property of a triple; as a value it is a term like others."""
    token = found[at]
    if token.kind not in ("iri", "name") or full_address(token.text, prefixes) != TEXT_QUERY:
        return False
    before = found[at - 1].text if at else ""
    behind = found[at + 1] if at + 1 < len(found) else None
    if before in ("=", ",", "(", "{") or before.endswith("=") or behind is None:
        return False
    return behind.kind in ("string", "variable", "number") or behind.text in ("(", "?", *_PATH)


def _refuse_templates(found: Sequence[Token], verbs: Sequence[int]) -> None:
    """A template says what is made, and `CONSTRUCT WHERE` takes triples only."""
    for at, token in enumerate(found):
        if not verbs or token.kind != "word" or token.text.upper() != "CONSTRUCT":
            continue
        opening = found[at + 1] if at + 1 < len(found) else token
        closing = _closing(found, at + 1) if opening.text == "{" else None
        if closing is None:
            raise InputError("CONSTRUCT WHERE takes no text search; write CONSTRUCT {...} WHERE")
        if any(at < verb < closing for verb in verbs):
            raise InputError("a text search belongs into WHERE, not into the template")


def _closing(found: Sequence[Token], at: int) -> int | None:
    """Return where the brace at a token is closed."""
    depth = found[at].depth
    return next(
        (i for i in range(at + 1, len(found)) if found[i].text == "}" and found[i].depth == depth),
        None,
    )


def _read(
    sparql: str, found: Sequence[Token], verb: int, prefixes: Mapping[str, str]
) -> tuple[_Pattern, _Place]:
    where = _where(sparql, found[verb])
    if found[verb - 1].text in _PATH or found[verb + 1].text in ("?", *_PATH):
        raise InputError(f"{where}: a text search is no part of a property path; {_HOW}")
    statement, subject, score, direct = _subject(found, verb, where)
    words, names_only, limit, behind = _object(found, verb + 1, prefixes, where)
    if behind < len(found) and found[behind].text == ",":
        raise InputError(f"{where}: one text search a property; repeat it for other words")
    after = behind
    while direct and after < len(found) and found[after].text == ";":
        after += 1
    more = after < len(found) and found[after].text not in (".", "}", "{") and after > behind
    if more and found[statement].text == "(":
        raise InputError(f"{where}: (?thing ?score) has no other property; begin anew with ?thing")
    pattern = _Pattern(subject, score, words, names_only, limit)
    return pattern, _Place(statement, verb, after if direct else behind, direct and not more)


def _where(sparql: str, token: Token) -> str:
    line = sparql.count("\n", 0, token.start) + 1
    return f"line {line}, {token.text}"


def _subject(found: Sequence[Token], verb: int, where: str) -> tuple[int, str, str | None, bool]:
    """Return the first token of the statement, its subject, its score, and if the verb is first."""
    before = found[verb - 1]
    if before.text == ")":
        opening = next((i for i in range(verb - 1, -1, -1) if found[i].text == "("), 0)
        names = found[opening + 1 : verb - 1]
        if not 1 <= len(names) <= 2 or any(name.kind != "variable" for name in names):
            raise InputError(f"{where}: a list before it holds (?thing ?score); {_HOW}")
        score = names[1].text if len(names) > 1 else None
        return opening, names[0].text, score, True
    if before.kind in _TERMS:
        return verb - 1, before.text, None, True
    first = _statement(found, verb) if before.text == ";" else None
    if first is None or found[first].kind not in _TERMS:
        raise InputError(f"{where}: what is searched must be a variable; {_HOW}")
    return first, found[first].text, None, False


def _statement(found: Sequence[Token], verb: int) -> int | None:
    """Return the first token of the statement that goes on with `;`; None inside [ ] or ( )."""
    level, at = 0, verb - 1
    while at >= 0 and found[at].text not in ("{", "}"):
        text = found[at].text
        level += (text in (")", "]")) - (text in ("(", "["))
        if level < 0:
            return None
        ends = text == "." or (found[at].kind == "number" and text.endswith("."))
        if ends and level == 0:
            break
        at -= 1
    at += 1
    while found[at].kind == "word" and found[at].text.upper() in ("FILTER", "BIND"):
        at = _behind_brackets(found, at)
    return at


def _behind_brackets(found: Sequence[Token], at: int) -> int:
    level = 0
    for i in range(at, len(found) - 1):
        level += (found[i].text == "(") - (found[i].text == ")")
        if found[i].text == ")" and level == 0:
            return i + 1
    return len(found) - 1


def _object(
    found: Sequence[Token], at: int, prefixes: Mapping[str, str], where: str
) -> tuple[str, bool, int | None, int]:
    """Return words, whether of names only, the limit, and the token behind the object."""
    parts, behind = _parts(found, at)
    names_only = False
    if parts and parts[0].kind in ("iri", "name"):
        if full_address(parts[0].text, prefixes) not in _NAMES:
            raise InputError(
                f"{where}: {parts[0].text} has no index of its own; take rdfs:label for names, or "
                "leave it out for names, identifiers and texts"
            )
        names_only, parts = True, parts[1:]
    if not parts or parts[0].kind != "string" or len(parts) > 2:
        raise InputError(f"{where}: the words are written as a string; {_HOW}")
    limit = None
    if len(parts) == 2:
        limit = int(parts[1].text) if parts[1].text.isdigit() else 0
        if limit < 1:
            raise InputError(f"{where}: {parts[1].text} is no limit; give a whole number above 0")
    return _string(parts[0].text, where), names_only, limit, behind


def _parts(found: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """Return the tokens of the object without brackets, languages and datatypes."""
    if found[at].text != "(":
        return [found[at]], _behind_literal(found, at)
    parts: list[Token] = []
    at += 1
    while at < len(found) and found[at].text != ")":
        parts.append(found[at])
        at = _behind_literal(found, at)
    return parts, min(at + 1, len(found))


def _behind_literal(found: Sequence[Token], at: int) -> int:
    behind = at + 1
    if found[at].kind == "string" and behind < len(found):
        if found[behind].kind == "language":
            return behind + 1
        if found[behind].text == "^":
            return behind + 3
    return behind


def _string(written: str, where: str) -> str:
    """Return the text of a string as SPARQL writes it."""
    query = f"SELECT ({written} AS ?text) {{}}"
    try:
        rows = ox.Store().query(query)
        text = next(iter(rows))[0].value if isinstance(rows, ox.QuerySolutions) else ""
    except (SyntaxError, StopIteration):
        raise InputError(f"{where}: {written[:60]} is no string") from None
    if not any(c.isalnum() for c in text):
        raise InputError(f"{where}: {written[:60]} holds no word to look for")
    if len(text) > _LONGEST:
        raise InputError(f"{where}: more than {_LONGEST:,} letters to look for")
    return str(text)


def _marked(sparql: str, found: Sequence[Token], place: _Place, number: int) -> str:
    """Return the query with a mark before the statement in place of the pattern."""
    start = found[place.statement].start
    first = start if place.only else found[place.verb].start
    end = found[place.behind].start if place.behind < len(found) else len(sparql)
    gap = "\n" * sparql.count("\n", first, end)  # lines keep their numbers
    return f"{sparql[:start]} \x00{number}\x00 {sparql[start:first]}{gap} {sparql[end:]}"


def _filled(sparql: str, patterns: Sequence[_Pattern], search: Search) -> str:
    known: dict[tuple[str, bool], Sequence[tuple[str, float]]] = {}
    left = _MOST
    for number, pattern in enumerate(patterns):
        asked = (pattern.words, pattern.names_only)
        if asked not in known:
            known[asked] = search(*asked)
        rows = known[asked][: pattern.limit]
        left -= len(rows)
        if left < 0:
            raise LimitExceeded(
                f'the text search "{pattern.words[:60]}" finds more than {_MOST:,} things; give a '
                'limit, as in ("words" 1000)'
            )
        sparql = sparql.replace(f"\x00{number}\x00", _rows(pattern, rows), 1)
    return sparql


def _rows(pattern: _Pattern, rows: Sequence[tuple[str, float]]) -> str:
    """Return the rows as SPARQL: values of variables, or a test of a thing that is named."""
    if pattern.score is not None:
        values = " ".join(f"(<{iri}> {score:.4f})" for iri, score in rows)
        return f"VALUES ({pattern.subject} {pattern.score}) {{ {values} }}"
    if pattern.subject[0] in "?$":
        return f"VALUES {pattern.subject} {{ {' '.join(f'<{iri}>' for iri, _ in rows)} }}"
    things = ", ".join(f"<{iri}>" for iri, _ in rows)
    return f"FILTER({pattern.subject} IN ({things}))"
