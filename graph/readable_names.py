"""Names as people write them: registers shout, readers should not have to.

A name in capitals is put into title case. What is written otherwise stays: acronyms, legal forms,
Roman numerals, and the small words of European languages.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["readable"]

_SMALL: Final = frozenset(
    re.findall(
        r"\w+",
        "a an and as at au aux av bei by da das de dei del dell della delle dello degli der des "
        "den det di die do dos du e ed el en et for fuer für fur het i im in ja la las le les los "
        "mit n na ne o och of og on para per por pour pri sur the til u und van voor von y z za "
        "ze zu zum zur",
    )
)
_UPPER: Final = frozenset(
    re.findall(
        r"\w+",
        "AB AE AG AISBL AIT APS AS ASA ASBL AUSL BGI BV CEA CHU CIBER CNR CNRS CSIC DAC DIN EAD "
        "ECRIN EIT EOOD EPE EPFL ERIC ETH EU EV ICT IHU INRAE INSERM IRB IRCCS IT IVZW KTH KU MTÜ "
        "NHS NV OOD SA SARL SAS SAU SCARL SE SIA SL SLU SRL SRO TNO UAB UC UCL "
        "UK UMC US USL VTT VU VUB",
    )
)
_WRITTEN: Final = {
    "GMBH": "GmbH", "GGMBH": "gGmbH", "MBH": "mbH", "LTD": "Ltd", "DR": "Dr", "ST": "St",
    "SR": "sr", "INC": "Inc", "DOO": "d.o.o.", "SPA": "SpA", "OY": "Oy", "OYJ": "Oyj",
}  # fmt: skip
# European research infrastructures of this legal form go by their short names
_INFRASTRUCTURE: Final = re.compile(r"[\w-]+[ -]ERIC")
_DOTTED_SPA: Final = re.compile(r"\bS\.\s?P\.\s?A\b")
_POLISH: Final = re.compile(r"\bSp\.? ?z\.? ?o\.? ?o\b\.?", re.IGNORECASE)  # limited company
_SPOKEN: Final = 5  # letters; a short form of so many that has vowels is read as a word
_ROMAN: Final = re.compile(r"[IVX]{2,}")
_ELIDED: Final = frozenset(("l", "d", "dell", "dall", "all", "nell", "sull", "un", "qu", "s", "t"))
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’`´][^\W\d_]+)?")
_LOUD: Final = 0.8  # share of capitals among the letters from which a name shouts
_LEAST: Final = 8  # letters; a shorter name in capitals is an acronym


@lru_cache(maxsize=1 << 14)  # the same names stand on page after page
def readable(name: str, acronym: str | None = None) -> str:
    """Return a name in capitals in title case, others as they are.

    acronym: how the organisation is called for short; that word stays as it is, unless it is spoken
    as a word (`AALTO`) and so is calmed as the rest. So do words without a vowel, short forms of
    companies, Roman numerals, and up to six letters in brackets.
    """
    letters = [c for c in name if c.isalpha()]
    loud = sum(c.isupper() for c in letters) >= _LOUD * len(letters)
    if len(letters) < _LEAST or not re.search(r"[\s-]", name) or not loud:
        return name
    if _INFRASTRUCTURE.fullmatch(name):
        return name
    kept = {acronym} if acronym and " " not in acronym and not _spoken(acronym) else set()
    kept |= _own_initials(name)
    calm = _WORD.sub(lambda found: _word(found.group(), found.start(), name, kept), name)
    return _POLISH.sub("Sp. z o.o.", _DOTTED_SPA.sub("S.p.A", calm))


def _own_initials(name: str) -> set[str]:
    """Return the last word where it is made of the initials of the others: `... IRELAND SFI`."""
    *words, last = re.findall(r"[^\W\d_]+", name)
    told = [word[0] for word in words if word.lower() not in _SMALL]
    return {last} if len(last) > 2 and list(last) == told else set()


def _word(word: str, start: int, name: str, kept: set[str]) -> str:
    if mark := re.search(r"['’`´]", word):
        first, rest = word[: mark.start()], word[mark.end() :]
        return _elided(first, mark.group(), rest, start, name, kept)
    end = start + len(word)
    dotted = len(word) == 1 and "." in (name[end : end + 1], name[start - 1 : start])
    if word.lower() in _SMALL and start > 0 and not dotted and not _hyphened(name, start, end):
        return word.lower()
    if not word.isupper() or word in kept:  # somebody chose its letters
        return word
    if word in _WRITTEN:
        return _WRITTEN[word]
    bracketed = start > 0 and name[start - 1] == "(" and len(word) <= 6
    initials = len(word) <= 4 and not re.search("[AEIOUYÄÖÜÅÉ]", word)
    stays = word in _UPPER or bracketed or initials or dotted or _ROMAN.fullmatch(word)
    return word if stays else word.capitalize()


def _spoken(short: str) -> bool:
    """Whether a short form is read as a word: long enough, never three consonants in a row."""
    return (
        len(short) >= _SPOKEN
        and short.isalpha()
        and not re.search(r"[^AEIOUYÄÖÜÅÉ]{3}", short.upper())
        and len(re.findall(r"[AEIOUYÄÖÜÅÉ]+", short.upper())) > 1
    )


def _elided(first: str, mark: str, rest: str, start: int, name: str, kept: set[str]) -> str:
    """`DELL'AQUILA` is dell'Aquila, `CHILDREN'S` is Children's, `O'BRIEN` is O'Brien."""
    before = first.lower() if first.lower() in _ELIDED and start > 0 else first.capitalize()
    if len(rest) == 1:
        return f"{before}{mark}{rest.lower()}"
    return before + mark + _word(rest, start + len(first) + 1, name, kept)


def _hyphened(name: str, start: int, end: int) -> bool:
    """Whether a word is a part of a compound with hyphens, such as `A-LAB`."""
    return name[start - 1 : start] == "-" or (name[end : end + 1] == "-" and end - start == 1)
