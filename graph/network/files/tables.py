"""Somebody's table as networks take it: trimmed cells, columns without gaps, columns of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError
from permed.graph.tables import delimited

__all__ = ["FileTable", "open_table", "read_table"]


@dataclass(frozen=True)
class FileTable:
    """A table with every cell as trimmed text (empty is null), and where its rows stand."""

    path: str | Path
    frame: pl.DataFrame
    parsed: delimited.Parsed

    def column(self, name: str) -> pl.Series:
        """Return a column; InputError names the file and the columns there are."""
        if name not in self.frame.columns:
            there = ", ".join(self.frame.columns)
            raise InputError(f"{self.path}: no column {name!r}; it has {there}")
        return self.frame[name]

    def required(self, name: str) -> pl.Series:
        """Return a column without gaps; InputError naming file, row and remedy."""
        values = self.column(name)
        for at in values.is_null().arg_true().head(1):
            raise InputError(f"{self.row(at)} has no {name}; fill it or drop the row")
        return values

    def numbers(self, name: str) -> pl.Series:
        """Return a column as numbers, decimal comma or point, empty as null.

        InputError naming file and row for text, infinity or a negative number.
        """
        text = self.column(name)
        values = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        bad = text.is_not_null() & ~(values.is_finite() & (values >= 0)).fill_null(False)
        for at in bad.arg_true().head(1):
            raise InputError(
                f"{self.row(at)}: {name} {text[at]!r} is no number of 0 or more; correct it"
            )
        return values

    def row(self, at: int) -> str:
        """Return file and row as a message names them."""
        return f"{self.path}: row {self.parsed.sheet_row(at)}"


def open_table(path: str | Path) -> FileTable:
    """Read a file of any dialect; NotFoundError for no file, InputError naming file and row."""
    parsed = delimited.read_table(path)
    trimmed = parsed.rows.with_columns(pl.all().str.strip_chars())
    return FileTable(path, trimmed.with_columns(pl.when(pl.all() != "").then(pl.all())), parsed)


def read_table(path: str | Path) -> pl.DataFrame:
    """Return the cells of `open_table`."""
    return open_table(path).frame
