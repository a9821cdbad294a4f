"""How often a release uses each class and property, read from its description."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.ontology import PREFIXES

__all__ = ["term_counts"]

_VOID: Final = PREFIXES["void"]


def term_counts(release: Path) -> dict[str, int]:
    """Return how often a release uses each class and property, by address, as its VoID says."""
    path = release / "void.ttl"
    if not path.is_file():
        return {}
    about: dict[str, dict[str, str]] = {}
    for quad in ox.parse(path=path):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(
            quad.object, ox.NamedNode | ox.Literal
        ):
            about.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    whole = [part for node, part in about.items() if "/dataset#" in node]
    terms = (("class", "entities"), ("property", "triples"))
    named = [(f"{_VOID}{term}", f"{_VOID}{count}") for term, count in terms]
    return {p[t]: int(p[n]) for p in whole for t, n in named if t in p and n in p}
