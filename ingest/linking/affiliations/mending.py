"""Scars of other people's files in affiliation strings: lost breaks, footnote marks, entities."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from permed.ingest.linking.names.parsing import canonical, fold, unit_kinds

__all__ = ["mended"]

_BREAK, _TAB = re.compile(r"#[NR]#|\xa0"), "#TAB#"
_RUN_ON = re.compile(r"\b(University|Institute|College|School|Department|Faculty|Academy)of\b")
_BODY = "Department|Institute|University|School|Faculty|Division|Cent(?:er|re)|College|Hospital"
_MARK = re.compile(rf"(?<![^\s,;.(])(?:\d{{1,2}}(?=[A-Z][a-zß-ÿ]{{2}})|[a-f](?=(?:{_BODY})\b))")
_POSTCODE = re.compile(r"(?<=[a-zß-ÿ]{3})(?=\d{3,})|(?<=\d{3})(?=[A-ZÀ-Þ][a-zß-ÿ]{2}|USA?\b|UK\b)")
_WORD = re.compile(r"[^\W\d_]+")
_SEAM = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z]{2})(?=[A-ZÀ-Þ][a-zß-ÿ]{3})")
_OPENS = re.compile(r" (?:of|for|de|di|du|der|des|für|the)\b")
_SPEAKS = 4  # letters of a piece that is a word of its own, and no code


def mended(text: str, known: Callable[[str], bool]) -> str:
    """Return a text without the scars of other people's files.

    Those are entities (``&amp;``), written-out breaks (``#TAB#``), footnote marks at a word
    (``1Monash University``) and words joined where a break was lost (``InstituteUniversity of
    LeedsLeeds``). ``known`` says whether a canonical word stands in any name: what does is left as
    it is (``AstraZeneca``), and what is cut apart must be such words.
    """
    text = _BREAK.sub(" ", html.unescape(text).replace(_TAB, "\t"))
    text = _MARK.sub(r"\g<0> ", _RUN_ON.sub(r"\1 of", text))
    text = _POSTCODE.sub(", ", text)
    if _SEAM.search(text) is None:
        return text
    return _WORD.sub(lambda match: _cut_apart(match, known), text)


def _cut_apart(match: re.Match[str], known: Callable[[str], bool]) -> str:
    """A word cut at its seams, if it is none itself and its pieces are."""
    word = match.group()
    pieces = _SEAM.sub(" ", word).split(" ")
    if len(pieces) == 1 or _known(word, known):
        return word
    if not all(_code(piece) or _known(piece, known) for piece in pieces):
        return word
    ends = [*pieces[1:-1], pieces[-1] + match.string[match.end() : match.end() + 5]]
    cut = pieces[0]
    for before, after in zip(pieces, ends, strict=False):
        parts = len(pieces) > 2 or _unit(before) or (_OPENS.search(after) and _unit(after))
        cut += (", " if parts and canonical(fold(before)) else " ") + after
    return cut[: len(cut) - (len(ends[-1]) - len(pieces[-1]))]


def _known(piece: str, known: Callable[[str], bool]) -> bool:
    words = canonical(fold(piece))
    return not words or (len(piece) >= _SPEAKS and all(map(known, words)))


def _code(piece: str) -> bool:
    """Whether a piece is the code of a place (``CA``, ``USA``)."""
    return len(piece) < _SPEAKS and piece.isupper()


def _unit(piece: str) -> bool:
    return any(word in unit_kinds() for word in canonical(fold(piece))[:1])
