"""The outcome of matching one row, and the words that explain it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

__all__ = ["RESULT_SCHEMA", "Decision", "legible"]

RESULT_SCHEMA = {
    "match_id": pl.String,
    "match_name": pl.String,
    "match_score": pl.Float64,
    "decision": pl.String,
    "reason": pl.String,
    "match_status": pl.String,
    "successor": pl.String,
    "features": pl.String,
}


@dataclass(frozen=True)
class Decision:
    """``decision`` is accept, review or none; several ids and names are joined by ``;``.

    ``withdrawn``: what was asked for is a withdrawn record, whose heir ``match_id`` is.
    ``match_status`` (active, inactive, withdrawn) and ``successor`` have one entry an id.
    """

    match_id: str | None
    match_name: str | None
    match_score: float
    decision: str
    reason: str
    features: str = "{}"
    withdrawn: bool = False
    match_status: str | None = None
    successor: str | None = None

    @classmethod
    def none(cls, reason: str, score: float = 0.0, features: str = "{}") -> Decision:
        """No match, and why."""
        return cls(None, None, score, "none", reason, features)

    def row(self) -> tuple[str | float | None, ...]:
        """Values in the order of RESULT_SCHEMA."""
        score = round(self.match_score, 4)
        return (
            self.match_id, self.match_name, score, self.decision, self.reason, self.match_status,
            self.successor, self.features,
        )  # fmt: skip


def legible(features: Mapping[str, float]) -> str:
    """The features that are not nought, as JSON with three decimals."""
    return json.dumps({key: round(value, 3) for key, value in features.items() if value})
