"""Whether a string speaks against a record: another country, or another kind of university."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.affiliations.spans import Span
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import field_words, unit_kinds

__all__ = [
    "WITHIN",
    "Contradiction",
    "contradiction",
    "elsewhere",
    "field_before",
    "head_of_several",
]


_SEVERAL = 3  # organisations whose names begin with the same words


class Contradiction(NamedTuple):
    """What the doubt is (``the country differs``), and the words of the string that raise it."""

    doubt: str
    words: str


# what the registry and the world hold to be a country of its own, and the one it belongs to
WITHIN = {"HK": "CN", "MO": "CN", "PR": "US", "RE": "FR", "GP": "FR", "MQ": "FR"}


def contradiction(index: NameIndex, text: Affiliation, span: Span) -> Contradiction | None:
    """Say what in a string speaks against a record so much that no score can accept it."""
    country = elsewhere(index, text, span)
    if country is not None:
        return Contradiction("the country differs", country)
    field = field_before(index, text, span)
    if field is not None:
        return Contradiction("another kind of university", f"behind '{field}'")
    return None


def elsewhere(index: NameIndex, text: Affiliation, span: Span) -> str | None:
    """Say which other country the string speaks of; None where it does not contradict the record.

    Places within the name itself (``University of New England``) say nothing of where it lies.
    """
    country = index.countries[span.entity]
    if country is None or {country, WITHIN.get(country)} & text.countries:
        return None
    first, last = text.token_at[span.start], text.token_at[span.end - 1]
    for _, start, end in text.places.named:
        if end <= first or last < start:
            words = [w for w, token in enumerate(text.token_at) if start <= token < end]
            said = text.as_written(words[0], words[-1] + 1) if words else ""
            return f"another country than '{said}'"
    if text.places.named:
        return None
    own = set(text.tokens[first : last + 1])
    around = f" {' '.join(text.tokens[:first])} , {' '.join(text.tokens[last + 1 :])} "
    cities = index.cities[span.entity]
    if not text.countries or any(f" {' '.join(city)} " in around for city in cities):
        return None
    towns = {word for city in cities for word in city} - own
    for place in sorted(text.places.certain):
        if not own.issuperset(place) and not towns.intersection(place):
            return f"another country than '{' '.join(place)}' in {min(text.countries)}"
    return None


def field_before(index: NameIndex, text: Affiliation, span: Span) -> str | None:
    """Return the word of a field, right before a university's name, that its record lacks.

    ``Medical University of Graz`` is not the University of Graz.
    """
    at = span.start - 1
    if span.kind != "exact" or at < 0 or text.part_of[at] != text.part_of[span.start]:
        return None
    if text.token_at[span.start] - text.token_at[at] > 1:
        return None  # "Medicine of", "Technology at"
    if unit_kinds().get(text.words[span.start]) != "university":
        return None
    field = field_words().get(text.words[at])
    own = {
        field_words().get(word) for row in index.names_of[span.entity] for word in index.keys[row]
    }
    return None if field is None or field in own else text.as_written(at, span.start)


def head_of_several(
    index: NameIndex, text: Affiliation, span: Span, spans: Sequence[Span]
) -> Contradiction | None:
    """Say that the words of a near name only begin it, and begin the names of others as well.

    ``Indian Institute of Technology`` alone is none of the twenty; a city in the string may tell.
    """
    words = text.words[span.start : span.end]
    while words and words[-1] in text.place_words:
        words = words[:-1]
    if span.kind != "near" or len(words) < 2:
        return None
    begun = {
        other.entity
        for other in spans
        if other.kind == "near"
        and index.keys[other.name][: len(words)] == words
        and len(index.keys[other.name]) > len(words)
    }
    if span.entity not in begun or len(begun) < _SEVERAL:
        return None
    rest = index.keys[span.name][len(words) :]
    told = any(text.mentions(city) for city in index.cities[span.entity])
    if told or any(word in text.heard for word in rest):
        return None
    return Contradiction("several names begin so", f"one of {len(begun)}")
