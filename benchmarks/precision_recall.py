"""Precision, recall and F1 of sets of identifiers, strict and as published, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

import polars as pl

__all__ = ["Counts", "count", "share"]


@dataclass(frozen=True)
class Counts:
    """Ids given and right, given, and asked for; strings whose whole set is right, or silent."""

    right: int
    given: int
    wanted: int
    whole: int
    silent: int
    rows: int

    def as_published(self) -> str:
        """The figures as the ROR affiliation-matching experiments count them.

        Recall there is the share of right answers among those and the strings without an answer;
        a wrong answer lowers precision only (f-scores/calculate_f_score.py of
        ror-community/affiliation-matching-experimental).
        """
        precision, recall = self.right / self.given, self.right / (self.right + self.silent)
        f1 = 2 * precision * recall / (precision + recall)
        return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"

    def lines(self) -> str:
        """The figures in words."""
        both = self.given + self.wanted
        return (
            f"precision {share(self.right, self.given)}, recall {share(self.right, self.wanted)}, "
            f"F1 {2 * self.right / both if both else 0:.3f}, "
            f"whole answer right {share(self.whole, self.rows)}"
        )


def share(part: int, whole: int) -> str:
    """A proportion with its 95 % Wilson interval."""
    if not whole:
        return "n/a"
    p, z = part / whole, 1.96
    centre = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole**2)) / (1 + z * z / whole)
    return f"{p:.3f} [{centre - half:.3f}, {centre + half:.3f}]"


def count(
    results: pl.DataFrame, truth: Sequence[Set[str]], unjudged: frozenset[str] = frozenset()
) -> Counts:
    """Compare accepted ids with the right ones; ``unjudged`` ones are left out of the given."""
    accepted = results["decision"] == "accept"
    right = given = whole = silent = 0
    for text, taken, wanted in zip(results["match_id"], accepted, truth, strict=True):
        mine = set(text.split(";")) - unjudged if taken else set()
        right, given = right + len(mine & wanted), given + len(mine)
        whole, silent = whole + (mine == wanted), silent + (not mine)
    return Counts(right, given, sum(map(len, truth)), whole, silent, len(truth))
