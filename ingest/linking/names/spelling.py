"""Umlauts in their three spellings, ``ä``, ``ae`` and ``a``, and when two words only look alike.

Folding makes one word of all three, so that *Universitaet* finds *Universität* and *Universitat*.
``ae`` and ``a`` are one only where one of the texts has the umlaut itself: *Aedas* is not *ADAS*.
"""

from __future__ import annotations

import re
from functools import lru_cache

from permed.ingest.linking.names.parsing import fold, fold_letters

__all__ = ["MAY_BE_UMLAUT", "spellings", "spelt_apart"]

MAY_BE_UMLAUT = "(?i)[äöüåæøœ]|[aou]\u0308|a\u030a|ae|oe|ue|aa"
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_UMLAUT = re.compile("[äöüåøæ]")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
def spellings(text: str) -> dict[str, frozenset[str]]:
    """Folded words of a text that hold an umlaut or a pair of letters that may stand for one.

    Each with the ways to write it: ``Bär`` gives bar (bar, baer), ``Aedas`` gives adas (aedas).
    """
    found: dict[str, frozenset[str]] = {}
    for word in _WORD.findall(text.lower()):
        plain, folded = fold_letters(word), fold(word)
        umlaut = _UMLAUT.search(word)
        if len(folded) == len(plain) == 1 and (umlaut or plain != folded):
            ways = {*plain, *folded, *fold_letters(word.translate(_SPELT))} if umlaut else {*plain}
            found[folded[0]] = found.get(folded[0], frozenset()) | ways
    return found


def spelt_apart(one: str, other: str) -> bool:
    """Whether a word that folding makes equal is written apart in two texts (Aedas, ADAS)."""
    mine, theirs = spellings(one), spellings(other)
    if not mine and not theirs:
        return False
    shared = (mine.keys() & {*fold(other)}) | (theirs.keys() & {*fold(one)})
    return any(
        mine.get(word, frozenset((word,))).isdisjoint(theirs.get(word, frozenset((word,))))
        for word in shared
    )
