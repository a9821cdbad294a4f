"""How each candidate of a name stands beside its rivals."""

from __future__ import annotations

from collections.abc import Sequence

from permed.ingest.linking.names.features import Pair

__all__ = ["with_rivals"]


def with_rivals(pairs: Sequence[Pair]) -> list[Pair]:
    """Add to each pair what its best rival looks like; rivals in another country count less."""
    strengths = [_strength(pair.features) for pair in pairs]
    sames = [_same(pair.features) for pair in pairs]
    fits = [pair.features["country_differs"] == 0 for pair in pairs]
    enriched = []
    for number, pair in enumerate(pairs):
        others = [strength for at, strength in enumerate(strengths) if at != number]
        rivals = {
            "rival_jaccard": max(others, default=0.0) - strengths[number],
            "rival_same": float(sum(s for at, s in enumerate(sames) if at != number)),
            "rivals_here": float(
                sum(
                    s and f
                    for at, (s, f) in enumerate(zip(sames, fits, strict=True))
                    if at != number
                )
            ),
        }
        enriched.append(Pair(pair.entity, pair.name, {**pair.features, **rivals}))
    return enriched


def _same(features: dict[str, float]) -> bool:
    return bool(features["same_words"] or features["acronym_same"] or features["same_text"])


def _strength(features: dict[str, float]) -> float:
    return (
        max(features["jaccard"], 0.9 * features["part_jaccard"])
        + 0.3 * features["same_text"]
        - 0.4 * features["country_differs"]
        + 0.1 * features["city_same"]
        - 0.1 * features["city_differs"]
    )
