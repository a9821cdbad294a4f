"""The questions of the catalogue in groups that a reader looks for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, zip_longest
from typing import Final

from permed.queries.catalogue import Question

__all__ = ["by_theme", "first_of_each"]

# theme: tags that belong to it; the first tag of a question that is known decides
_THEMES: Final = {
    "Funders, calls and money": ("funder", "call", "budget"),
    "Who links whom": ("organisation", "membership", "consortium", "partnership", "network"),
    "Actions and projects": ("action", "project", "grant"),
    "Countries and regions": ("country", "region"),
    "Infrastructures": ("infrastructure", "alliance", "service"),
    "People and events": ("person", "event", "recognition", "best practice", "body"),
    "Topics and publications": ("topic", "publication", "recommendation"),
    "Sources, figures and identifiers": ("source", "figure", "identifier", "provenance", "search"),
}
_OTHERS: Final = "More"
_OF_TAG: Final = {tag: theme for theme, tags in _THEMES.items() for tag in tags}


def by_theme(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Return the questions by theme, in the order of themes; empty themes are left out."""
    found: dict[str, list[Question]] = {theme: [] for theme in (*_THEMES, _OTHERS)}
    for question in questions:
        theme = next((_OF_TAG[t] for t in question.tags if t in _OF_TAG), _OTHERS)
        found[theme].append(question)
    return {theme: held for theme, held in found.items() if held}


def first_of_each(questions: Iterable[Question], most: int) -> list[Question]:
    """Return some questions of many kinds: the first of every theme, then the second ..."""
    rows = zip_longest(*by_theme(questions).values())
    return [q for q in chain.from_iterable(rows) if q is not None][:most]
