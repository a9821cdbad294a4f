"""Names for readers: registers shout, a report does not."""

from __future__ import annotations

import re
from typing import Final

from permed.graph.readable_names import readable

__all__ = [
    "name_of", "place_of", "readable", "sentence_list", "short_form", "shortened", "with_article",
]  # fmt: skip

_INSIDE: Final = re.compile(r"(?<=[ -])(Aan|Am|De|Del|Della|Den|Der|Di|La|Le|Les|Sur)(?=[ -])")
_DISTRICT: Final = re.compile(r"(?<=[ (])[A-Z][a-z](?=\)?$)")  # Rozzano (MI), Boston MA
_PLURAL: Final = re.compile(
    r"^(?:United |Netherlands|Philippines|Bahamas|Gambia|Maldives|Comoros|Seychelles|Czech Rep)"
    r"|Republic$|Islands$|Territories$|Emirates$|^Congo|^Vatican"
)
_SHORTER: Final = 2 / 3  # of the letters of a name, from which on a short form is none


def name_of(thing: str, label: str) -> str:
    """Return the label of a thing; names of organisations in capitals in title case."""
    return readable(label) if thing.startswith("organisation/") else label


def place_of(city: str) -> str:
    """Return the name of a city; one in capitals as it is written elsewhere.

    Small words inside it are small; two letters at its end are a province or state.
    """
    if not city.isupper() or len(city) <= 3:
        return city
    calm = _INSIDE.sub(lambda word: word.group().lower(), city.title())
    return _DISTRICT.sub(lambda word: word.group().upper(), calm)


def with_article(country: str) -> str:
    """Return the name of a country as it stands in a sentence: the Netherlands."""
    return f"the {country}" if _PLURAL.search(country) else country


def short_form(acronym: str | None, name: str) -> str | None:
    """Return what stands beside a name as its short form, None where that is none.

    Registers write the name itself there, in other letters, with the acronym behind it or cut off.
    """
    return acronym if acronym and len(acronym) < _SHORTER * len(name) else None


def shortened(text: str, most: int = 42) -> str:
    """Return the text, cut with an ellipsis where it is longer than so many letters.

    It is cut at a word, or inside one that is longer than half of what may stand.
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    whole = cut.rsplit(" ", 1)[0] if text[most - 1] != " " else cut
    return (whole if 2 * len(whole) > most else cut).rstrip(" ,-–(") + "…"


def sentence_list(words: list[str]) -> str:
    """Join words as in a sentence: a, b and c."""
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
    )
