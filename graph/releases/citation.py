"""How a release is cited, on which terms it is given, and where it comes from, for every file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from permed.graph.releases.release import Release

__all__ = ["LICENCE", "Citation", "citation_of", "file_facts"]

LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_CREATOR: Final = "PerMed Graph contributors"
_TITLE: Final = "PerMed Graph"
_ABOUT: Final = (
    "Open knowledge graph of the personalised-medicine research ecosystem in Europe and its "
    "partners since 2014: who funds, coordinates, hosts, staffs and shares what, with the source "
    "of every statement."
)


@dataclass(frozen=True)
class Citation:
    """What is said of a release where it is cited: `built` is a day (ISO 8601)."""

    release: str
    base: str
    built: str
    sources: tuple[Mapping[str, Any], ...]
    title: str = _TITLE
    about: str = _ABOUT
    creator: str = _CREATOR

    @property
    def text(self) -> str:
        """The citation as a sentence."""
        year = self.built[:4]
        return f"{self.creator} ({year}): {self.title}, release {self.release}. {self.base}dataset"


def citation_of(release: Release) -> Citation:
    """Return how a release is cited."""
    receipt = release.receipt
    sources = tuple(receipt.get("sources", {}).values())
    return Citation(release.id, release.base, str(receipt.get("built", ""))[:10], sources)


def file_facts(citation: Citation, *asked: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what every file of a release says of itself; `asked` is what it was asked for."""
    sources = "; ".join(_source(source) for source in citation.sources)
    return (
        ("Release", citation.release),
        *((name, value) for name, value in asked if value),
        ("Sources", sources),
        ("Licence", f"{LICENCE['title']}, {LICENCE['path']}"),
        ("Cite as", citation.text),
        ("Day", citation.built),
    )


def _source(source: Mapping[str, Any]) -> str:
    terms = ", ".join(str(source[k]) for k in ("publisher", "licence") if source.get(k))
    return f"{source.get('title', '')} ({terms})" if terms else str(source.get("title", ""))
