"""Texts and numbers of CSV that spreadsheet programs would take for something else.

Two things go wrong without a word: a text that begins as a formula is run, and a number with three
decimals (`0.987`) becomes 987 where the comma parts decimals, because the point then parts
thousands. The first gets an apostrophe, the second one more zero, which changes no value.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final

import polars as pl

__all__ = ["csv_frame", "flat", "harmless", "harmless_csv", "plain_numbers"]

_FORMULA: Final = r"^[=+\-@\t\r]"
_NUMBER: Final = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"
_THOUSANDS: Final = r"^([+-]?\d{1,3}\.\d{3})$"  # what a comma locale reads as thousands


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with lists joined by semicolons, as one cell can hold them."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    joined = [
        pl.col(name).cast(pl.List(pl.String)).list.join("; ", ignore_nulls=True) for name in lists
    ]
    return frame.with_columns(joined)


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run as formulas; numbers stay."""
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA) & ~pl.col(name).str.contains(_NUMBER))
        .then(pl.concat_str(pl.lit("'"), name))
        .otherwise(name)
        .alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )


def plain_numbers(frame: pl.DataFrame, decimals: int | None = None) -> pl.DataFrame:
    """Write numbers with a point as texts that no locale takes for thousands.

    decimals: so many in every number of the table; without, as many as each number needs, but
    never three. Values stay exactly what they are where no number of decimals is given.
    """
    texts = []
    for name, dtype in frame.schema.items():
        if dtype.is_float():
            texts.append(_number_text(frame[name], decimals))
    return frame.with_columns(texts)


def _number_text(numbers: pl.Series, decimals: int | None) -> pl.Series:
    if decimals is not None:
        written = [None if v is None else f"{v:.{decimals}f}" for v in numbers]
        return pl.Series(numbers.name, written, dtype=pl.String)
    return numbers.cast(pl.String).str.replace(_THOUSANDS, "${1}0")


def csv_frame(frame: pl.DataFrame, decimals: int | None = None) -> pl.DataFrame:
    """Return a table as CSV writes it for spreadsheets: flat, harmless, numbers as texts."""
    return plain_numbers(harmless(flat(frame)), decimals)


def harmless_csv(text: bytes) -> bytes:
    """Make the cells of a CSV file harmless: formulas get an apostrophe, numbers no three decimals.

    What is a number there and what a text is told by its form alone.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(text.decode(), newline="")):
        writer.writerow(map(_harmless_cell, row))
    return out.getvalue().encode()


def _harmless_cell(cell: str) -> str:
    if re.fullmatch(_NUMBER, cell):
        return re.sub(_THOUSANDS, r"\g<1>0", cell)
    return f"'{cell}" if re.match(_FORMULA, cell) else cell
