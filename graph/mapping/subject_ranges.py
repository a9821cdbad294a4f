"""Ranges of subjects: a graph of any size is put in order range by range."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

__all__ = ["SubjectRanges"]


@dataclass(frozen=True)
class SubjectRanges:
    """Ranges that follow one another in the order of strings, each from its bound on; all first."""

    bounds: tuple[str, ...] = ()

    @classmethod
    def of(cls, sample: pl.DataFrame, triples_each: int) -> SubjectRanges:
        """Return ranges of about so many triples; sample: columns s, weight (triples it is for)."""
        found = sample.drop_nulls("s").group_by("s").agg(pl.col("weight").sum()).sort("s")
        before = found["weight"].cum_sum() - found["weight"]
        which = found.with_columns(range=before // triples_each)
        firsts = which.group_by("range", maintain_order=True).first()["s"]
        return cls(tuple(firsts[1:]))

    @property
    def count(self) -> int:
        """How many ranges there are."""
        return len(self.bounds) + 1

    def split(self, frame: pl.DataFrame) -> list[pl.DataFrame]:
        """Return the rows of each range by column s."""
        if not self.bounds:
            return [frame]
        which = pl.Series(self.bounds).search_sorted(frame["s"], side="right")
        parts = frame.with_columns(range=which).partition_by("range", as_dict=True)
        none = frame.clear()
        return [
            none if (part := parts.get((n,))) is None else part.drop("range")
            for n in range(self.count)
        ]
