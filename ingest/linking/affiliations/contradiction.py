"""Whether a string says that an organisation lies in another country than its record does."""

from __future__ import annotations

from permed.ingest.linking.affiliations.candidates import Span
from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.names.index import NameIndex

__all__ = ["WITHIN", "elsewhere"]

# what the registry and the world hold to be a country of its own, and the one it belongs to
WITHIN = {"HK": "CN", "MO": "CN", "PR": "US", "RE": "FR", "GP": "FR", "MQ": "FR"}


def elsewhere(index: NameIndex, text: Affiliation, span: Span) -> str | None:
    """Say which other country the string speaks of; None where it does not contradict the record.

    Places within the name itself (``University of New England``) say nothing of where it lies.
    """
    country = index.countries[span.entity]
    if country is None or {country, WITHIN.get(country)} & text.countries:
        return None
    first, last = text.token_at[span.start], text.token_at[span.end - 1]
    for _, start, end in text.places.named:
        if end <= first or last < start:
            words = [w for w, token in enumerate(text.token_at) if start <= token < end]
            said = text.as_written(words[0], words[-1] + 1) if words else ""
            return f"another country than '{said}'"
    if text.places.named:
        return None
    own = set(text.tokens[first : last + 1])
    around = f" {' '.join(text.tokens[:first])} , {' '.join(text.tokens[last + 1 :])} "
    cities = index.cities[span.entity]
    if not text.countries or any(f" {' '.join(city)} " in around for city in cities):
        return None
    towns = {word for city in cities for word in city} - own
    for place in sorted(text.places.certain):
        if not own.issuperset(place) and not towns.intersection(place):
            return f"another country than '{' '.join(place)}' in {min(text.countries)}"
    return None
