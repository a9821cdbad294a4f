"""The likeliest records of a name, each with its chance and the evidence, for people to choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.linking.names.candidates import name_pairs
from permed.ingest.linking.names.features import NameQuery
from permed.ingest.linking.names.parsing import country_code
from permed.ingest.linking.scoring.boosted_trees import boosted_trees_from, load_weights

__all__ = ["NameCandidate", "name_candidates"]

Row = tuple[str | None, str | None, str | None]  # name, country, city


@dataclass(frozen=True)
class NameCandidate:
    """One record with its chance (0 to 1) and the features that are not nought."""

    id: str
    name: str
    score: float
    features: dict[str, float]


def name_candidates(matcher: Matcher, rows: Sequence[Row], most: int) -> list[list[NameCandidate]]:
    """Return for each name up to `most` records, the likeliest first."""
    index, scorer = matcher.index, boosted_trees_from(load_weights("names"))
    queries = [NameQuery.of(n or "", country_code(country), city) for n, country, city in rows]
    found = [name_pairs(index, query) for query in queries]
    every = [pair.features for pairs in found for pair in pairs]
    scores: Iterator[float] = iter(scorer.probabilities(scorer.matrix(every)).tolist())
    ranked = []
    for pairs in found:
        scored = sorted(((next(scores), pair) for pair in pairs), key=lambda both: -both[0])
        ranked.append(
            [
                NameCandidate(
                    index.ids[pair.entity],
                    index.entities["name"][pair.entity],
                    round(score, 4),
                    {k: round(v, 3) for k, v in pair.features.items() if v},
                )
                for score, pair in scored[:most]
            ]
        )
    return ranked
