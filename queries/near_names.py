"""Names that come near another one: what a reader may have meant where no name is the same.

Words count by how rare they are among all names (inverse document frequency, Sparck Jones 1972), so
that `University of Helsinki` is near to `Helsinki University Hospital` and far from `University of
Hull`. A word that no name has may be misspelt: by one letter from four letters on, by two from
eight on (optimal string alignment, so that a swap of two letters is one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from math import log
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

__all__ = ["NearNames", "mistakes_in", "names_by_word"]

_NEAR: Final = 0.6  # share of the weight of a text's words that a near name has
_BESIDE: Final = 0.6  # of the likeness (Dice 1945) of the nearest that others must have
_COMMON: Final = 2_000  # names; a word that more of them have finds no name, it only adds weight
_MISSPELT: Final = 0.8  # weight of a word that is read with a mistake
_BEGINNING, _ENDING = 6, 4  # letters of a word that is begun, and at most of what it lacks
_LENGTHS: Final = ((8, 2), (4, 1))  # letters from which so many mistakes are thought of


def names_by_word(names: Iterable[str]) -> dict[str, set[str]]:
    """Return all names that hold a word, by the word."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for word in name.split():
            found[word].add(name)
    return dict(found)


def mistakes_in(word: str) -> int:
    """Return how many mistakes (OSA distance) are thought of in a word, by its length."""
    return next((mistakes for length, mistakes in _LENGTHS if len(word) >= length), 0)


class NearNames:
    """All names of things of one kind, folded to plain small letters and digits."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """Take the things of each name."""
        self._things = names
        self._misspelt: dict[str, list[str]] = {}

    def near(self, text: str) -> list[str]:
        """Return the things whose names have most of a folded text's words, the nearest first."""
        meant = {word: self._meant(word) for word in dict.fromkeys(text.split())}
        whole = sum(self._weight(word) for word in meant)
        alike: dict[str, float] = {}
        for name in self._holding(meant):
            words = set(name.split())
            shared = sum(self._found(word, meant[word], words) for word in meant)
            if shared < _NEAR * whole:
                continue
            likeness = 2 * shared / (whole + sum(self._weight(word) for word in words))
            for thing in self._things[name]:
                alike[thing] = max(alike.get(thing, 0), round(likeness, 6))
        least = _BESIDE * max(alike.values(), default=0)
        kept = [thing for thing, likeness in alike.items() if likeness >= least]
        return sorted(kept, key=lambda thing: (-alike[thing], thing))

    def _meant(self, word: str) -> list[str]:
        """Return the words of names that a word may be: itself, else nearly the same ones."""
        if word in self._names_with:
            return [word]
        if word not in self._misspelt:
            most = mistakes_in(word)
            self._misspelt[word] = [
                other
                for other, *_ in process.extract(
                    word, self._vocabulary, scorer=OSA.distance, score_cutoff=most, limit=None
                )
                if most
            ] or self._begun(word)
        return self._misspelt[word]

    def _begun(self, word: str) -> list[str]:
        """Return the words that a longer word may be the beginning of: `biobank`, `biobanking`."""
        if len(word) < _BEGINNING:
            return []
        longest = len(word) + _ENDING
        return [w for w in self._vocabulary if w.startswith(word) and len(w) <= longest]

    def _holding(self, meant: Mapping[str, list[str]]) -> set[str]:
        found: set[str] = set()
        for words in meant.values():
            for word in words:
                if len(self._names_with[word]) <= _COMMON:
                    found |= self._names_with[word]
        return found

    def _found(self, word: str, meant: list[str], words: set[str]) -> float:
        if word in words:
            return self._weight(word)
        return _MISSPELT * self._weight(word) * any(other in words for other in meant)

    def _weight(self, word: str) -> float:
        return log(1 + len(self._things) / len(self._names_with.get(word, "1")))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(word for word in self._names_with if len(word) >= _LENGTHS[-1][0])

    @cached_property
    def _names_with(self) -> Mapping[str, set[str]]:
        return names_by_word(self._things)
