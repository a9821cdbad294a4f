"""A raw affiliation string read for matching: its parts, its words, and the places it names."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import (
    canonical,
    city_key,
    country_aliases,
    fold,
    unit_kinds,
)

__all__ = ["Affiliation", "Gazetteer", "read_affiliation"]

MAX_AFFILIATION = 2000
_BOUNDARY = re.compile(r"[;,|，；、。\[\]()>\t\n\r/]|\s[-–—]\s|\.\s(?=[A-Z][a-z]{3})")
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z&.-]*[A-Z0-9][A-Za-z0-9&.-]*\b|\b[A-Z]{2,}\b")
_SHORTENED = re.compile(r"\b([^\W\d_]{3,})\.(?=.)", re.DOTALL)
_BREAK, _TAB = re.compile(r"#[NR]#|\xa0"), "#TAB#"
_RUN_ON = re.compile(r"\b(University|Institute|College|School|Department|Faculty|Academy)of\b")
_STATES = ("US", "CA", "AU", "BR", "IN", "MX")


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
        self.corrected = index.corrected
        self.whole_word = index.whole_word

    def country_of_city(self, city: tuple[str, ...]) -> str | None:
        """The country nearly all records of a city lie in."""
        seen = self.cities.get(city)
        if not seen:
            return None
        country, count = seen.most_common(1)[0]
        return country if count >= 0.9 * seen.total() else None


@dataclass(frozen=True)
class Affiliation:
    """Words of a string in order.

    ``words`` are canonical (no stop words); ``token_at`` gives each word's place in ``tokens``,
    ``part_of`` its part. ``acronyms`` are words written in capitals, folded.
    """

    text: str
    tokens: tuple[str, ...]
    words: tuple[str, ...]
    token_at: tuple[int, ...]
    part_of: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]
    acronyms: frozenset[str]
    countries: frozenset[str]
    cities: frozenset[tuple[str, ...]]
    regions: frozenset[tuple[str, ...]]
    place_words: frozenset[str]

    @cached_property
    def bounds(self) -> dict[int, tuple[int, int]]:
        """First and last-plus-one word of each part."""
        found: dict[int, tuple[int, int]] = {}
        for at, part in enumerate(self.part_of):
            found[part] = (found.get(part, (at, at))[0], at + 1)
        return found

    @cached_property
    def heard(self) -> frozenset[str]:
        """All words."""
        return frozenset(self.words)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """All tokens."""
        return frozenset(self.tokens)

    @cached_property
    def joined(self) -> str:
        """All tokens between blanks, for finding a phrase."""
        return f" {' '.join(self.tokens)} "

    def mentions(self, phrase: tuple[str, ...]) -> bool:
        """Whether the phrase stands in the string, word for word."""
        return bool(phrase) and phrase[0] in self.spoken and f" {' '.join(phrase)} " in self.joined


def read_affiliation(text: str, gazetteer: Gazetteer) -> Affiliation:
    """Read a string; anything past 2,000 characters is not looked at."""
    text = _mended(text[:MAX_AFFILIATION])
    pieces = [piece for piece in _BOUNDARY.split(text) if piece and piece.strip()]
    parts = tuple(tokens for tokens in (fold(piece) for piece in pieces) if tokens)
    tokens: list[str] = []
    words: list[str] = []
    token_at: list[int] = []
    part_of: list[int] = []
    shortened = {short for match in _SHORTENED.findall(text) for short in fold(match)}
    for number, part in enumerate(parts):
        for token in part:
            for word in _spelt_out(token, shortened, gazetteer):
                words.append(word)
                token_at.append(len(tokens))
                part_of.append(number)
            tokens.append(token)
    raw = {fold(match)[0] for match in _ACRONYM.findall(text) if fold(match)}
    countries, cities, regions, spent = _places(parts, text, gazetteer)
    return Affiliation(
        text, tuple(tokens), tuple(gazetteer.corrected(words)), tuple(token_at), tuple(part_of),
        parts, frozenset(raw), countries, cities, regions, spent,
    )  # fmt: skip


def _mended(text: str) -> str:
    """Without the scars of its way through other people's files (``&amp;``, ``#TAB#``)."""
    text = _BREAK.sub(" ", html.unescape(text).replace(_TAB, "\t"))
    return _RUN_ON.sub(r"\1 of", text)


def _spelt_out(token: str, shortened: set[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Canonical words of a token; ``accel.`` becomes the word it begins."""
    words = canonical((token,))
    if token in shortened and words == (token,) and len(token) < 9:
        return (gazetteer.whole_word(token) or token,)
    return words


def _places(
    parts: tuple[tuple[str, ...], ...], text: str, gazetteer: Gazetteer
) -> tuple[frozenset[str], frozenset[tuple[str, ...]], frozenset[tuple[str, ...]], frozenset[str]]:
    """Countries, cities and regions at the ends of parts; a city speaks for its country."""
    countries: set[str] = set()
    cities: set[tuple[str, ...]] = set()
    regions: set[tuple[str, ...]] = set()
    spent: set[str] = set()
    for part in parts:
        plain = tuple(token for token in part if not any(c.isdigit() for c in token))
        if set(plain) & unit_kinds().keys():
            plain = plain[-2:] if plain[-2:] in gazetteer.regions else plain[-1:]
        for size in range(min(5, len(plain)), 0, -1):
            tail = plain[-size:]
            if (country := country_aliases().get(tail)) and (size > 1 or len(tail[0]) > 1):
                countries.add(country)
                spent.update(tail)
                plain = plain[:-size]
                break
        _regions_and_cities(plain, part, text, gazetteer, cities, regions, spent)
    for region in regions:
        countries |= gazetteer.regions[region] if len(gazetteer.regions[region]) == 1 else set()
    if not countries:
        countries = {c for c in map(gazetteer.country_of_city, cities) if c}
    return frozenset(countries), frozenset(cities), frozenset(regions), frozenset(spent)


def _regions_and_cities(
    plain: tuple[str, ...],
    part: tuple[str, ...],
    text: str,
    gazetteer: Gazetteer,
    cities: set[tuple[str, ...]],
    regions: set[tuple[str, ...]],
    spent: set[str],
) -> None:
    for size in (2, 1):
        tail = plain[-size:]
        if len(tail) < size or tail not in gazetteer.regions:
            continue
        short = size == 1 and len(tail[0]) <= 3
        if len(plain) <= 2 and (
            not short or tail[0].upper() in re.findall(r"\b[A-Z]{2,3}\b", text)
        ):
            regions.add(tail)
            spent.update(tail)
            plain = plain[:-size]
            break
    for size in range(min(3, len(plain)), 0, -1):
        for piece in (plain[-size:], plain[:size]):
            city = city_key(" ".join(piece))
            if city in gazetteer.cities and (size == len(plain) or len(plain) <= 3):
                cities.add(city)
                if size == len(plain):
                    spent.update(piece)
                return
