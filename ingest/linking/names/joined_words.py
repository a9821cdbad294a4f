"""Words that ran together where a source joined two lines (``RESEARCHINSTITUTE``), cut apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import canonical, legal_words

__all__ = ["cut_apart"]

_LONG = 8  # letters of a word that may be two
_HALF = 4  # letters of a half that says something
_COMMON = 0.8  # weight up to which a word is one that several names have


def cut_apart(index: NameIndex, words: Sequence[str]) -> Iterator[str]:
    """Canonical words, those that no name has cut in two where both halves are common words.

    Of several cuts the one with the commonest halves is taken; stop words and legal forms go.
    """
    for word in words:
        halves = None if word in index.idf or len(word) < _LONG else _halves(index, word)
        yield from (word,) if halves is None else halves


def _halves(index: NameIndex, word: str) -> tuple[str, ...] | None:
    best, found = 2 * _COMMON, None
    for at in range(2, len(word) - 1):
        both = (*_read(word[:at]), *_read(word[at:]))
        weights = [index.idf.get(part, 1.0) for part in both]
        if both and max(weights) <= _COMMON and sum(weights) <= best:
            best, found = sum(weights), both
    return found


def _read(half: str) -> tuple[str, ...]:
    """A half in canonical words; none for a stop word or legal form, an unknown one where short."""
    words = () if half in legal_words() else canonical((half,))
    return words if not words or len(half) >= _HALF else ("",)
