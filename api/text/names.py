"""Names for readers: registers shout, a report does not."""

from __future__ import annotations

import re

__all__ = ["name_of", "place_of", "readable", "sentence_list", "shortened"]

_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an and at av by da das de dei del della degli der des di die do dos du e ed el en et "
        "for für fur i in la las le les los n o of og on per pour the til u und van voor y z za zu "
        "zum zur",
    )
)
_UPPER = frozenset(
    re.findall(
        r"\w+",
        "AB AG AS BV CHU CNRS EIT ERIC EU EV IRCCS KU NV OY SA SARL SAS SL SPA SRL UMC UK US VU",
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def readable(name: str) -> str:
    """Return a name in capitals in title case, others as they are.

    Words without a vowel, short forms of companies, and up to six letters in brackets stay.
    """
    letters = [c for c in name if c.isalpha()]
    loud = sum(c.isupper() for c in letters) >= 0.8 * len(letters)
    if len(letters) < 8 or " " not in name or not loud:
        return name
    return _WORD.sub(lambda match: _word(match.group(), match.start(), name), name)


def _word(word: str, start: int, name: str) -> str:
    if word.lower() in _SMALL and start > 0:
        return word.lower()
    if not word.isupper():  # somebody chose its letters
        return word
    if word == "GMBH":
        return "GmbH"
    bracketed = start > 0 and name[start - 1] == "(" and len(word) <= 6
    initials = len(word) <= 4 and not re.search("[AEIOUYÄÖÜÅÉ]", word)
    return word if word in _UPPER or bracketed or initials else word.capitalize()


def name_of(thing: str, label: str) -> str:
    """Return the label of a thing; names of organisations in capitals in title case."""
    return readable(label) if thing.startswith("organisation/") else label


def place_of(city: str) -> str:
    """Return the name of a city; one in capitals as it is written elsewhere."""
    return city.title() if city.isupper() and len(city) > 3 else city


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
