"""Words, sentences and days of synthetic data, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["chosen", "days", "masked", "sentences", "texts", "unless"]

_FIRST_DAY: Final = np.datetime64("2021-01-01")
_BEGINNINGS: Final = (
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve",
)  # fmt: skip
_ENDINGS: Final = ("", "n", "r", "s", "l", "t")
_SENTENCES: Final = 4_000
_MEAN_WORDS: Final = 20  # a sentence: 15 of them have the length of an objective


@cache
def _words() -> pl.Series:
    """Some 1,500 words that mean nothing in any language."""
    pairs = [a + b + end for a in _BEGINNINGS for b in _BEGINNINGS for end in _ENDINGS]
    return pl.Series(pairs)


@cache
def _sentences() -> pl.Series:
    rng = np.random.default_rng(0)
    return texts(rng, _SENTENCES, _MEAN_WORDS).str.to_titlecase() + "."


def texts(rng: np.random.Generator, n: int, length: int, separator: str = " ") -> pl.Series:
    """Return n texts of so many words."""
    return _joined(_words(), rng, n, length, separator)


def sentences(rng: np.random.Generator, n: int, length: int) -> pl.Series:
    """Return n texts of so many sentences; some have a line break inside, as objectives have."""
    told = _joined(_sentences(), rng, n, length, " ")
    broken = pl.Series(rng.random(n) < 0.1)
    return pl.select(
        pl.when(broken).then(told.str.replace(". ", ".\n", literal=True)).otherwise(told)
    ).to_series()


def _joined(
    pool: pl.Series, rng: np.random.Generator, n: int, length: int, separator: str
) -> pl.Series:
    picked = pool.gather(rng.integers(0, pool.len(), n * length))
    columns = [picked.gather_every(length, at).alias(str(at)) for at in range(length)]
    return pl.select(pl.concat_str([pl.lit(c) for c in columns], separator=separator)).to_series()


def days(after: npt.NDArray[np.int64]) -> pl.Series:
    """Return days as text (YYYY-MM-DD), so many after the first of January 2021."""
    return pl.Series(
        (_FIRST_DAY + after.astype("timedelta64[D]")).astype("datetime64[ms]")
    ).dt.strftime("%Y-%m-%d")


def unless(missing: npt.NDArray[np.bool_], told: pl.Series) -> pl.Series:
    """Return the texts, null where one is marked as missing."""
    return pl.select(pl.when(pl.Series(~missing)).then(told)).to_series()


def chosen(rng: np.random.Generator, shares: Mapping[str, float], n: int) -> pl.Series:
    """Return n of the names, each as often as its share says."""
    weights = np.array(list(shares.values()), dtype=float)
    return pl.Series(list(shares)).gather(rng.choice(len(shares), n, p=weights / weights.sum()))


def masked(rng: np.random.Generator, told: pl.Series, share: float) -> pl.Series:
    """Return the texts with only this share of them filled."""
    return pl.select(pl.when(pl.Series(rng.random(told.len()) < share)).then(told)).to_series()
