"""The order of letters in lists: as people look names up, not as computers number letters.

As in the Unicode Collation Algorithm (UTS 10) with variable elements shifted: accents, capitals and
punctuation matter only where all else is the same, and scripts stand one after another.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["collation_key"]

# letters that are no base letter with a mark, and stand with the base letter all the same
_STANDS_WITH: Final = str.maketrans({
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
    "þ": "th", "ŋ": "n", "ƒ": "f",
})  # fmt: skip
_APART: Final = re.compile(r"[\W_]+")


def collation_key(text: str) -> tuple[str, str, str]:
    """Return what texts are compared by: letters, then accents, then all of it."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c)).translate(_STANDS_WITH)
    return _APART.sub(" ", letters).strip(), folded, text
