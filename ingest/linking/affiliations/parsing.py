"""A raw affiliation string read for matching: its parts, its words, and the places it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from permed.ingest.linking.affiliations.mending import mended
from permed.ingest.linking.affiliations.places import Gazetteer, Places, read_places
from permed.ingest.linking.names.parsing import canonical, fold
from permed.ingest.linking.names.spelling import spellings

__all__ = ["MAX_AFFILIATION", "Affiliation", "read_affiliation"]

MAX_AFFILIATION = 2000
_COMMA = re.compile(r"[,;，；、]")
_CHUNK = re.compile(r"[^\s.:'\"]\S*?(?=[.:'\"]*(?:\s|$))")
_BOUNDARY = re.compile(r"[;,|，；、。\[\]()>\t\n\r/]|\s[-–—]\s|\.\s(?=[A-Z][a-z]{3})")
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z&.-]*[A-Z0-9][A-Za-z0-9&.-]*\b|\b[A-Z]{2,}\b")
_SHORTENED = re.compile(r"\b([^\W\d_]{3,})\.(?=.)", re.DOTALL)


@dataclass(frozen=True)
class Affiliation:
    """Words of a string in order.

    ``words`` are canonical (no stop words); ``token_at`` gives each word's place in ``tokens``,
    ``part_of`` its part. ``pieces`` are the first and last-plus-one character of each part in
    ``text``. ``acronyms`` are words written in capitals, folded.
    """

    text: str
    tokens: tuple[str, ...]
    words: tuple[str, ...]
    token_at: tuple[int, ...]
    part_of: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]
    pieces: tuple[tuple[int, int], ...]
    acronyms: frozenset[str]
    places: Places

    @property
    def countries(self) -> frozenset[str]:
        """Countries that names, regions or (where there are neither) cities speak of."""
        return self.places.countries

    @property
    def cities(self) -> frozenset[tuple[str, ...]]:
        """Keys of the cities named."""
        return self.places.cities

    @property
    def regions(self) -> frozenset[tuple[str, ...]]:
        """Regions named, folded."""
        return self.places.regions

    @property
    def place_words(self) -> frozenset[str]:
        """Tokens that were read as a place."""
        return self.places.words

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
    def umlauts(self) -> bool:
        """Whether a word holds an umlaut or what may stand for one."""
        return bool(spellings(self.text))

    @cached_property
    def joined(self) -> str:
        """All tokens between blanks, for finding a phrase."""
        return f" {' '.join(self.tokens)} "

    def crosses_comma(self, start: int, end: int) -> bool:
        """Whether words ``start`` to ``end`` run across a comma or semicolon."""
        first, last = self.part_of[start], self.part_of[end - 1]
        between = (self.text[self.pieces[n][1] : self.pieces[n + 1][0]] for n in range(first, last))
        return any(_COMMA.search(signs) for signs in between)

    def opens_with_stop_word(self, part: int) -> bool:
        """Whether a part begins with a word that names do without, other than ``the``."""
        first = self.token_at[self.bounds[part][0]] if part in self.bounds else 0
        before = sum(map(len, self.parts[:part]))
        return bool(set(self.tokens[before:first]) - {"the"})

    def as_written(self, start: int, end: int) -> str:
        """Words ``start`` to ``end`` as they stand in the text."""
        return self.text[self._characters(start)[0] : self._characters(end - 1)[1]]

    def _characters(self, word: int) -> tuple[int, int]:
        """First and last-plus-one character of a word; those of its part where it is not clear."""
        part = self.part_of[word]
        begin, end = self.pieces[part]
        before = sum(map(len, self.parts[:part]))
        chunks = [
            chunk.span()
            for chunk in _CHUNK.finditer(self.text, begin, end)
            for _ in fold(chunk.group())
        ]
        same = len(chunks) == len(self.parts[part])
        return chunks[self.token_at[word] - before] if same else (begin, end)

    def mentions(self, phrase: tuple[str, ...]) -> bool:
        """Whether the phrase stands in the string, word for word."""
        return bool(phrase) and phrase[0] in self.spoken and f" {' '.join(phrase)} " in self.joined


def read_affiliation(text: str, gazetteer: Gazetteer) -> Affiliation:
    """Read a string; anything past 2,000 characters is not looked at."""
    text = mended(text[:MAX_AFFILIATION], gazetteer.known)
    pieces = [piece for piece in _pieces(text) if fold(text[slice(*piece)])]
    parts = tuple(fold(text[slice(*piece)]) for piece in pieces)
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
    raw = {short for match in _ACRONYM.findall(text) for short in _short_forms(match)}
    return Affiliation(
        text, tuple(tokens), tuple(gazetteer.corrected(words)), tuple(token_at), tuple(part_of),
        parts, tuple(pieces), frozenset(raw), read_places(parts, text, gazetteer),
    )  # fmt: skip


def _short_forms(match: str) -> tuple[str, ...]:
    """A word in capitals; of two joined by a hyphen (``UAB-IFAE``) each that is one."""
    pieces = match.split("-")
    if len(pieces) == 1:
        return fold(match)[:1]
    return tuple(
        short for piece in pieces if sum(map(str.isupper, piece)) > 1 for short in fold(piece)[:1]
    )


def _pieces(text: str) -> list[tuple[int, int]]:
    """First and last-plus-one character of what stands between boundaries."""
    cuts = [match.span() for match in _BOUNDARY.finditer(text)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        piece = text[start:end]
        lead = len(piece) - len(piece.lstrip())
        found.append((start + lead, start + lead + len(piece.strip())))
    return found


def _spelt_out(token: str, shortened: set[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Canonical words of a token; ``accel.`` becomes the word it begins."""
    words = canonical((token,))
    if token in shortened and words == (token,) and len(token) < 9:
        return (gazetteer.whole_word(token) or token,)
    return words
