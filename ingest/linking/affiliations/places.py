"""The places that an affiliation string names: countries, regions and cities."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import city_key, country_aliases, unit_kinds

__all__ = ["Gazetteer", "Places", "read_places"]

_KNOWN = 10
_STATES = ("US", "CA", "AU", "BR", "IN", "MX")
_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")
Phrase = tuple[str, ...]
Parts = tuple[Phrase, ...]


class Gazetteer:
    """Cities and regions as the registry writes them, with the countries they lie in."""

    def __init__(self, index: NameIndex) -> None:
        cities: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        regions: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for row, country in enumerate(index.countries):
            if country is None:
                continue
            for city in index.cities[row]:
                cities[city][country] += 1
            if country in _STATES:
                for region in index.regions[row]:
                    regions[region].add(country)
        self.cities = dict(cities)
        self.regions = dict(regions)
        self.known = index.idf.__contains__
        self.corrected = index.corrected
        self.whole_word = index.whole_word

    def country_of_city(self, city: tuple[str, ...]) -> str | None:
        """The country nearly all records of a city lie in."""
        seen = self.cities.get(city)
        if not seen:
            return None
        country, count = seen.most_common(1)[0]
        return country if count >= 0.9 * seen.total() else None

    def well_known(self, city: Phrase) -> bool:
        """Whether so many records lie in a city, all in one country, that its name says which."""
        seen = self.cities.get(city)
        return (
            seen is not None and seen.total() >= _KNOWN and self.country_of_city(city) is not None
        )


@dataclass(frozen=True)
class Places:
    """Countries, cities and regions at the ends of parts.

    ``named`` holds the countries that are called by name, with their first and last-plus-one token;
    ``countries`` also those that regions and, where there are none, cities speak of. ``certain``
    are regions and well-known cities that fill a part and lie in one country; ``words`` are the
    tokens that were read as a place.
    """

    named: tuple[tuple[str, int, int], ...]
    countries: frozenset[str]
    cities: frozenset[Phrase]
    regions: frozenset[Phrase]
    certain: frozenset[Phrase]
    words: frozenset[str]


def read_places(parts: Parts, text: str, gazetteer: Gazetteer) -> Places:
    """Read the places of a text and its folded parts."""
    named: list[tuple[str, int, int]] = []
    cities: set[Phrase] = set()
    regions: set[Phrase] = set()
    words: set[str] = set()
    capitals = set(_CAPITALS.findall(text))
    either: set[str] = set()
    at = 0
    for part in parts:
        plain = _end_of(part, gazetteer)
        country = _country(plain, part, gazetteer)
        if country is not None and plain[-1:] in gazetteer.regions and len(plain[-1]) > 3:
            either.add(country[0])  # Georgia is a country and a state
        elif country is not None:
            code, size = country
            end = at + _last(part, plain[-1]) + 1
            named.append((code, end - size, end))
            words.update(plain[-size:])
            plain = plain[:-size]
        _regions_and_cities(plain, capitals, gazetteer, cities, regions, words)
        at += len(part)
    countries = either.union(code for code, _, _ in named)
    for region in regions:
        countries |= gazetteer.regions[region] if len(gazetteer.regions[region]) == 1 else set()
    if not countries:
        countries = {c for c in map(gazetteer.country_of_city, cities) if c}
    whole = {_letters(part) for part in parts}
    certain = {r for r in regions & whole if max(map(len, r)) > 3} | {
        part for part in whole if gazetteer.well_known(city_key(" ".join(part)))
    }
    return Places(
        named=tuple(named),
        countries=frozenset(countries),
        cities=frozenset(cities),
        regions=frozenset(regions),
        certain=frozenset(certain),
        words=frozenset(words),
    )


def _end_of(part: Phrase, gazetteer: Gazetteer) -> Phrase:
    """The words of a part that may be a place: of a name of an organisation only the last."""
    plain = _letters(part)
    if set(plain) & unit_kinds().keys():
        return plain[-2:] if plain[-2:] in gazetteer.regions else plain[-1:]
    return plain


def _letters(part: Phrase) -> Phrase:
    """The words of a part without a digit."""
    return tuple([token for token in part if not _has_digit(token)])


@lru_cache(maxsize=100_000)
def _has_digit(token: str) -> bool:
    return any(map(str.isdigit, token))


def _last(part: Phrase, token: str) -> int:
    return len(part) - 1 - part[::-1].index(token)


def _country(plain: Phrase, part: Phrase, gazetteer: Gazetteer) -> tuple[str, int] | None:
    """Country at the end of a part, and its number of words; ``New Jersey`` is not Jersey."""
    letters = _letters(part)
    sizes = range(min(4, len(letters)), 1, -1)
    region = next((n for n in sizes if letters[-n:] in gazetteer.regions), 0)
    for size in range(min(5, len(plain)), 0, -1):
        tail = plain[-size:]
        code = country_aliases().get(tail)
        if code and (size > 1 or len(tail[0]) > 1):
            new = letters[-size - 1 : -size] == ("new",)
            return None if size < region or new else (code, size)
    return None


def _regions_and_cities(
    plain: Phrase,
    capitals: set[str],
    gazetteer: Gazetteer,
    cities: set[Phrase],
    regions: set[Phrase],
    words: set[str],
) -> None:
    for size in (2, 1):
        tail = plain[-size:]
        if len(tail) < size or tail not in gazetteer.regions:
            continue
        short = size == 1 and len(tail[0]) <= 3
        if len(plain) <= 2 and (not short or tail[0].upper() in capitals):
            regions.add(tail)
            words.update(tail)
            plain = plain[:-size]
            break
    for size in range(min(3, len(plain)), 0, -1):
        for piece in (plain[-size:], plain[:size]):
            city = city_key(" ".join(piece))
            if city in gazetteer.cities and (size == len(plain) or len(plain) <= 3):
                cities.add(city)
                if size == len(plain):
                    words.update(piece)
                return
