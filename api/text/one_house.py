"""Whether two names suggest one house, such as a university and its hospital."""

from __future__ import annotations

import re
from typing import Final

from anyascii import anyascii

__all__ = ["names_suggest_one_house"]

_SHORTEST: Final = 4  # letters of a word that tells
_LEAST: Final = 2  # such words that both names have
_SHARE: Final = 0.5  # of the words of the shorter name
# beginnings of words that many houses have
_COMMON: Final = (
    "univers", "hospital", "klinik", "institut", "research", "recerca", "fundac", "fundaz", "fond",
    "stichting", "technisch", "technolog", "centr", "zentr", "academ", "akadem", "national",
    "nacional", "nazional", "medic", "mediz", "health", "science", "gmbh", "limited", "europe",
)  # fmt: skip


def names_suggest_one_house(one: str, other: str) -> bool:
    """Say whether two names share two telling words, and half of those of the shorter name.

    It goes by names alone: a hint for a reader, no fact of the data.
    """
    mine, theirs = _telling(one), _telling(other)
    both = mine & theirs
    return len(both) >= _LEAST and len(both) >= _SHARE * min(len(mine), len(theirs))


def _telling(name: str) -> set[str]:
    words = re.findall(r"[a-z]+", anyascii(name).lower())
    return {w for w in words if len(w) >= _SHORTEST and not w.startswith(_COMMON)}
