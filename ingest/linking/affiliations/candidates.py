"""Where in an affiliation string an organisation may stand: exact names, acronyms, near names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import unit_kinds

__all__ = ["KINDS", "Span", "akin", "exact_spans", "find_spans"]

_LONGEST = 12
_SHARING = 6
_SEARCHED_PARTS = 5
_NEAR = 5
_READ = 40
_SEARCHED_WORDS = 5
_TELLING = 0.35
_BRANCHES = 3
_PARENTAL = 0.4
_CLOSE = 0.25
_BODIES = {"university", "hospital", "institute", "academy"}
KINDS = ("parent", "acronym", "branch", "near", "exact")


@dataclass(frozen=True)
class Span:
    """A candidate entity at words ``start`` to ``end`` of a string.

    ``kind`` is exact, near, acronym, branch (a child, in a city of the string, of an entity that
    is named) or parent (of an entity that is named); ``sharers`` counts the entities of that very
    name; ``finds`` counts the places where the entity was found.
    """

    entity: int
    name: int
    start: int
    end: int
    kind: str
    sharers: int
    finds: int = 1


def find_spans(index: NameIndex, text: Affiliation) -> list[Span]:
    """Candidates, one span an entity: exact first, then near, branch, acronym and parent."""
    exact = exact_spans(index, text)
    found = [*exact, *_acronyms(index, text), *_near(index, text, exact)]
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
    mine = _place_fit(index, text, crossing.entity)
    return (
        (first, last) == (start, end)
        and not text.opens_with_stop_word(part)
        and not goes_on
        and any(_place_fit(index, text, name.entity) >= mine for name in names)
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
                yield from _spans(index, text, rows, start, end, "exact")


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
        if token not in text.acronyms or word in text.place_words or len(token) < 2:
            continue
        rows = index.acronyms.get(token) or index.acronyms.get(word) or []
        yield from _spans(index, text, rows, at, at + 1, "acronym")


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
    fit = 0
    if text.countries:
        fit = 2 if index.countries[entity] in text.countries else -2
    for city in index.cities[entity]:
        if text.mentions(city):
            return fit + 1
    return fit


def _near(index: NameIndex, text: Affiliation, exact: list[Span]) -> Iterator[Span]:
    """Text search with the parts no exact name explains; the closest names of each part."""
    towns = [word for city in text.cities for word in city]
    for start, end in _windows(index, text, exact)[:_SEARCHED_PARTS]:
        asked = frozenset(text.words[start:end])
        words = sorted(asked, key=lambda word: -index.idf.get(word, 0.0))[:_SEARCHED_WORDS]
        rows = index.search(words, _READ, towns)
        for entity, row in _closest(index, text, asked, rows):
            yield Span(entity, row, start, end, "near", 1)


def _closest(
    index: NameIndex, text: Affiliation, asked: frozenset[str], rows: Sequence[int]
) -> list[tuple[int, int]]:
    """Entities, each with its closest name, that fit a part best by words, places and renown."""
    whole = sum(index.telling.get(word, 1.0) for word in asked - text.place_words)
    best: dict[int, tuple[float, int]] = {}
    for row in rows:
        fit = _word_fit(index, text, asked, whole, row)
        owner = index.owner[row]
        if fit >= _CLOSE and index.kinds[row] != "acronym" and fit > best.get(owner, (0.0, 0))[0]:
            best[owner] = (fit, row)
    order = {
        owner: best[owner][0] + 0.08 * _place_fit(index, text, owner) + 0.02 * index.weights[owner]
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
            fit = _place_fit(index, text, span.entity)
            if fit > 0 or (span.sharers == 1 and fit == 0):
                return True
    return False


def _branches(index: NameIndex, text: Affiliation, exact: list[Span]) -> Iterator[Span]:
    """Children, in a city of the string, whose name goes on where the name found stops."""
    for span in exact:
        if not index.children[span.entity]:
            continue
        said = set(text.words[span.start : span.end])
        rows = (row for city in text.cities for row in index.branches.get((span.entity, city), ()))
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
