"""Things by the identifiers that registries gave them, in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from permed.graph.identifiers import normalise, recognise

__all__ = ["REGISTRIES", "IdentifierIndex", "canonical"]

REGISTRIES: Final = (
    "ror", "pic", "fundref", "wikidata", "grid", "isni", "orcid", "grant", "doi", "vat",
    "cordis-rcn", "project-reference",
)  # fmt: skip
_SHORTEST: Final = 4  # letters of an identifier that stands without its registry
_WEAK: Final = "cordis-rcn"  # numbers that mean another thing in another list of CORDIS


class IdentifierIndex:
    """Which things have an identifier, and which identifiers a thing has."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Rows: thing, registry, value."""
        self._things: dict[str, dict[str, list[str]]] = {}
        self._values: dict[str, dict[str, list[str]]] = {}
        for thing, registry, value in rows:
            key = canonical(registry, value) or _plain(value)
            self._things.setdefault(key, {}).setdefault(registry, []).append(thing)
            self._values.setdefault(thing, {}).setdefault(registry, []).append(value)

    def values(self, thing: str, registry: str) -> list[str]:
        """Return the identifiers that a registry gave a thing."""
        return sorted(self._values.get(thing, {}).get(registry, ()))

    def things(self, text: str) -> list[str]:
        """Return what has the identifier that the text is, whatever its spelling; else nothing."""
        told = recognise(text)
        if told is not None and (found := self._of(*told)):
            return found
        asked = text.strip()
        if len(asked) < _SHORTEST:
            return []
        strong = (r for r in REGISTRIES if r != _WEAK)
        found = [thing for r in strong for thing in self._of(r, asked)] or self._of(_WEAK, asked)
        return list(dict.fromkeys(found))

    def _of(self, registry: str, text: str) -> list[str]:
        key = canonical(registry, text) or _plain(text)
        return sorted(set(self._things.get(key, {}).get(registry, ())))


def canonical(registry: str, text: str) -> str | None:
    """Return an identifier as the registry writes it, None where the text is none of its own."""
    return normalise(registry, text) if registry in REGISTRIES else None


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()
