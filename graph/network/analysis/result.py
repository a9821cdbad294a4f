"""The answer to a question about a network."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

__all__ = ["Result", "result"]


@dataclass(frozen=True)
class Result:
    """The table of an answer, and what a reader must know beside it."""

    table: pl.DataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        columns = ", ".join(self.table.columns)
        return f"<Result: {self.table.height:,} rows of {columns}; {len(self.notes)} notes>"


def result(table: pl.DataFrame, *notes: str | None) -> Result:
    """Return an answer, notes once each, without empty ones; NaN and infinity become null."""
    numbers = pl.col(pl.Float64)
    finite = table.with_columns(pl.when(numbers.is_finite()).then(numbers).name.keep())
    return Result(finite, tuple(dict.fromkeys(note for note in notes if note)))
