"""A candidate at a place of an affiliation string, and how well the string's places fit it."""

from __future__ import annotations

from dataclasses import dataclass

from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.names.index import NameIndex

__all__ = ["KINDS", "Span", "place_fit"]

KINDS = ("parent", "acronym", "branch", "near", "exact")


@dataclass(frozen=True)
class Span:
    """A candidate entity at words ``start`` to ``end`` of a string.

    ``kind`` is exact, near, acronym, branch (a child, in a city of the string, of an entity that
    is named) or parent (of an entity that is named); ``sharers`` counts the entities of that very
    name; ``finds`` counts the places where the entity was found.
    """

    entity: int
    name: int
    start: int
    end: int
    kind: str
    sharers: int
    finds: int = 1


def place_fit(index: NameIndex, text: Affiliation, entity: int) -> int:
    """How well the places of a string fit an entity: country counts two, city one."""
    fit = 0
    if text.countries:
        fit = 2 if index.countries[entity] in text.countries else -2
    for city in index.cities[entity]:
        if text.mentions(city):
            return fit + 1
    return fit
