"""Where in an affiliation string an organisation may stand: exact names, acronyms, near names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.linking.affiliation_text import Affiliation
from ingest.linking.name_index import NameIndex
from ingest.linking.names import unit_kinds

__all__ = ["Span", "find_spans"]

_LONGEST = 12
_SHARING = 6
_SEARCHED_PARTS = 4
_NEAR = 6
_TELLING = 0.35


@dataclass(frozen=True)
class Span:
    """A candidate entity at words ``start`` to ``end`` of a string.

    ``kind`` is exact, acronym or near; ``sharers`` counts the entities of that very name.
    """

    entity: int
    name: int
    start: int
    end: int
    kind: str
    sharers: int


def find_spans(index: NameIndex, text: Affiliation) -> list[Span]:
    """Candidates, one span an entity: exact before acronym before near, longer before shorter."""
    found = [*_exact(index, text), *_acronyms(index, text)]
    found += _near(index, text, found)
    best: dict[int, Span] = {}
    rank = {"exact": 2, "near": 1, "acronym": 0}
    for span in found:
        held = best.get(span.entity)
        if held is None or (rank[span.kind], span.end - span.start) > (
            rank[held.kind],
            held.end - held.start,
        ):
            best[span.entity] = span
    return list(best.values())


def _exact(index: NameIndex, text: Affiliation) -> list[Span]:
    spans: list[Span] = []
    words = text.words
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            rows = index.exact.get(words[start:end])
            if rows and _telling(index, text, start, end):
                spans += _spans(index, text, rows, start, end, "exact")
    return spans


def _telling(index: NameIndex, text: Affiliation, start: int, end: int) -> bool:
    """A name must be more than a place, a number or one common word."""
    words = set(text.words[start:end])
    if words <= text.place_words or all(word.isdigit() or len(word) < 2 for word in words):
        return False
    if end - start > 1:
        return not words <= unit_kinds().keys()
    (word,) = words
    whole = text.bounds[text.part_of[start]] == (start, end)
    return word not in unit_kinds() and (
        whole or word in text.acronyms or index.idf.get(word, 1.0) > 2 * _TELLING
    )


def _acronyms(index: NameIndex, text: Affiliation) -> list[Span]:
    spans: list[Span] = []
    for at, word in enumerate(text.words):
        token = text.tokens[text.token_at[at]]
        if token not in text.acronyms or word in text.place_words or len(token) < 2:
            continue
        rows = index.acronyms.get((token,)) or index.acronyms.get((word,)) or []
        spans += _spans(index, text, rows, at, at + 1, "acronym")
    return spans


def _spans(
    index: NameIndex, text: Affiliation, rows: Iterable[int], start: int, end: int, kind: str
) -> list[Span]:
    """Of the entities that share a name, those that fit the place best, then the best known."""
    owners: dict[int, int] = {}
    for row in rows:
        owners.setdefault(index.owner[row], row)
    ordered = sorted(owners, key=lambda e: (-_place_fit(index, text, e), -index.weights[e]))
    return [
        Span(entity, owners[entity], start, end, kind, len(owners)) for entity in ordered[:_SHARING]
    ]


def _place_fit(index: NameIndex, text: Affiliation, entity: int) -> int:
    country = index.countries[entity]
    fit = 2 * (country in text.countries) - 2 * bool(
        text.countries and country not in text.countries
    )
    return fit + any(text.mentions(city) for city in index.cities[entity])


def _near(index: NameIndex, text: Affiliation, exact: list[Span]) -> list[Span]:
    """Text search with the parts no exact name explains, and with neighbours together."""
    spans: list[Span] = []
    country = next(iter(text.countries)) if len(text.countries) == 1 else None
    for start, end in _windows(index, text, exact)[:_SEARCHED_PARTS]:
        rows = index.search(text.words[start:end], country, 2 * _NEAR)
        owners: dict[int, int] = {}
        for row in rows:
            if index.kinds[row] != "acronym":
                owners.setdefault(index.owner[row], row)
        spans += [Span(e, row, start, end, "near", 1) for e, row in list(owners.items())[:_NEAR]]
    return spans


def _windows(index: NameIndex, text: Affiliation, exact: list[Span]) -> list[tuple[int, int]]:
    """Parts worth a search, those that speak of an organisation first."""
    kinds = unit_kinds()
    scored: list[tuple[float, tuple[int, int]]] = []
    for start, end in text.bounds.values():
        words = text.words[start:end]
        weight = sum(index.idf.get(word, 0.0) for word in words if word not in text.place_words)
        known = max(
            (
                sum(index.idf.get(word, 0.0) for word in text.words[span.start : span.end])
                for span in exact
                if span.kind == "exact" and start <= span.start and span.end <= end
            ),
            default=0.0,
        )
        if weight < _TELLING or known > 0.95 * weight:
            continue
        says = {kinds[word] for word in words if word in kinds}
        bonus = 1.0 * bool(says & {"university", "hospital"}) + 0.5 * ("institute" in says)
        scored.append((bonus - 0.5 * ("unit" in says) + 0.1 * weight, (start, end)))
    return [window for _, window in sorted(scored, reverse=True)]
