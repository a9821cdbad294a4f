"""A sentence is a claim: what the report says, and the figures that it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

__all__ = ["Claim", "claim_table", "said", "share"]

Value = str | int | float | list[str]


@dataclass(frozen=True)
class Claim:
    """One sentence of the report.

    key: `{figure}.{what}`. values: every figure and every name in the sentence, the main one first.
    chance: what random networks of the same activities give for the main one on average; interval:
    where 95 % of them lie. coverage: share of the roles or activities looked at that state what the
    sentence needs. selection: in words.
    """

    key: str
    sentence: str
    values: Mapping[str, Value] = field(default_factory=dict)
    chance: float | None = None
    interval: tuple[float, float] | None = None
    coverage: float | None = None
    selection: str = ""

    def __repr__(self) -> str:
        return f"<Claim {self.key}: {self.sentence}>"


def share(value: float, decimals: int = 0) -> str:
    """Write a share as percent; never all or nothing where it is nearly so."""
    text = f"{value:.{decimals}%}"
    step = 10.0**-decimals
    if value < 1 and text == f"{1:.{decimals}%}":
        return f"more than {100 - step:.{decimals}f}%"
    if value > 0 and text == f"{0:.{decimals}%}":
        return f"less than {step:.{decimals}f}%"
    return text


def said(claims: Iterable[Claim]) -> str:
    """Return the sentences as running text."""
    return " ".join(claim.sentence for claim in claims)


def claim_table(claims: Iterable[Claim]) -> pl.DataFrame:
    """Return one row a sentence: key, sentence, values, chance, low, high, coverage, selection."""
    rows = [
        (
            claim.key,
            claim.sentence,
            "; ".join(f"{name}={_plain(value)}" for name, value in claim.values.items()),
            claim.chance,
            *(claim.interval or (None, None)),
            claim.coverage,
            claim.selection,
        )
        for claim in claims
    ]
    texts = ("key", "sentence", "values")
    numbers = ("chance", "low", "high", "coverage")
    schema = dict.fromkeys(texts, pl.String()) | dict.fromkeys(numbers, pl.Float64())
    return pl.DataFrame(rows, schema=schema | {"selection": pl.String()}, orient="row")


def _plain(value: Value) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
