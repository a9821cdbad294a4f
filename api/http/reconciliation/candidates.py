"""Judging queries: identifiers decide, the trained matcher scores organisations, likeness others.

A score is 0 to 100; `match` says that a candidate may be taken without a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from permed.api.http.reconciliation.organisations import (
    ORGANISATIONS,
    JudgedOrganisations,
)
from permed.api.http.reconciliation.properties import Row, contradicts, fits
from permed.api.http.reconciliation.queries import Query
from permed.api.http.release.directory import Directory
from permed.api.http.release.identifiers import REGISTRIES
from permed.api.http.release.kinds import KINDS

__all__ = ["ScoredThing", "candidates", "described", "likeness", "search"]

_CANDIDATES: Final = 50
_MATCH: Final = 95.0
_GAP: Final = 5.0
_SAME: Final = 100.0
_CONTRADICTION: Final = 0.8
_OWN_NAME: Final = 50.0  # likeness from which a name may be one of the thing
_UNLIKELY: Final = 0.1  # of its likeness, for an organisation that the matcher does not consider
_LONGEST: Final = 1000  # letters of a name that are compared


@dataclass(frozen=True)
class ScoredThing:
    """One candidate with its score (0 to 100), whether it may be taken without a look, and why."""

    row: Row
    score: float
    match: bool
    features: Mapping[str, float | bool]

    def as_json(self, directory: Directory) -> dict[str, Any]:
        """Return the candidate in the words of the specification."""
        kind = self.row["kind"]
        return {
            **described(directory, self.row),
            "type": [{"id": kind, "name": KINDS[kind].title}],
            "score": self.score,
            "match": self.match,
            "features": [{"id": name, "value": told} for name, told in self.features.items()],
        }


@dataclass(frozen=True)
class _Candidate:
    """A thing with its score; `accepted` by the matcher (None: it is not for the matcher)."""

    row: Row
    score: float
    features: Mapping[str, float | bool] = field(default_factory=dict)
    accepted: bool | None = None


def likeness(text: str, names: Sequence[str]) -> float:
    """Return how alike a text and the best of the names are, in any order of words: 0 to 100."""
    best = max(
        (fuzz.token_sort_ratio(text, n, processor=default_process) for n in names), default=0.0
    )
    return round(best, 1)


def candidates(
    directory: Directory, query: Query, judged: JudgedOrganisations | None = None
) -> list[ScoredThing]:
    """Return the candidates, best first; the verdict `match` does not depend on the limit.

    An identifier in the text decides; else names do: those of organisations by the chance that
    `judged` gives, of other things by their likeness. An identifier among the properties counts as
    a name that is the same, unless the names differ; every property that a candidate contradicts
    takes a fifth of its score, and its acceptance.
    """
    found = _identified(directory, query) or _by_properties_and_names(
        directory, query, judged or {}
    )
    scored = sorted((_lowered(directory, c, query) for c in found), key=lambda c: -c.score)
    return [
        ScoredThing(c.row, c.score, at == 0 and _certain(scored), c.features)
        for at, c in enumerate(scored[: query.limit])
    ]


def _certain(scored: Sequence[_Candidate]) -> bool:
    """Whether the first may be taken; the matcher has weighed organisations against each other."""
    first = scored[0]
    rivals = [c.score for c in scored[1:] if first.accepted is None or c.accepted is None]
    sure = first.score >= _MATCH if first.accepted is None else first.accepted
    return sure and first.score - max(rivals, default=0.0) >= _GAP


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


def _identified(directory: Directory, query: Query) -> list[_Candidate]:
    """Return what has the identifier that the text is."""
    things = directory.identified(query.text)
    rows = _rows(directory, things, query.kinds)
    return [_Candidate(row, 100.0, {"identifier": True}) for row in rows]


def _by_properties_and_names(
    directory: Directory, query: Query, judged: JudgedOrganisations
) -> list[_Candidate]:
    """Return what a property identifies, and then what the text may mean."""
    given = [(name, texts) for name, texts in query.properties if name in REGISTRIES]
    found = [t for _, texts in given for x in texts for t in directory.identifier_index.things(x)]
    rows = [
        row
        for row in _rows(directory, found, query.kinds)
        if any(fits(directory, row, name, texts) for name, texts in given)
    ]
    known = {row["id"] for row in rows}
    others = [c for c in _named(directory, query, judged) if c.row["id"] not in known]
    return [_agreed(directory, query, row) for row in rows] + others


def _agreed(directory: Directory, query: Query, row: Row) -> _Candidate:
    """Return a thing with a given identifier: a name of another thing spoils it."""
    names = directory.spellings.get(row["id"], [])
    alike = likeness(query.text[:_LONGEST], names) if query.text else 100.0
    score = 100.0 if alike >= _OWN_NAME else max(alike, _MATCH * _CONTRADICTION)
    return _Candidate(row, score, {"identifier": True, "likeness": alike})


def _rows(directory: Directory, things: Iterable[str], kinds: list[str]) -> list[dict[str, Any]]:
    numbers = [directory.row_of[t] for t in dict.fromkeys(things) if t in directory.row_of]
    rows = directory.things[numbers].iter_rows(named=True) if numbers else iter(())
    return [r for r in rows if r["kind"] in KINDS and (not kinds or r["kind"] in kinds)]


def _named(directory: Directory, query: Query, judged: JudgedOrganisations) -> list[_Candidate]:
    text = query.text[:_LONGEST]
    rows = search(directory, text, query.kinds, max(_CANDIDATES, query.limit))
    found = [(row, row["bm25"]) for row in rows.iter_rows(named=True)]
    seen = {row["id"] for row, _ in found}
    unseen = _rows(directory, (thing for thing in judged if thing not in seen), query.kinds)
    named = [
        (_by_name(directory, text, row, judged), bm25)
        for row, bm25 in (*found, *((row, 0.0) for row in unseen))
    ]
    order = sorted(named, key=lambda pair: (-pair[0].score, -pair[1], pair[0].row["id"]))
    return [candidate for candidate, _ in order]


def _by_name(directory: Directory, text: str, row: Row, judged: JudgedOrganisations) -> _Candidate:
    """Return a thing with what its names say: of an organisation what the matcher thinks of it.

    One that is accepted under a name of its very own scores the whole 100.
    """
    alike = likeness(text, directory.spellings.get(row["id"], []))
    if row["kind"] != ORGANISATIONS:
        return _Candidate(row, alike, {"likeness": alike})
    told = judged.get(row["id"])
    if told is None:
        return _Candidate(row, round(alike * _UNLIKELY, 1), {"likeness": alike}, accepted=False)
    score = 100.0 if told.accepted and alike == _SAME else round(100 * told.chance, 1)
    return _Candidate(row, score, {"likeness": alike, **told.features}, told.accepted)


def _lowered(directory: Directory, candidate: _Candidate, query: Query) -> _Candidate:
    """Return a candidate with what the properties speak against it."""
    against = sum(contradicts(directory, candidate.row, name, v) for name, v in query.properties)
    if not against:
        return candidate
    return replace(
        candidate,
        score=round(candidate.score * _CONTRADICTION**against, 1),
        accepted=None if candidate.accepted is None else False,
        features={**candidate.features, "contradictions": float(against)},
    )
