"""Somebody's table as networks take it: trimmed cells, columns without gaps, columns of numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.files.columns import is_heading
from permed.graph.tables import delimited

__all__ = ["FileTable", "Reading", "open_table", "read_table"]

_LARGEST = 1e100  # a square of it can be held
_BLANKS = r"[\s\u00a0\u202f'’]"  # what else parts thousands
_EDGE_WIDTHS = range(2, 5)
_TIES = ["source", "target", "weight"]


@dataclass(frozen=True)
class FileTable:
    """A table with every cell as trimmed text (empty is null), and where its rows stand."""

    path: str | Path
    frame: pl.DataFrame
    parsed: delimited.Parsed
    notes: list[str] = field(default_factory=list)

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
        """Return a column as numbers, decimal comma or point, thousands apart or not, empty null.

        InputError naming file and row for text, a negative or overlarge number, and where a comma
        or point may stand for either. How commas were read is a note.
        """
        text = self.column(name).str.replace_all(_BLANKS, "")
        plain, note = _without_thousands(text, f"{self.path}: {name}")
        if note:
            self.notes.append(f"{name}: {note}")
        values = plain.cast(pl.Float64, strict=False)
        bad = text.is_not_null() & ~(values.is_finite() & (values >= 0)).fill_null(False)
        for at in bad.arg_true().head(1):
            raise InputError(
                f"{self.row(at)}: {name} {text[at]!r} is no number of 0 or more; correct it"
            )
        for at in (values > _LARGEST).fill_null(False).arg_true().head(1):
            raise InputError(
                f"{self.row(at)}: {name} {text[at]!r} is more than {_LARGEST:g}, too large to"
                " calculate with; use a larger unit"
            )
        return values

    def row(self, at: int) -> str:
        """Return file and row as a message names them."""
        return f"{self.path}: row {self.parsed.sheet_row(at)}"


@dataclass(frozen=True)
class Reading:
    """Which rows of a file count. where: `column=value`; bare: it has no heading."""

    where: tuple[str, ...] = ()
    bare: bool = False


def open_table(path: str | Path, reading: Reading | None = None) -> FileTable:
    """Read a file of any dialect; NotFoundError for no file, InputError naming file and row.

    A list whose cells are parted by blanks alone, such as `1 2`, is read as a table too, and one
    whose first row is a tie like the others gets the heading source, target, weight.
    """
    reading = reading or Reading()
    parsed = delimited.read_table(path)
    if parsed.delimiter is None and parsed.encoding is not None and parsed.rows.width == 1:
        parsed = _by_blanks(Path(path)) or parsed
    trimmed = parsed.rows.with_columns(pl.all().str.strip_chars())
    cells = trimmed.with_columns(pl.when(pl.all() != "").then(pl.all()))
    table = FileTable(path, cells, parsed, list(parsed.warnings))
    if cells.width in (2, 3) and (reading.bare or not is_heading(cells.columns, cells)):
        table = _with_first_row(table)
    elif reading.bare:
        raise InputError(f"{path}: --no-heading is for lists of two or three columns")
    return _where(table, reading.where) if reading.where else table


def _with_first_row(table: FileTable) -> FileTable:
    """Make the heading the first row; its row number in the file stays."""
    first = pl.DataFrame([table.frame.columns], schema=_TIES[: table.frame.width], orient="row")
    rest = table.frame.rename(dict(zip(table.frame.columns, _TIES, strict=False)))
    numbers = [0, *table.parsed.numbers]
    parsed = replace(table.parsed, numbers=pl.Series(numbers, dtype=table.parsed.numbers.dtype))
    told = f"the first row ({', '.join(table.frame.columns)}) is read as data: no heading"
    whole = pl.concat([first.cast(pl.String), rest.cast(pl.String)])
    return FileTable(table.path, whole, parsed, [*table.notes, told])


def _where(table: FileTable, where: tuple[str, ...]) -> FileTable:
    """Keep the rows that pass `column=value`; of one column one value is enough."""
    wanted: dict[str, set[str]] = {}
    for said in where:
        name, sign, value = said.partition("=")
        if not sign:
            raise InputError(f"--where {said}: write column=value, e.g. year=2020")
        table.column(name.strip())
        wanted.setdefault(name.strip(), set()).add(value.strip())
    keep = pl.Series([True] * table.frame.height, dtype=pl.Boolean)
    for name, values in wanted.items():
        known = table.frame[name].cast(pl.String)
        missing = sorted(values - set(known.drop_nulls()))
        if missing:
            there = ", ".join(known.drop_nulls().unique().sort().head(5))
            raise InputError(
                f"{table.path}: no row has {name} {missing[0]!r}; there are {there} ..."
            )
        keep = keep & known.is_in(sorted(values)).fill_null(False)
    numbers = table.parsed.numbers.filter(keep)
    kept = table.frame.filter(keep)
    told = f"{kept.height:,} of {table.frame.height:,} rows pass --where {', '.join(where)}"
    return FileTable(table.path, kept, replace(table.parsed, numbers=numbers), [*table.notes, told])


def _by_blanks(path: Path) -> delimited.Parsed | None:
    data = re.sub(rb"[ \t]+", b"\t", path.read_bytes())
    found = delimited.parse(data, str(path))
    return found if found.rows.width in _EDGE_WIDTHS and not found.rejects else None


def _without_thousands(text: pl.Series, where: str) -> tuple[pl.Series, str | None]:
    """Write numbers with a point as the decimal sign; tell how commas were read, if any.

    A sign before exactly three digits parts thousands where another value shows it: it stands
    twice, or the other sign follows. It is the decimal sign where a value shows that.
    """
    commas = text.str.contains(",", literal=True)
    if not commas.any():
        twice = text.str.contains(r"^\d{1,3}(\.\d{3}){2,}$")
        return (text.str.replace_all(".", "", literal=True) if twice.any() else text), None
    shown = bool(text.str.contains(r"^\d{1,3}(,\d{3})+(\.\d+)?$").fill_null(False).any())
    parts = text.str.contains(r",\d{3},|,\d{3}\.").fill_null(False)
    decimal = (commas & ~text.str.contains(r"^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$")).fill_null(False)
    if parts.any() and decimal.any():
        raise InputError(f"{where} holds '{text.filter(parts)[0]}' and '{text.filter(decimal)[0]}':"
                         " commas cannot be both; write one of them otherwise")  # fmt: skip
    if parts.any():
        return text.str.replace_all(",", "", literal=True), "commas are read as parting thousands"
    if shown and not decimal.any():
        found = text.filter(commas)[0]
        raise InputError(f"{where} '{found}' may be {found.replace(',', '')} or"
                         f" {found.replace(',', '.')}; write it without the comma")  # fmt: skip
    plain = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.select(pl.when(commas).then(plain).otherwise(text)).to_series(), (
        "commas are read as decimal signs"
    )


def read_table(path: str | Path) -> pl.DataFrame:
    """Return the cells of `open_table`."""
    return open_table(path).frame
