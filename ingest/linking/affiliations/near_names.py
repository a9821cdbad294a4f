"""Names close to a part of an affiliation string that no exact name explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.affiliations.spans import Span, place_fit
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import unit_kinds

__all__ = ["near_spans"]

_SEARCHED_PARTS = 5
_NEAR = 5
_READ = 40
_SEARCHED_WORDS = 5
_TELLING = 0.35
_CLOSE = 0.25
_BODIES = {"university", "hospital", "institute", "academy"}


def near_spans(index: NameIndex, text: Affiliation, exact: list[Span]) -> Iterator[Span]:
    """Text search with the parts no exact name explains; the closest names of each part."""
    towns = [word for city in text.cities for word in city]
    for start, end in _windows(index, text, exact)[:_SEARCHED_PARTS]:
        asked = dict.fromkeys(text.words[start:end])  # of equal weight, the first words
        words = sorted(asked, key=lambda word: -index.idf.get(word, 0.0))[:_SEARCHED_WORDS]
        rows = index.search(words, _READ, towns)
        for entity, row in _closest(index, text, frozenset(asked), rows):
            yield Span(entity, row, start, end, "near", 1)


def _closest(
    index: NameIndex, text: Affiliation, asked: frozenset[str], rows: Sequence[int]
) -> list[tuple[int, int]]:
    """Entities, each with its closest name, that fit a part best by words, places and renown."""
    whole = fsum(index.telling.get(word, 1.0) for word in asked - text.place_words)
    best: dict[int, tuple[float, int]] = {}
    for row in rows:
        fit = _word_fit(index, text, asked, whole, row)
        owner = index.owner[row]
        if fit >= _CLOSE and index.kinds[row] != "acronym" and fit > best.get(owner, (0.0, 0))[0]:
            best[owner] = (fit, row)
    order = {
        owner: best[owner][0] + 0.08 * place_fit(index, text, owner) + 0.02 * index.weights[owner]
        for owner in sorted(best, key=lambda owner: -best[owner][0])[: 3 * _NEAR]
    }
    return [(owner, best[owner][1]) for owner in sorted(order, key=lambda o: -order[o])[:_NEAR]]


def _word_fit(
    index: NameIndex, text: Affiliation, asked: frozenset[str], whole: float, row: int
) -> float:
    """Share of the weight of the words of a name and of a part that both have."""
    both = missing = 0.0
    telling, heard = index.telling, text.heard
    for word in index.keys[row]:
        weight = telling.get(word, 1.0)
        if word in asked:
            both += weight
        else:
            missing += 0.5 * weight if word in heard else weight
    return both / (max(whole, both) + missing or 1.0)


def _windows(index: NameIndex, text: Affiliation, exact: list[Span]) -> list[tuple[int, int]]:
    """Parts worth a search, those that speak of an organisation first."""
    kinds = unit_kinds()
    settled = any(span.end - span.start > 1 and span.sharers == 1 for span in exact)
    scored: list[tuple[float, tuple[int, int]]] = []
    for start, end in text.bounds.values():
        words = text.words[start:end]
        says = {kinds[word] for word in words if word in kinds}
        bodies = says & _BODIES
        if settled and "unit" in says and not bodies:
            continue
        places = frozenset() if bodies else text.place_words
        weight = sum(index.idf.get(word, 0.0) for word in words if word not in places)
        if weight < _TELLING or _explained(index, text, exact, start, end, 0.95 * weight):
            continue
        bonus = 1.0 * bool(says & {"university", "hospital"}) + 0.5 * ("institute" in says)
        scored.append((bonus - 0.5 * ("unit" in says) + 0.1 * weight, (start, end)))
    return [window for _, window in sorted(scored, reverse=True)]


def _explained(
    index: NameIndex, text: Affiliation, exact: list[Span], start: int, end: int, weight: float
) -> bool:
    """Whether an exact name in the right place covers nearly all of a part."""
    for span in exact:
        if start <= span.start and span.end <= end:
            known = sum(index.idf.get(word, 0.0) for word in text.words[span.start : span.end])
            if known <= weight:
                continue
            fit = place_fit(index, text, span.entity)
            if fit > 0 or (span.sharers == 1 and fit == 0):
                return True
    return False
