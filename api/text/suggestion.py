"""What a reader may have meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from permed.api.text.names import shortened

__all__ = ["unknown"]

_ALIKE: Final = 65.0  # of 100, below which a guess would mislead
_LISTED: Final = 20


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """Say that a word is not among the known ones, with the nearest of them and the others."""
    options = list(known)
    best = process.extractOne(
        word[:80], options, scorer=fuzz.ratio, processor=default_process, score_cutoff=_ALIKE
    )
    guess = f" (did you mean {best[0]}?)" if best else ""
    more = len(options) - _LISTED
    listed = ", ".join(options[:_LISTED]) + (f" and {more} more" if more > 0 else "")
    return f"unknown {what} {shortened(word, 80)!r}{guess}; there are: {listed}"
