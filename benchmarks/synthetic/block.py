"""Projects are made a block at a time: their numbers, and what several files say of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["FIRST_GRANT", "Block"]

FIRST_GRANT = 880_000_000  # nine digits that begin with 88, as no grant's do


@dataclass(frozen=True)
class Block:
    """One block of projects: their numbers, and the random numbers that are theirs alone."""

    first: int
    count: int
    times: float
    seed: int

    def rng(self, what: str) -> np.random.Generator:
        """Return the generator of one kind of row: files are made one after the other."""
        key = [self.seed, self.first, *what.encode()]
        return np.random.default_rng(np.random.SeedSequence(key))

    @property
    def numbers(self) -> pl.Series:
        """Numbers of the projects, over all blocks."""
        return pl.Series("n", np.arange(self.first, self.first + self.count))

    @property
    def ids(self) -> pl.Series:
        """Grant numbers, counted from `FIRST_GRANT`."""
        return (self.numbers + FIRST_GRANT).cast(pl.String).alias("projectID")

    @property
    def acronyms(self) -> pl.Series:
        """Acronyms, which say that the project is none."""
        return "SYNTHETIC-" + self.numbers.cast(pl.String)

    @property
    def topics(self) -> npt.NDArray[np.int64]:
        """Number of the topic of each project: some 2,300 at any size, a few of them large."""
        return self.rng("topic").zipf(1.3, self.count) % 2_300
