"""Records of delimited text, cut so that no row is lost or altered without a word.

The official CSV of CORDIS quotes every field and separates fields by `;`. Two things go wrong with
it in ready-made readers: a short row is filled up in silence, and a field that itself begins with a
quotation mark is written with one mark too few (`"";""Deep learning"" ...`), which breaks or alters
the row. So a record of a wholly quoted file is cut at the literal `";"` and, if that does not fit,
by a pattern. Files that quote only where needed are cut by the rules of RFC 4180, and an open
quotation mark gives back the rows that it would swallow.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from permed.graph.tables.dialect import LONGEST, surplus

__all__ = ["Record", "Reject", "cut_mixed", "cut_quoted"]

_MERGE = 12  # pieces that one record with line breaks next to quotes may be made of
_LINES = 200  # lines tried for one record where the pieces do not fit


@dataclass(frozen=True)
class Reject:
    """A record that could not be read: its number (first data row is 1), its start, and why."""

    row: int
    start: str
    reason: str


Record = list[str] | Reject


def cut_quoted(body: str, delimiter: str, width: int, short: bool = False) -> Iterable[Record]:
    """Cut a text whose heading quotes every field; records are of the width, blank or rejects.

    `short`: a record may end early in a text that RFC 4180 describes; its cells are filled up.
    """
    strict = _strict(body, delimiter, width, short)
    return _quoted(body.lstrip("\r\n"), delimiter, width) if strict is None else strict


def cut_mixed(body: str, delimiter: str, width: int, short: bool = False) -> Iterable[Record]:
    """Cut a text that quotes only some fields; records are of the width, blank or rejects.

    `short`: as of `cut_quoted`.
    """
    strict = _strict(body, delimiter, width, short)
    return _mixed(body, delimiter, width) if strict is None else strict


def _strict(body: str, delimiter: str, width: int, short: bool) -> list[Record] | None:
    """Read a text that RFC 4180 describes; None where anything in it does not fit."""
    csv.field_size_limit(LONGEST)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        records: list[Record] = [_fitted(fields, width, short) for fields in reader]
    except csv.Error:
        return None
    return records if all(len(r) in {0, width} for r in records if isinstance(r, list)) else None


def _fitted(fields: list[str], width: int, short: bool = False) -> list[str]:
    """Drop the empty cells that spreadsheets leave beyond the heading; fill up a short record."""
    if short and len(fields) < width:
        filled = any(field.strip() for field in fields)
        fields = [*fields, *[""] * (width - len(fields))] if filled else []
    return fields if len(fields) <= width or surplus(fields, width) else fields[:width]


# --- wholly quoted files ---------------------------------------------------------------------


def _field_pattern(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    inner = rf'(?:[^"]++|""|"(?!{d}|\r?\n|\Z))*+'  # possessive: no backtracking over long texts
    return re.compile(rf'"({inner})"(?={d}|\Z)|([^"{d}\r\n]*)(?={d}|\Z)')


def _quoted(body: str, delimiter: str, width: int) -> Iterator[Record]:
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


def _by_line(piece: str, cut: _Cutter) -> Iterator[Record]:
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
        return Reject(0, record[:200], why + ": mend the row, or export or download the file again")


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


def _mixed(body: str, delimiter: str, width: int) -> Iterator[Record]:
    """Yield the records of a text that quotes only some fields, or rejects."""
    lines = _Lines(body)
    while lines.at < len(lines.lines):
        start = lines.at
        found = _next(lines, delimiter)
        fields = None if found is None else _fitted(found, width)
        if fields is not None and len(fields) in {0, width}:
            yield fields
            continue
        lines.at = start + 1  # an open quote swallows rows: give back all but the first line
        line = lines.lines[start].rstrip("\r\n")
        plain = _fitted(line.split(delimiter), width)
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
