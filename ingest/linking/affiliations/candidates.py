"""Where in an affiliation string an organisation may stand: exact names, acronyms, near names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from permed.ingest.linking.affiliations.near_names import near_spans
from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.affiliations.spans import KINDS, Span, place_fit
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import unit_kinds
from permed.ingest.linking.names.spelling import spelt_apart

__all__ = ["akin", "exact_spans", "find_spans"]

_LONGEST = 12
_SHARING = 6
_TELLING = 0.35
_BRANCHES = 3
_PARENTAL = 0.4
_LONG_ACRONYM, _RARELY_NAMED = 5, 0.8  # letters; weight of a word that a dozen names have


def find_spans(index: NameIndex, text: Affiliation) -> list[Span]:
    """Candidates, one span an entity: exact first, then near, branch, acronym and parent."""
    exact = exact_spans(index, text)
    found = [*exact, *_acronyms(index, text), *near_spans(index, text, exact)]
    found += [*_branches(index, text, exact), *_parents(index, text, found)]
    best: dict[int, Span] = {}
    for span in found:
        held = best.get(span.entity)
        if held is None or _order(span) > _order(held):
            best[span.entity] = span
    finds = Counter(entity for entity, _ in {(span.entity, span.start) for span in found})
    return [
        Span(s.entity, s.name, s.start, s.end, s.kind, s.sharers, finds[s.entity])
        for s in best.values()
    ]


def _order(span: Span) -> tuple[int, int]:
    return KINDS.index(span.kind), span.end - span.start


def exact_spans(index: NameIndex, text: Affiliation) -> list[Span]:
    """Names that stand in the string; none runs across a comma that parts two names.

    ``York University, Toronto`` does not name the University of Toronto: where a name crosses a
    comma and its words before or after it belong to another name, it is no reading. It is one where
    the part names its owner or nobody there (``University of California, Riverside``).
    """
    found = list(_exact(index, text))
    inner: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for span in found:
        if text.part_of[span.start] == text.part_of[span.end - 1] and span.end - span.start > 1:
            inner[span.start, span.end].append(span)
    return [
        span
        for span in found
        if not text.crosses_comma(span.start, span.end)
        or "," in index.values[span.name]  # the registry writes it so
        or not any(_parts(index, text, span, names) for names in inner.values())
    ]


def _parts(index: NameIndex, text: Affiliation, crossing: Span, names: Sequence[Span]) -> bool:
    """Whether the names at one place within a part forbid one that runs across parts."""
    first, last = names[0].start, names[0].end
    part = text.part_of[first]
    start, end = text.bounds[part]
    taken = max(start, crossing.start), min(end, crossing.end)
    if taken[0] >= taken[1] or not (first <= taken[0] and taken[1] <= last):
        return False
    if (first, last) != taken:
        return True
    goes_on = last < len(text.words) and text.opens_with_stop_word(part + 1)
    mine = place_fit(index, text, crossing.entity)
    return (
        (first, last) == (start, end)
        and not text.opens_with_stop_word(part)
        and not goes_on
        and any(place_fit(index, text, name.entity) >= mine for name in names)
        and not any(akin(index, name.entity, crossing.entity) for name in names)
    )


def akin(index: NameIndex, one: int, other: int) -> bool:
    """Whether two entities are the same, owner and owned, partners, or of one owner."""
    mine, theirs = {one, *index.parents[one]}, {other, *index.parents[other]}
    return bool(mine & theirs) or other in index.related[one] or one in index.related[other]


def _exact(index: NameIndex, text: Affiliation) -> Iterator[Span]:
    words = text.words
    for start in range(len(words)):
        name = ""
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            name += words[end - 1]
            rows = index.exact.get(name)
            if rows and _telling(index, text, start, end):
                rows = _as_spelt(index, text, rows, start, end)
                yield from _spans(index, text, rows, start, end, "exact")


def _as_spelt(
    index: NameIndex, text: Affiliation, rows: Sequence[int], start: int, end: int
) -> list[int]:
    """Names but those that only fold to the words: ``Aedas`` is not ADAS."""
    if not text.umlauts and index.with_umlauts.isdisjoint(rows):
        return list(rows)
    said = text.as_written(start, end)
    return [row for row in rows if not spelt_apart(said, index.values[row])]


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


def _acronyms(index: NameIndex, text: Affiliation) -> Iterator[Span]:
    for at, word in enumerate(text.words):
        token = text.tokens[text.token_at[at]]
        if word in text.place_words or len(token) < 2:
            continue
        if token not in text.acronyms and not _unmistakable(index, token):
            continue
        rows = index.acronyms.get(token) or index.acronyms.get(word) or []
        yield from _spans(index, text, rows, at, at + 1, "acronym")


def _unmistakable(index: NameIndex, token: str) -> bool:
    """Whether a word in small letters (``Postech``) is the acronym of few and next to no name."""
    return (
        len(token) >= _LONG_ACRONYM
        and index.idf.get(token, 0.0) > _RARELY_NAMED
        and len(index.acronyms.get(token, ())) == 1
    )


def _spans(
    index: NameIndex, text: Affiliation, rows: Iterable[int], start: int, end: int, kind: str
) -> list[Span]:
    """Of the entities that share a name, those that fit the place best, then the best known."""
    owners: dict[int, int] = {}
    for row in rows:
        owners.setdefault(index.owner[row], row)
    ordered = sorted(owners, key=lambda e: (-place_fit(index, text, e), -index.weights[e]))
    return [
        Span(entity, owners[entity], start, end, kind, len(owners)) for entity in ordered[:_SHARING]
    ]


def _branches(index: NameIndex, text: Affiliation, exact: list[Span]) -> Iterator[Span]:
    """Children, in a city of the string, whose name goes on where the name found stops."""
    cities = sorted(text.cities)
    for span in exact:
        if not index.children[span.entity]:
            continue
        said = set(text.words[span.start : span.end])
        rows = (row for city in cities for row in index.branches.get((span.entity, city), ()))
        names = (_longer_names(index, row, text.words[span.start], said) for row in rows)
        for name in islice(chain.from_iterable(names), _BRANCHES):
            yield Span(index.owner[name], name, span.start, span.end, "branch", 1)


def _longer_names(index: NameIndex, entity: int, first: str, said: set[str]) -> list[int]:
    """The first name of an entity that holds all words said, if any."""
    for row in index.names_of[entity]:
        key = index.keys[row]
        if first in key and said.issubset(key):
            return [row]
    return []


def _parents(index: NameIndex, text: Affiliation, found: list[Span]) -> Iterator[Span]:
    """Parents whose own name begins in the name found (``Max Planck Institute for ...``)."""
    seen: set[int] = set()
    for span in found:
        for parent in index.parents[span.entity]:
            if parent in seen:
                continue
            seen.add(parent)
            shares = {row: _heard_share(index, text, row) for row in index.names_of[parent]}
            name = max(shares, key=lambda row: shares[row])
            if shares[name] > _PARENTAL:
                yield Span(parent, name, span.start, span.end, "parent", 1)


def _heard_share(index: NameIndex, text: Affiliation, row: int) -> float:
    words, telling = index.keys[row], index.telling
    heard = sum(telling.get(word, 1.0) for word in words if word in text.heard)
    return heard / (sum(telling.get(word, 1.0) for word in words) or 1.0)
