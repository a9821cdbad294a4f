"""Delimited text to a frame of strings, losing no row without a word.

The official CSV quotes every field and separates fields by `;`. Two things go wrong with it in
ready-made readers: a short row is filled up in silence, and a field that itself begins with a
quotation mark is written with one mark too few (`"";""Deep learning"" ...`), which breaks or alters
the row. So a file is given to Polars only when counting shows it to be regular; otherwise each
record is cut at the literal `";"` and, if that does not fit, read by `_FIELD`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from permed.graph.errors import InputError

__all__ = ["Parsed", "Reject", "parse"]

_DELIMITERS = ";\t,|"
_LONGEST = 1 << 28  # characters of one field
_MERGE = 12  # pieces that one record with line breaks next to quotes may be made of
_LINES = 200  # lines tried for one record where the pieces do not fit
_LONE_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Reject:
    """A record that could not be read: its number (first data row is 1), its start, and why."""

    row: int
    start: str
    reason: str


@dataclass
class Parsed:
    """Accepted rows (all columns text, plus `source_row`), rejected ones, and doubts."""

    rows: pl.DataFrame
    rejects: list[Reject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Number of records found: accepted and rejected."""
        return self.rows.height + len(self.rejects)


def parse(data: bytes, name: str) -> Parsed:
    """Read delimited text of any of the known dialects; InputError when there is no header."""
    warnings: list[str] = []
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        warnings.append(f"{data.count(0)} NUL bytes were taken out")
        data = data.replace(b"\0", b"")
    text = _decode(data, warnings)
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    if not first.strip():
        raise InputError(f"{name}: the file is empty; download it again")
    delimiter, header = _header(first, name)
    quoted = first == '"' + f'"{delimiter}"'.join(h.replace('"', '""') for h in header) + '"'
    if quoted and (frame := _fast(text, delimiter, header)) is not None:
        return Parsed(frame, [], warnings)
    body = text.lstrip("\r\n")[len(first) :].lstrip("\r\n")
    del text, data
    width = len(header)
    if not quoted:
        return _assemble(_mixed(body, delimiter, width), header, warnings)
    records = _strict(body, delimiter, width) or _quoted(body, delimiter, width)
    return _assemble(records, header, warnings)


def _decode(data: bytes, warnings: list[str]) -> str:
    """Decode as UTF-8 (or UTF-16 by its mark); Windows-1252 where UTF-8 plainly does not fit."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="surrogateescape")
    lone = len(_LONE_BYTE.findall(text))
    whole = sum(1 for c in text if c > "\x7f") - lone
    if lone > whole:
        warnings.append("not UTF-8: read as Windows-1252")
        return data.decode("cp1252", errors="replace")
    warnings.append(f"{lone} bytes are not UTF-8: the rows that hold them are rejected")
    return text


def _header(first: str, name: str) -> tuple[str, list[str]]:
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        header = [h.strip() for h in next(csv.reader([first], delimiter=delimiter))]
    except csv.Error:
        header = []
    if len(header) < 2:
        raise InputError(f"{name}: no columns found in its first line; is it a CORDIS table?")
    twice = {h for h in header if header.count(h) > 1}
    if twice or "" in header:
        what = f"the column '{min(twice)}' stands twice" if twice - {""} else "a column has no name"
        raise InputError(f"{name}: {what} in its header; correct the first line")
    return delimiter, header


def _fast(text: str, delimiter: str, header: list[str]) -> pl.DataFrame | None:
    """Read a regular, wholly quoted file with Polars; None where counting finds it irregular."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:  # a lone byte that is not UTF-8
        return None
    if data.count(b'"') % 2 or not data.rstrip(b"\r\n").endswith(b'"'):
        return None
    mark = re.escape(delimiter).encode()
    if any(re.search(lead + rb'""[^"\r\n' + mark + rb"]", data) for lead in (mark, rb"\n")):
        return None
    try:
        frame = pl.read_csv(data, separator=delimiter, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    expected = (frame.height + 1) * (len(header) - 1)
    if frame.columns != header or data.count(f'"{delimiter}"'.encode()) != expected:
        return None
    rows = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True)
    return frame.with_columns(source_row=rows)


def _assemble(
    records: Iterable[list[str] | Reject], header: list[str], warnings: list[str]
) -> Parsed:
    good: list[list[str]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for number, record in enumerate(records, start=1):
        if isinstance(record, list) and _LONE_BYTE.search("".join(record)):
            record = Reject(0, header[0], "holds bytes that are not UTF-8: correct the encoding")
        if isinstance(record, Reject):
            start = _LONE_BYTE.sub("�", record.start)
            rejects.append(Reject(number, start, record.reason))
        else:
            good.append(record)
            numbers.append(number)
    columns = list(zip(*good, strict=True)) if good else [()] * len(header)
    data = {h: pl.Series(h, c, dtype=pl.String) for h, c in zip(header, columns, strict=True)}
    frame = pl.DataFrame({**data, "source_row": pl.Series(numbers, dtype=pl.Int64)})
    return Parsed(frame, rejects, warnings)


# --- wholly quoted files ---------------------------------------------------------------------


def _field_pattern(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    inner = rf'(?:[^"]++|""|"(?!{d}|\r?\n|\Z))*+'  # possessive: no backtracking over long texts
    return re.compile(rf'"({inner})"(?={d}|\Z)|([^"{d}\r\n]*)(?={d}|\Z)')


def _strict(body: str, delimiter: str, width: int) -> list[list[str] | Reject] | None:
    """Read a text that RFC 4180 describes; None where anything in it does not fit."""
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        records: list[list[str] | Reject] = [fields for fields in reader if fields]
    except csv.Error:
        return None
    return records if all(len(r) == width for r in records if isinstance(r, list)) else None


def _quoted(body: str, delimiter: str, width: int) -> Iterator[list[str] | Reject]:
    """Yield the records of a wholly quoted text, or rejects for what does not fit the header."""
    cut = _Cutter(delimiter, width)
    ends = [(m.start(), m.end()) for m in re.finditer(r'(?<=")(?:\r?\n)+(?=")', body)]
    starts = [0, *(e for _, e in ends)]
    stops = [*(s for s, _ in ends), len(body.rstrip("\r\n"))]
    i = 0
    while i < len(starts) and starts[i] < stops[-1]:
        last, fields = _joined(body, starts, stops, i, cut)
        if fields is not None:
            yield fields
        else:
            yield from _by_line(body[starts[i] : stops[i]], cut)
        i = last + 1


def _joined(
    body: str, starts: list[int], stops: list[int], i: int, cut: _Cutter
) -> tuple[int, list[str] | None]:
    """Fields of the record that begins with piece i, and the last piece that it is made of.

    A piece that is a whole record by itself is never taken into the one before it.
    """
    for last in range(i, min(i + _MERGE, len(starts))):
        if last > i and cut(body[starts[last] : stops[last]]) is not None:
            break
        piece = body[starts[i] : stops[last]]
        fields = cut(piece)
        if fields is not None:
            return last, fields
        if not cut.unfinished(piece):
            break
    return i, None


def _by_line(piece: str, cut: _Cutter) -> Iterator[list[str] | Reject]:
    """Find whole records among the lines of a piece that does not fit; reject what lies between."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", piece)
    i, bad = 0, ""
    while i < len(lines):
        last, fields = _longest(lines, i, cut)
        if fields is None:
            bad += lines[i]
        else:
            if bad.strip():
                yield cut.reject(bad)
            bad = ""
            yield fields
        i = last + 1
    if bad.strip():
        yield cut.reject(bad)


def _longest(lines: list[str], i: int, cut: _Cutter) -> tuple[int, list[str] | None]:
    piece = ""
    for last in range(i, min(i + _LINES, len(lines))):
        piece += lines[last]
        fields = cut(piece.rstrip("\r\n"))
        if fields is not None:
            return last, fields
        if not cut.unfinished(piece):
            break
    return i, None


class _Cutter:
    """Cuts one record into its fields; None where their number is not the header's."""

    def __init__(self, delimiter: str, width: int) -> None:
        self.between = f'"{delimiter}"'
        self.width = width
        self.pattern = _field_pattern(delimiter)

    def __call__(self, record: str) -> list[str] | None:
        if len(record) > 1 and record[0] == record[-1] == '"':
            parts = record[1:-1].split(self.between)
            if len(parts) == self.width:
                return [p.replace('""', '"') for p in parts]
        parts = self._lexed(record)
        return parts if len(parts) == self.width else None

    def unfinished(self, piece: str) -> bool:
        """Whether a record that begins so can go on: it is not too wide, and a quote is open."""
        return piece.count(self.between) < self.width and piece.count('"') % 2 == 1

    def _lexed(self, record: str) -> list[str]:
        fields, at = list[str](), 0
        while at <= len(record):
            match = self.pattern.match(record, at)
            if match is None:
                return []
            quoted, plain = match.groups()
            fields.append(plain if quoted is None else quoted.replace('""', '"'))
            at = match.end() + 1
        return fields

    def reject(self, record: str) -> Reject:
        found = record.count(self.between) + 1
        why = f"has {found} fields where the header has {self.width}"
        if found == self.width or len(record.rstrip()) < 2 or record.rstrip()[-1] != '"':
            why += " or ends within one"
        return Reject(0, record[:200], why + ": mend the row or download the file again")


# --- files that quote only where needed ------------------------------------------------------


class _Lines:
    """Lines with a position that can be set back, as csv.reader never reads ahead."""

    def __init__(self, text: str) -> None:
        self.lines = list(io.StringIO(text, newline=""))
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _mixed(body: str, delimiter: str, width: int) -> Iterator[list[str] | Reject]:
    """Yield the records of a text that quotes only some fields, or rejects."""
    csv.field_size_limit(_LONGEST)
    lines = _Lines(body)
    while lines.at < len(lines.lines):
        start = lines.at
        fields = _next(lines, delimiter)
        if fields is not None and len(fields) == width:
            yield fields
            continue
        lines.at = start + 1  # an open quote swallows rows: give back all but the first line
        line = lines.lines[start].rstrip("\r\n")
        if not line:
            continue
        plain = line.split(delimiter)
        if len(plain) == width and fields is None:  # quotes that are no CSV quotes
            yield plain
        else:
            n = len(fields) if fields is not None else len(plain)
            why = f"has {n} fields where the header has {width}: mend the row"
            yield Reject(0, line[:200], why)


def _next(lines: _Lines, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None
