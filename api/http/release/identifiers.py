"""Things by the identifiers that registries gave them, in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from permed.ingest.sources.ror.identifiers import clean

__all__ = ["REGISTRIES", "IdentifierIndex", "canonical"]

REGISTRIES: Final = (
    "ror", "pic", "fundref", "wikidata", "grid", "isni", "orcid", "grant", "doi", "vat",
    "cordis-rcn", "project-reference",
)  # fmt: skip
_CURIES: Final = {"rcn": "cordis-rcn", "crossref": "fundref", "funder": "fundref", "wd": "wikidata"}
_CURIE: Final = re.compile(r"\s*([A-Za-z][A-Za-z-]*)\s*:\s*(?!//)(\S.*)")
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
        registry, value = _parted(text)
        if registry is not None:
            return self._of(registry, value)
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
    """Return an identifier as the registry writes it, None where the text is none of its own.

    Takes addresses, CURIEs (`ROR:04bwf3e34`), blanks and letters of either case.
    """
    named, value = _parted(text)
    value = value if named == registry else text
    try:
        return clean(registry, value)
    except KeyError:
        return None


def _parted(text: str) -> tuple[str | None, str]:
    """Part a CURIE into registry and identifier; no registry where the text is none."""
    found = _CURIE.fullmatch(text)
    name = found[1].lower() if found else ""
    registry = _CURIES.get(name, name)
    return (registry, found[2]) if found and registry in REGISTRIES else (None, text)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()
