"""Themes that group the questions of the catalogue for readers, by their tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = ["THEMES", "theme_of", "without_theme"]

# theme: tags that belong to it; the first tag of a question decides
THEMES: Final = {
    "Funders, calls and money": ("funder", "call", "budget"),
    "Who links whom": (
        *("organisation", "membership", "consortium", "partnership", "network"),
        *("role", "coordinator"),
    ),
    "Actions and projects": ("action", "project", "grant"),
    "Countries and regions": ("country", "region"),
    "Infrastructures": ("infrastructure", "alliance", "service"),
    "People and events": ("person", "event", "recognition", "best practice", "body"),
    "Topics and publications": ("topic", "publication", "recommendation", "classification"),
    "Sources, figures and identifiers": ("source", "figure", "identifier", "provenance", "search"),
}
_OF_TAG: Final = {tag: theme for theme, tags in THEMES.items() for tag in tags}


def theme_of(tags: Iterable[str]) -> str:
    """Return the theme of a question with these tags; KeyError where the first has none."""
    return _OF_TAG[next(iter(tags))]


def without_theme(tags: Iterable[str]) -> list[str]:
    """Return the tags that belong to no theme."""
    return [tag for tag in tags if tag not in _OF_TAG]
