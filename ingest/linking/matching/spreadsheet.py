"""Somebody's CSV file as it comes: any delimiter and encoding, read as a stream and checked."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from permed.graph.errors import InputError

__all__ = ["Spreadsheet", "open_spreadsheet"]

_DELIMITERS = (",", ";", "\t", "|")
_LARGEST_FIELD = 10_000_000
_USUAL = "utf-8-sig"
_WORKBOOK = b"PK\x03\x04"  # .xlsx and .ods are zip archives
_EXCEL_HINT = re.compile(r'"?sep=(.)"?\s*$')  # what Excel writes above the header


@dataclass(frozen=True)
class Spreadsheet:
    """A file that can be read: how, its column names, and how many rows stand under them."""

    path: Path
    encoding: str
    delimiter: str
    header: list[str]
    hinted: bool = False
    rows: int = 0

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows under the header, an empty line as empty fields.

        Raises InputError, naming file and row, where a row has another width, quotes are left
        open, or the text has another encoding.
        """
        number = 1
        with _told(self.path, self.encoding):
            reader = _reader(self.path, self.encoding, self.delimiter, self.hinted)
            next(reader, None)
            try:
                for number, row in enumerate(reader, start=2):
                    if row and len(row) != len(self.header):
                        raise self._ragged(number, len(row))
                    yield row or [""] * len(self.header)
            except csv.Error as error:
                raise InputError(
                    f"{self.path}: row {number + 1} is not readable as CSV ({error});"
                    " check its quotes"
                ) from error

    def _ragged(self, number: int, width: int) -> InputError:
        return InputError(
            f"{self.path}: row {number} has {width} fields, the header {len(self.header)};"
            " quote fields that hold the delimiter"
        )


def open_spreadsheet(path: Path, wanted: list[str], encoding: str | None = None) -> Spreadsheet:
    """Find out encoding and delimiter (comma, semicolon, tab, bar), and read the file through once.

    The encoding is UTF-8, or UTF-16 by the mark at the beginning, unless it is told. The delimiter
    is one under which the header has all `wanted` columns; of several, the first under which every
    row is whole, so that a plain list, one name a line, may hold commas. Raises InputError, naming
    file, row and remedy.
    """
    with _told(path, encoding or _USUAL):
        encoding = _encoding(path, encoding)
    with _told(path, encoding):
        hint = _hint(path, encoding)
        usable = (hint,) if hint else _DELIMITERS
        headers = {d: _header(path, encoding, d, hint is not None) for d in usable}
    fitting = [d for d in usable if set(wanted) <= set(headers[d])]
    if not fitting:
        raise _missing(path, wanted, max(headers.values(), key=len))
    return _whole([Spreadsheet(path, encoding, d, headers[d], hint is not None) for d in fitting])


def _whole(sheets: list[Spreadsheet]) -> Spreadsheet:
    """The first reading without a fault, with its rows counted; else what is wrong with it."""
    faults = []
    for sheet in sheets:
        if len(set(sheet.header)) < len(sheet.header):
            raise InputError(f"{sheet.path}: row 1 repeats a column name; rename it first")
        try:
            return replace(sheet, rows=sum(1 for _ in sheet))
        except InputError as error:
            faults.append(error)
    raise faults[0]


def _encoding(path: Path, told: str | None) -> str:
    if told is not None:
        try:
            "".encode(told)
        except LookupError as error:
            raise InputError(f"unknown encoding '{told}'; write one such as cp1252") from error
        return told
    with path.open("rb") as stream:
        head = stream.read(1000)
    if head.startswith(_WORKBOOK):
        raise InputError(f"{path}: is a workbook or archive; save the sheet as CSV (UTF-8)")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head.partition(b"\n")[0]:
        raise InputError(
            f"{path}: row 1 holds NUL bytes; save it as UTF-8 CSV, or name its encoding, such as"
            " --encoding utf-16-le"
        )
    return _USUAL


def _reader(path: Path, encoding: str, delimiter: str, hinted: bool) -> Iterator[list[str]]:
    """Rows of the file, the header first; open quotes are errors, so that they swallow no rows."""
    csv.field_size_limit(_LARGEST_FIELD)
    with path.open(encoding=encoding, newline="") as stream:
        if hinted:
            stream.readline()
        yield from csv.reader(stream, delimiter=delimiter, strict=True)


def _hint(path: Path, encoding: str) -> str | None:
    with path.open(encoding=encoding, newline="") as stream:
        found = _EXCEL_HINT.match(stream.readline())
    return found[1] if found else None


def _header(path: Path, encoding: str, delimiter: str, hinted: bool) -> list[str]:
    """Names of the columns; none where the quotes make no sense under this delimiter."""
    try:
        return next(_reader(path, encoding, delimiter, hinted), [])
    except csv.Error:
        return []


def _missing(path: Path, wanted: list[str], header: list[str]) -> InputError:
    if not header:
        return InputError(f"{path}: row 1 has no column names; begin the file with them")
    missing = ", ".join(c for c in wanted if c not in header)
    return InputError(
        f"{path}: row 1 has no column {missing}; columns found: {', '.join(header)[:300]};"
        " name one of these, or separate columns by comma, semicolon, tab or bar"
    )


@contextmanager
def _told(path: Path, encoding: str) -> Iterator[None]:
    """Tell in one line why a file cannot be read."""
    try:
        yield
    except UnicodeError as error:
        line = _undecodable(path, encoding)
        where = f"line {line} is" if line else "is"
        raise InputError(
            f"{path}: {where} not {encoding.removesuffix('-sig').upper()}; save it as UTF-8 CSV,"
            " or name its encoding, such as --encoding cp1252"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; check the path") from error


def _undecodable(path: Path, encoding: str) -> int | None:
    """Number of the first line that is no UTF-8; None for encodings of more bytes a letter."""
    if encoding != _USUAL:
        return None
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return None
