"""How much two bags of words share, by the weight of the words."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from rapidfuzz.distance import Levenshtein

__all__ = ["RARE", "Overlap", "overlap"]

_ALIKE = 0.84
RARE = 1.0  # weight of a word that no name has


@dataclass(frozen=True)
class Overlap:
    """How much two bags of words share, by the weight of the words."""

    jaccard: float
    covered: float
    covers: float
    shared: float
    stray_query: float
    stray_name: float
    unmatched: frozenset[str]


def overlap(query: frozenset[str], name: frozenset[str], idf: dict[str, float]) -> Overlap:
    """Weighted overlap of two bags of words; words that nearly agree count as shared."""
    shared = set(query & name)
    left, right = set(query - name), set(name - query)
    for word in sorted(left):
        twin = next((other for other in sorted(right) if _alike(word, other)), None)
        if twin is not None:
            left.discard(word)
            right.discard(twin)
            shared.add(twin)
    # exact sums: the order of a set is another in every process
    both = fsum(idf.get(word, RARE) for word in shared)
    only_query = fsum(idf.get(word, RARE) for word in left)
    only_name = fsum(idf.get(word, RARE) for word in right)
    return Overlap(
        jaccard=both / (both + only_query + only_name or 1.0),
        covered=both / (both + only_query or 1.0),
        covers=both / (both + only_name or 1.0),
        shared=both,
        stray_query=max((idf.get(word, RARE) for word in left), default=0.0),
        stray_name=max((idf.get(word, RARE) for word in right), default=0.0),
        unmatched=frozenset(left),
    )


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or one[0] != other[0] or one.isdigit() or other.isdigit():
        return False
    if len(one) >= 5 and other.startswith(one):
        return True
    return bool(Levenshtein.normalized_similarity(one, other, score_cutoff=_ALIKE) >= _ALIKE)
