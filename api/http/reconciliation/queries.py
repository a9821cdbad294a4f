"""Judging queries: each on its own, so that an odd one is an error of its own and of no other.

Two shapes are read: the query objects of version 0.2, and the conditions of the draft of 1.0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from permed.api.http.reconciliation.properties import (
    Row,
    contradicts,
    fits,
    kinds_named,
    property_name,
    texts_of,
)
from permed.api.http.release.directory import Directory
from permed.api.http.release.identifiers import REGISTRIES
from permed.api.http.release.kinds import KINDS
from permed.graph.errors import InputError

__all__ = ["Query", "ScoredThing", "candidates", "described", "likeness", "query_of", "search"]

Scorer = Callable[[str, Sequence[str]], float]  # text, names of a thing; 0 to 100
Scored = list[tuple[Row, float]]

_CANDIDATES: Final = 50
_MOST: Final = 500  # candidates that one query may ask for
_USUAL: Final = 10
_MATCH: Final = 95.0
_GAP: Final = 5.0
_CONTRADICTION: Final = 0.8
_OWN_NAME: Final = 50.0  # likeness from which a name may be one of the thing
_LONGEST: Final = 1000  # letters of a name that are compared
_STRICT: Final = ("any", "all", "should")


@dataclass(frozen=True)
class Query:
    """What one query asks: a text, kinds (none: any), properties with values, most candidates."""

    text: str
    kinds: list[str] = field(default_factory=list)
    properties: list[tuple[str, list[str]]] = field(default_factory=list)
    limit: int = _USUAL


@dataclass(frozen=True)
class ScoredThing:
    """One candidate with its score (0 to 100), and whether it may be taken without a look."""

    row: Row
    score: float
    match: bool

    def as_json(self, directory: Directory) -> dict[str, Any]:
        """Return the candidate in the words of the specification."""
        kind = self.row["kind"]
        return {
            **described(directory, self.row),
            "type": [{"id": kind, "name": KINDS[kind].title}],
            "score": self.score,
            "match": self.match,
        }


def query_of(given: object) -> Query:
    """Read one query of version 0.2; InputError says what its shape lacks."""
    if not isinstance(given, dict):
        raise InputError('a query is an object such as {"query": "Name"}')
    strict = given.get("type_strict", "any")
    if strict not in _STRICT:
        raise InputError(f"`type_strict` is one of {', '.join(_STRICT)}")
    properties = [_property(p) for p in _listed(given.get("properties"), "properties")]
    text = _text(given.get("query"))
    if not text and not properties:
        raise InputError("the query has neither a text `query` nor `properties`")
    return Query(text, kinds_named(given.get("type")), properties, _limit(given.get("limit")))


def likeness(text: str, names: Sequence[str]) -> float:
    """Return how alike a text and the best of the names are, in any order of words: 0 to 100."""
    best = max(
        (fuzz.token_sort_ratio(text, n, processor=default_process) for n in names), default=0.0
    )
    return round(best, 1)


def candidates(directory: Directory, query: Query, scorer: Scorer = likeness) -> list[ScoredThing]:
    """Return the candidates, best first; the verdict `match` does not depend on the limit.

    An identifier in the text decides; else names do. One among the properties counts as a name
    that is the same, unless the names differ; every property that a candidate contradicts takes a
    fifth of its score.
    """
    rows = _identified(directory, query) or _by_properties_and_names(directory, query, scorer)
    scored = sorted(
        ((row, _lowered(directory, row, score, query)) for row, score in rows),
        key=lambda pair: -pair[1],
    )
    second = scored[1][1] if len(scored) > 1 else 0.0
    return [
        ScoredThing(row, score, at == 0 and score >= _MATCH and score - second >= _GAP)
        for at, (row, score) in enumerate(scored[: query.limit])
    ]


def search(directory: Directory, text: str, kinds: Sequence[str], most: int) -> pl.DataFrame:
    """Return the things whose names the text may mean, best first, with the column `bm25`."""
    found = directory.find(text, names_only=True, floor=False).rename({"score": "bm25"})
    rows = found.filter(pl.col("kind").is_not_null())
    if kinds:
        rows = rows.filter(pl.col("kind").is_in(kinds))
    return rows.sort("bm25", "id", descending=[True, False]).head(most)


def described(directory: Directory, row: Row) -> dict[str, str]:
    """Return id, name and what tells the thing from its namesakes."""
    place = directory.label(row["country"]) if row.get("country") else ""
    about = ", ".join(p for p in (KINDS[row["kind"]].title, row.get("city"), place) if p)
    return {"id": row["id"], "name": row.get("label") or row["id"], "description": about}


def _identified(directory: Directory, query: Query) -> Scored:
    """Return what has the identifier that the text is."""
    things = directory.identifier_index.things(query.text)
    return [(row, 100.0) for row in _rows(directory, things, query.kinds)]


def _by_properties_and_names(directory: Directory, query: Query, scorer: Scorer) -> Scored:
    """Return what a property identifies, and then what the text may mean."""
    given = [(name, texts) for name, texts in query.properties if name in REGISTRIES]
    found = [t for _, texts in given for x in texts for t in directory.identifier_index.things(x)]
    rows = [
        row
        for row in _rows(directory, found, query.kinds)
        if any(fits(directory, row, name, texts) for name, texts in given)
    ]
    known = {row["id"] for row in rows}
    others = [pair for pair in _named(directory, query, scorer) if pair[0]["id"] not in known]
    return [(row, _agreed(directory, query, row, scorer)) for row in rows] + others


def _agreed(directory: Directory, query: Query, row: Row, scorer: Scorer) -> float:
    """Return the score of a thing with a given identifier: a name of another thing spoils it."""
    alike = scorer(query.text, directory.spellings.get(row["id"], [])) if query.text else 100.0
    return 100.0 if alike >= _OWN_NAME else max(alike, _MATCH * _CONTRADICTION)


def _rows(directory: Directory, things: list[str], kinds: list[str]) -> list[dict[str, Any]]:
    numbers = [directory.row_of[t] for t in dict.fromkeys(things) if t in directory.row_of]
    rows = directory.things[numbers].iter_rows(named=True) if numbers else iter(())
    return [r for r in rows if r["kind"] in KINDS and (not kinds or r["kind"] in kinds)]


def _named(directory: Directory, query: Query, scorer: Scorer) -> Scored:
    text = query.text[:_LONGEST]
    rows = search(directory, text, query.kinds, max(_CANDIDATES, query.limit))
    scored = [
        (row, scorer(text, directory.spellings.get(row["id"], [])))
        for row in rows.iter_rows(named=True)
    ]
    return sorted(scored, key=lambda pair: (-pair[1], -pair[0]["bm25"], pair[0]["id"]))


def _lowered(directory: Directory, row: Row, score: float, query: Query) -> float:
    for name, value in query.properties:
        if contradicts(directory, row, name, value):
            score *= _CONTRADICTION
    return round(score, 1)


def _text(given: object) -> str:
    """Return the text of a query; a number of a spreadsheet is one."""
    if isinstance(given, bool) or not isinstance(given, str | int | float | None):
        raise InputError("`query` is a text")
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return str("" if given is None else given).strip()


def _limit(given: object) -> int:
    if given is None:
        return _USUAL
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= _MOST:
        raise InputError(f"`limit` is a whole number from 1 to {_MOST}")
    return given


def _listed(given: object, name: str) -> list[object]:
    """Return a list; one object stands for a list of one."""
    if given is None:
        return []
    if isinstance(given, dict):
        return [given]
    if not isinstance(given, list):
        raise InputError(f"`{name}` is a list of objects")
    return given


def _property(given: object) -> tuple[str, list[str]]:
    if not isinstance(given, dict) or "pid" not in given:
        raise InputError('a property is an object such as {"pid": "country", "v": "DE"}')
    return property_name(given["pid"]), texts_of(given.get("v"))
