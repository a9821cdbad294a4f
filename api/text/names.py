"""Names for readers: registers shout, a report does not."""

from __future__ import annotations

from permed.graph.readable_names import readable

__all__ = ["name_of", "place_of", "readable", "sentence_list", "shortened"]


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
