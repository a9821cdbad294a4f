"""Texts of sources as plain text: no markup, no entities, no control characters, no idle blanks.

Titles come with HTML and MathML (`<i>BRCA1</i>`, `CO<sub>2</sub>`), with entities, even escaped
twice (`&amp;amp;`), and with characters that no reader sees. The shapes refuse all of that
(`ontology/shapes/texts.ttl`), so it is taken off here, for every source alike; and with it what a
workbook writes for a control character, `_x000D_` (ECMA-376, part 1, 22.9.2.19).
"""

from __future__ import annotations

import html
import re
from typing import Final

import polars as pl

__all__ = ["MANY_LINES", "plain_text", "plain_texts"]

# columns whose texts may have several lines
MANY_LINES: Final = frozenset({"abstract", "authors", "definition", "note", "reason", "text"})

_SUSPECT: Final = (
    r"[<&\x00-\x1f\x7f-\xa0\x{ad}\x{200b}\x{2028}\x{2029}\x{feff}\x{fffd}-\x{ffff}]"
    r"|_x00[01]|^\s|\s$|\s\s|^$"
)
_BREAK: Final = re.compile(r"</?(?:br|p|div|li|ul|ol|h[1-6]|tr|td)\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\ufeff\ufffd-\uffff]")
_WORKBOOK: Final = re.compile(r"_x(00[01][0-9A-Fa-f])_")  # a control character, escaped
_DEEPEST: Final = 3  # times that a text may have been escaped


def plain_text(text: str, many_lines: bool = False) -> str | None:
    """Return a text without markup, entities and control characters; None where nothing is left.

    Line breaks become blanks unless the text may have many lines; runs of blanks become one.
    """
    for _ in range(_DEEPEST):
        before = text
        text = html.unescape(text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
        if text == before:
            break
    text = _WORKBOOK.sub(lambda found: chr(int(found[1], 16)), text)
    text = _CONTROL.sub("", text.replace("\x85", "\n").replace("\u2028", "\n"))
    if many_lines:
        lines = (" ".join(line.split()) for line in text.splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() or None
    return " ".join(text.split()) or None


def plain_texts(column: str) -> pl.Expr:
    """Return a column of texts as plain text; only what looks suspect is touched."""
    many_lines = column in MANY_LINES

    def clean(texts: pl.Series) -> pl.Series:
        suspect = texts.filter(texts.str.contains(_SUSPECT)).unique()
        if suspect.is_empty():
            return texts
        plain = pl.Series([plain_text(text, many_lines) for text in suspect], dtype=pl.String)
        return texts.replace_strict(suspect, plain, default=texts, return_dtype=pl.String)

    return pl.col(column).map_batches(clean, return_dtype=pl.String)
