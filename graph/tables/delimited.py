"""The one reader of strangers' tables: CSV, TSV, any delimiter, workbooks; one answer to one file.

Every cell is text, and no row is lost without a word: what cannot be read is a reject with its row
number. Who wants rejects as issues takes `parse`; who wants a file without fault, `read_table`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from permed.graph.encoding import LONE_BYTE, decode
from permed.graph.errors import InputError
from permed.graph.files import read_bytes
from permed.graph.tables.dialect import (
    NO_DELIMITER,
    SAMPLED,
    Dialect,
    above_heading,
    find_dialect,
    heading_of,
)
from permed.graph.tables.missing import emptied, without_missing
from permed.graph.tables.records import Record, Reject, cut_mixed, cut_quoted
from permed.graph.tables.workbook import is_workbook, read_sheet

__all__ = ["Parsed", "Reject", "parse", "read_table", "sound"]

_FIELD = b"\x02"  # stands for a quoted field; no text holds it


@dataclass(frozen=True)
class Parsed:
    """Accepted rows (all columns text, empty where nothing stands), and what else was found.

    `numbers` holds the number of each row: 1 is the first below the heading, which a spreadsheet
    numbers `heading_row` + 1; blank rows count. `encoding` and `delimiter` are None for a workbook.
    """

    rows: pl.DataFrame
    numbers: pl.Series
    rejects: list[Reject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    marked: bool = False  # the text begins with a byte-order mark
    heading_row: int = 1

    @property
    def read(self) -> int:
        """Number of records found: accepted and rejected."""
        return self.rows.height + len(self.rejects)

    def sheet_row(self, at: int) -> int:
        """Return the number that a spreadsheet shows beside the row at a place of the frame."""
        return self.heading_row + int(self.numbers[at])


def parse(
    data: bytes,
    name: str,
    wanted: Sequence[str] = (),
    *,
    encoding: str | None = None,
    keep_blank: bool = False,
    missing: Sequence[str] = (),
    short_rows: bool = False,
) -> Parsed:
    """Read a table of any dialect from a file's bytes; `name` is that of the file in messages.

    `wanted` are columns that the heading must have, which helps to find it. `encoding` overrules
    what the bytes look like. `keep_blank` keeps blank rows as empty ones. `missing` are words,
    such as NA, that stand where nothing is known: their cells are read as empty. `short_rows`
    takes rows that end before the heading does, as editors that trim lines leave them. Cells
    beyond the heading are dropped where they are empty; a column without a name is dropped where
    it is empty, and called `column 3` where it is not. InputError where there is no table, or two
    columns have one name.
    """
    if is_workbook(data, name):
        parsed = _of_workbook(data, name, wanted, keep_blank)
    else:
        parsed = _of_text(data, name, wanted, encoding, keep_blank, short_rows)
    if not keep_blank:
        parsed = _without_blank(parsed)
    rows, told = emptied(parsed.rows, missing)
    return replace(parsed, rows=rows, warnings=[*parsed.warnings, *told])


def _of_text(
    data: bytes,
    name: str,
    wanted: Sequence[str],
    encoding: str | None,
    keep_blank: bool,
    short_rows: bool,
) -> Parsed:
    decoded = decode(data, name, encoding)
    dialect = find_dialect(decoded.text, name, wanted)
    body = decoded.text[dialect.start :]
    told = [*decoded.warnings, *dialect.warnings]
    parsed = _fast(body, dialect)
    if parsed is None:
        body, missing = without_missing(body, dialect)
        told += missing
        cut = cut_quoted if dialect.wholly_quoted else cut_mixed
        records = cut(body, dialect.delimiter, len(dialect.heading), short_rows)
        if LONE_BYTE.search(body):
            records = map(_undamaged, records)
        parsed = _assemble(records, len(dialect.heading), keep_blank)
    delimiter = None if dialect.delimiter == NO_DELIMITER else dialect.delimiter
    return replace(
        _named(parsed, dialect.heading, name),
        warnings=told,
        encoding=decoded.encoding,
        delimiter=delimiter,
        marked=decoded.marked,
        heading_row=dialect.row,
    )


def read_table(
    path: str | Path,
    wanted: Sequence[str] = (),
    *,
    encoding: str | None = None,
    keep_blank: bool = False,
    missing: Sequence[str] = (),
) -> Parsed:
    """Read a file as `parse` does, and refuse it where a row cannot be read.

    NotFoundError for no file; InputError naming file and row.
    """
    file = Path(path)
    data, name = read_bytes(file), str(file)
    parsed = parse(data, name, wanted, encoding=encoding, keep_blank=keep_blank, missing=missing)
    return sound(parsed, file)


def sound(parsed: Parsed, path: str | Path) -> Parsed:
    """Return a table as it is; InputError names the first row that could not be read."""
    for reject in parsed.rejects[:1]:
        row = parsed.heading_row + reject.row
        raise InputError(f"{path}: row {row} {reject.reason}; quote cells that hold the delimiter")
    return parsed


def _of_workbook(data: bytes, name: str, wanted: Sequence[str], keep_blank: bool) -> Parsed:
    grid, told = read_sheet(data, name)
    at = heading_of(grid[:SAMPLED], wanted)
    heading = [cell.strip() for cell in grid[at]]
    rows: list[Record] = [row if any(row) else [] for row in grid[at + 1 :]]
    titles = sum(1 for row in grid[:at] if any(row))
    if titles:
        told.append(above_heading(titles))
    parsed = _named(_assemble(rows, len(heading), keep_blank), heading, name)
    return replace(parsed, warnings=told, heading_row=at + 1)


def _fast(body: str, dialect: Dialect) -> Parsed | None:
    """Read a regular text with Polars; None where counting finds it irregular.

    Regular is a text that quotes every field, one without a quotation mark, and one that quotes
    whole fields as RFC 4180 has it.
    """
    delimiter, names = dialect.delimiter, [str(n) for n in range(len(dialect.heading))]
    try:
        data = body.encode()
    except UnicodeEncodeError:  # a lone byte that is not UTF-8
        return None
    plain = b'"' not in data
    bare = None  # of a heading in quotes, what stands without them needs a closer look
    if not dialect.wholly_quoted:
        bare = data if plain else _without_quoted(data, delimiter)
    by_marks = bare is None or not _plainly(bare)
    if len(names) < 2 or (by_marks and (plain or not _quoted(data, delimiter))):
        return None
    head = f"{delimiter.join(names)}\n".encode()
    try:
        frame = pl.read_csv(
            head + data,  # without a head, some texts look compressed to Polars
            separator=delimiter, infer_schema=False, quote_char=None if plain else '"',
            empty_string_is_null=False, extra_columns="raise",
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    between = f'"{delimiter}"' if by_marks else delimiter
    counted = data if by_marks or bare is None else bare
    if counted.count(between.encode()) != frame.height * (len(names) - 1):
        return None
    return Parsed(frame, pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True))


def _without_quoted(data: bytes, delimiter: str) -> bytes | None:
    """What stands outside quotation marks, a mark for each quoted field; None if any is odd."""
    if data.count(b'"') % 2 or _FIELD in data:
        return None
    bare = re.sub(rb'"[^"]*"', _FIELD, data)
    edge = re.escape(delimiter).encode() + rb"\r\n" + _FIELD
    odd = re.search(rb"[^" + edge + rb"]" + _FIELD + rb"|" + _FIELD + rb"[^" + edge + rb"]", bare)
    return bare if odd is None else None


def _plainly(data: bytes) -> bool:
    """Whether every line of a text without quotation marks is a row."""
    lines = data.count(b"\n")
    blank = data.startswith((b"\n", b"\r")) or b"\n\n" in data or b"\n\r" in data
    return bool(data) and not blank and data.count(b"\r") in {0, data.count(b"\r\n")} and lines > 0


def _quoted(data: bytes, delimiter: str) -> bool:
    """Whether quotation marks are even, and no field begins with one too few."""
    mark = re.escape(delimiter).encode()
    odd = data.count(b'"') % 2 or not data.rstrip(b"\r\n").endswith(b'"')
    return not odd and not any(
        re.search(lead + rb'""[^"\r\n' + mark + rb"]", data) for lead in (mark, rb"\n", rb"\A")
    )


def _undamaged(record: Record) -> Record:
    if isinstance(record, Reject) or not LONE_BYTE.search("".join(record)):
        return record
    return Reject(0, record[0], "holds bytes that are not UTF-8: correct the encoding")


def _assemble(records: Iterable[Record], width: int, keep_blank: bool) -> Parsed:
    good: list[list[str]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for number, record in enumerate(records, start=1):
        if isinstance(record, Reject):
            rejects.append(Reject(number, LONE_BYTE.sub("\ufffd", record.start), record.reason))
        elif record or keep_blank:
            good.append(record or [""] * width)
            numbers.append(number)
    columns = list(zip(*good, strict=True)) if good else [()] * width
    data = {str(n): pl.Series(column, dtype=pl.String) for n, column in enumerate(columns)}
    return Parsed(pl.DataFrame(data), pl.Series(numbers, dtype=pl.Int64), rejects)


def _without_blank(parsed: Parsed) -> Parsed:
    """Leave out the rows of empty cells that spreadsheets write below a table."""
    columns = [parsed.rows[name] for name in parsed.rows.columns]
    if not columns or not (columns[0].str.strip_chars() == "").any():
        return parsed
    filled = parsed.rows.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series()
    return replace(parsed, rows=parsed.rows.filter(filled), numbers=parsed.numbers.filter(filled))


def _named(parsed: Parsed, heading: Sequence[str], name: str) -> Parsed:
    """Give the columns their names; those without one are dropped where they are empty."""
    if LONE_BYTE.search("".join(heading)):
        raise InputError(
            f"{name}: its heading holds bytes that are not UTF-8; correct the encoding"
        )
    rows = parsed.rows
    unnamed = {column for column, h in zip(rows.columns, heading, strict=True) if not h}
    empty = {c for c in unnamed if not (rows[c].str.strip_chars() != "").any()}
    names = [h or f"column {n}" for n, h in enumerate(heading, start=1)]
    kept = {c: n for c, n in zip(rows.columns, names, strict=True) if c not in empty}
    twice = next((n for n, times in Counter(kept.values()).items() if times > 1), None)
    if twice is not None:
        raise InputError(f"{name}: the column '{twice}' stands twice in its heading; rename one")
    return replace(parsed, rows=rows.select(list(kept)).rename(kept))
