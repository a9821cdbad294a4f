"""Tables in anybody's files: comma, semicolon or tab, with header, decimal point or comma."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError, NotFoundError

__all__ = ["numbers", "read_table", "required"]

_SEPARATORS = ("\t", ";", ",")


def read_table(path: str | Path) -> pl.DataFrame:
    """Return the table with every cell as trimmed text (empty is null).

    The separator is the one of tab, semicolon and comma that the header holds most often. UTF-8,
    with or without byte order mark. NotFoundError for no file; InputError naming file and row for
    one that is not text, has no header, or a row of another length.
    """
    file = Path(path)
    if not file.is_file():
        raise NotFoundError(f"{file}: no such file; check the path")
    text = _text(file)
    header = text.split("\n", 1)[0]
    if not header.strip():
        raise InputError(f"{file}: the first row is empty; it must name the columns")
    separator = max(_SEPARATORS, key=header.count)
    try:
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise InputError(_ragged(file, text, separator)) from error
    names = {name: name.strip() for name in frame.columns}
    trimmed = frame.rename(names).with_columns(pl.all().str.strip_chars())
    return trimmed.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _ragged(file: Path, text: str, separator: str) -> str:
    """Say which row has not as many cells as the header."""
    rows = csv.reader(text.splitlines(), delimiter=separator)
    width = len(next(rows))
    for number, row in enumerate(rows, start=2):
        if row and len(row) != width:
            return f"{file}: row {number} has {len(row)} cells, the header {width}; correct it"
    return f"{file}: cannot be read as a table; check quotes and the header"


def required(frame: pl.DataFrame, column: str, path: str | Path) -> pl.Series:
    """Return a column without gaps; InputError naming file, row and the columns there are."""
    if column not in frame.columns:
        raise InputError(f"{path}: no column {column!r}; it has {', '.join(frame.columns)}")
    values = frame[column]
    gaps = values.is_null().arg_true()
    if len(gaps):
        raise InputError(f"{path}: row {gaps[0] + 2} has no {column}; fill it or drop the row")
    return values


def numbers(frame: pl.DataFrame, column: str, path: str | Path) -> pl.Series:
    """Return a column as numbers, decimal comma or point, empty as null.

    InputError naming file and row for text, infinity or a negative number.
    """
    if column not in frame.columns:
        raise InputError(f"{path}: no column {column!r}; it has {', '.join(frame.columns)}")
    text = frame[column]
    values = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    bad = text.is_not_null() & ~(values.is_finite() & (values >= 0)).fill_null(False)
    rows = bad.arg_true()
    if len(rows):
        found = text[rows[0]]
        raise InputError(
            f"{path}: row {rows[0] + 2}: {column} {found!r} is no number of 0 or more; correct it"
        )
    return values
