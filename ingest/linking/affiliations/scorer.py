"""Two scorers in a row: the second knows what the first thought of the other candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from permed.ingest.linking.affiliations.rivals import Relations, second_features
from permed.ingest.linking.scoring.boosted_trees import BoostedTrees, Floats, boosted_trees_from

__all__ = ["HOPELESS", "AffiliationScorer", "affiliation_scorer_from", "with_first_chances"]

HOPELESS = 0.02


@dataclass(frozen=True)
class AffiliationScorer:
    """``first`` judges a candidate by itself and its rivals' evidence, ``second`` by the chances
    that ``first`` gave all of them; candidates under HOPELESS keep what ``first`` said.
    """

    first: BoostedTrees
    second: BoostedTrees
    thresholds: Mapping[str, float]

    def probabilities(
        self, rows: Sequence[Mapping[str, float]], relations: Sequence[Relations]
    ) -> Floats:
        """Probability for each row; the candidates of a string stand together, in order."""
        matrix = self.first.matrix(rows)
        chances = self.first.probabilities(matrix)
        hopeful = chances >= HOPELESS
        wide = with_first_chances(matrix, chances, relations)[hopeful]
        chances[hopeful] = self.second.probabilities(wide)
        return chances


def with_first_chances(matrix: Floats, chances: Floats, relations: Sequence[Relations]) -> Floats:
    """The matrix (candidates, features) with SECOND_FEATURES behind its columns."""
    if not relations:
        return matrix
    ends = np.cumsum([relation.size for relation in relations])[:-1]
    parts = zip(relations, np.split(chances, ends), strict=True)
    found = [second_features(relation, mine) for relation, mine in parts]
    return np.hstack([matrix, np.concatenate(found)])


def affiliation_scorer_from(weights: Mapping[str, Any]) -> AffiliationScorer:
    """Build both scorers from the JSON written by benchmarks/train_matching.py."""
    first, second = boosted_trees_from(weights["first"]), boosted_trees_from(weights["second"])
    return AffiliationScorer(first, second, weights["thresholds"])
