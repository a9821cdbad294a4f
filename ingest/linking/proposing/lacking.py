"""What a name says that no name of a record does: a subsidiary is not its group."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl
from rapidfuzz import fuzz

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import (
    canonical,
    city_key,
    country_aliases,
    parse_name,
)

__all__ = ["LACKING_SCHEMA", "lacking"]

LACKING_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"company": pl.Boolean, "lacks": pl.String}
# words that tell no part of an organisation from the whole, and legal forms of few places
_PLAIN: Final = frozenset({
    "ac", "anonimi", "association", "companies", "company", "corporation", "der", "e", "enterprise",
    "enterprises", "et", "etaireia", "europa", "europe", "foundation", "global", "group", "gruppe",
    "grupo", "gruppo", "industrial", "industrie", "industries", "industry", "international",
    "italian", "lbg", "limited", "nonprofit", "npc", "of", "sagl", "society", "sprl", "the", "uab",
    "und", "y",
})  # fmt: skip
_ALIKE: Final = 85.0  # likeness of words that are one in two spellings or numbers


def lacking(
    index: NameIndex, name: str, city: str | None, match_id: str | None
) -> tuple[bool | None, str | None]:
    """Return whether the record found is a company, and the telling words that its names lack.

    Places, and what companies are called in general, tell nothing; words are joined by a space.
    """
    row = index.row_of.get(match_id or "")
    if row is None:
        return None, None
    keys = [index.keys[at] for at in index.names_of[row]]
    known = {word for key in keys for word in key}
    whole = {"".join(key) for key in keys}
    place = {*city_key(city), *_country_words(index.countries[row])}
    left = [
        word
        for word in dict.fromkeys(parse_name(name).key)
        if word not in place and word not in _PLAIN and not _said(word, known, whole)
    ]
    return "company" in index.types[row], " ".join(left) or None


def _said(word: str, known: set[str], whole: set[str]) -> bool:
    if word in known or any(word in text for text in whole if len(word) > 3):
        return True
    return len(word) > 4 and any(fuzz.ratio(word, other) >= _ALIKE for other in known)


@cache
def _country_words(country: str | None) -> frozenset[str]:
    names = [words for words, code in country_aliases().items() if code == country]
    return frozenset(word for words in names for word in (*words, *canonical(words)))
