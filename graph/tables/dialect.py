"""How a stranger's delimited text is laid out: delimiter, heading, and what stands above it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from permed.graph.errors import InputError

__all__ = [
    "LONGEST",
    "NO_DELIMITER",
    "SAMPLED",
    "Dialect",
    "above_heading",
    "find_dialect",
    "heading_of",
    "number_only",
    "surplus",
]

DELIMITERS = ";\t,|"
LONGEST = 1 << 28  # characters of one field
NO_DELIMITER = "\x1f"  # delimiter of a table of one column: stands in no text
_SAMPLE = 200_000  # characters among which these are
SAMPLED = 100  # records from which it is judged
_ABOVE = 30  # records above the heading at most
_HINT = re.compile(r'"?sep=(.)"?\s*')  # what Excel writes above the heading
_NUMBER = re.compile(r"\s*[-+]?\d+([.,]\d+)*([eE][-+]?\d+)?\s*")


@dataclass(frozen=True)
class Dialect:
    """Layout of a text: delimiter, fields of the heading, and where its rows begin.

    `start` is the offset of the first row in the text; `row` is the number that a spreadsheet
    shows beside the heading, or that of the row before the first where there is no heading.
    `wholly_quoted`: the heading quotes every field.
    """

    delimiter: str
    heading: list[str]
    start: int
    row: int
    wholly_quoted: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Record:
    start: int
    end: int
    fields: list[str]


def find_dialect(text: str, name: str, wanted: Sequence[str] = ()) -> Dialect:
    """Find the layout from the first records; `wanted` are columns that the heading must have.

    The delimiter is the one of `;`, tab, `,` and `|` (or the one that Excel's `sep=` line names)
    under which quotation marks come in pairs and the most records are as wide as the heading: the
    lines of a quoted cell may look like a table of their own, but they part its marks. Title rows,
    blank rows and `#` lines above the heading are passed over and told; a first row of numbers is
    data without a heading.
    InputError where the text is empty or is a web page.
    """
    _refuse(text, name)
    hint = _HINT.fullmatch(_line(text, 0))
    comments, at = _comments(text, len(_line(text, 0)) if hint else 0)
    skipped = len(comments) + (hint is not None)
    named = _in_comment(text, comments, at)
    if named is not None:
        return replace(named, row=skipped)
    if not text[at : at + _SAMPLE].strip() and not text[at:].strip():
        raise InputError(f"{name}: holds no table; its first row must name the columns")
    usable = hint[1] if hint else DELIMITERS
    readings = [_Reading(text, at, delimiter, wanted) for delimiter in usable]
    return max(readings, key=lambda reading: reading.score).dialect(skipped)


def _refuse(text: str, name: str) -> None:
    head = text[:_SAMPLE].lstrip()
    if not head and not text.strip():
        raise InputError(f"{name}: the file is empty; export or download it again")
    if re.match(r"<(!doctype html|html|head|body)\b", head, re.IGNORECASE):
        raise InputError(f"{name}: is a web page, no table; download the file itself again")


def _line(text: str, at: int) -> str:
    found = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)").match(text, at)
    return found[0] if found else ""


def _comments(text: str, at: int) -> tuple[list[str], int]:
    """The `#` lines that the text begins with, and the offset behind them."""
    lines = []
    while text.startswith("#", at):
        lines.append(_line(text, at))
        at += len(lines[-1])
    return lines, at


def _in_comment(text: str, comments: list[str], at: int) -> Dialect | None:
    """A heading that is written as a comment: `#id<tab>name`, or above bare numbers as in SNAP."""
    if not comments:
        return None
    last = comments[-1].strip().removeprefix("#")
    for delimiter in DELIMITERS:
        fields = [field.strip() for field in last.split(delimiter)]
        first = next(_sample(text, at, delimiter), _Record(at, at, fields)).fields
        plain = not last.startswith((" ", "\t")) or number_only(first)
        if len(fields) == len(first) > 1 and all(fields) and plain:
            return Dialect(delimiter, fields, at, 0, False)
    return None


def _sample(text: str, at: int, delimiter: str) -> Iterator[_Record]:
    """The first records; one that the sample cuts is left out where others stand before it."""
    csv.field_size_limit(LONGEST)
    whole = len(text) - at <= _SAMPLE
    lines = _OffsetLines(text[at : at + _SAMPLE] if len(text) - at > _SAMPLE else text[at:])
    start = 0
    for number, fields in enumerate(csv.reader(lines, delimiter=delimiter)):
        cut = not whole and lines.at >= _SAMPLE
        if number >= SAMPLED or (cut and number):
            return
        yield _Record(at + start, at + lines.at, fields)
        start = lines.at


class _OffsetLines:
    """The lines of a text, and the offset behind the last one given out."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.at += len(line)
            yield line


def number_only(fields: Sequence[str]) -> bool:
    """Whether all fields that are not empty are numbers, and there is one."""
    filled = [field for field in fields if field.strip()]
    return bool(filled) and all(_NUMBER.fullmatch(field) for field in filled)


def above_heading(count: int) -> str:
    """Return what a reader is told of rows above the heading."""
    return f"no part of the table: {count} of the rows, above the heading"


def surplus(fields: Sequence[str], width: int) -> bool:
    """Whether a record has cells beyond the width that hold something."""
    return any(field.strip() for field in fields[width:])


def heading_of(records: Sequence[Sequence[str]], wanted: Sequence[str] = ()) -> int:
    """Return the place of the heading among the first records of a table.

    It is the first one that has all wanted columns; else the first that is not blank, unless that
    has less than half the filled cells that most others have: then it is a title, and the heading
    is the first record that has them. A list of one column has no title.
    """
    first = [{field.strip() for field in record} for record in records[:_ABOVE]]
    if wanted:
        found = (at for at, fields in enumerate(first) if set(wanted) <= fields)
        at = next(found, None)
        if at is not None:
            return at
    filled = [sum(1 for field in record if field.strip()) for record in records]
    wide = Counter(n for n in filled if n > 1)
    start = next((at for at, n in enumerate(filled) if n), 0)
    if not filled or wide.total() <= sum(1 for n in filled if n == 1):
        return start
    usual = max(wide, key=lambda n: (wide[n], n))
    least = max(2, (usual + 1) // 2)
    r_wrote = usual - 1  # R leaves the column of row names without a name
    found = (
        at
        for at, n in enumerate(filled[:_ABOVE])
        if n >= least or (n == r_wrote and not records[at][0].strip())
    )
    return next(found, start)


class _Reading:
    """The first records of a text under one delimiter, and how well they go together."""

    def __init__(self, text: str, at: int, delimiter: str, wanted: Sequence[str]) -> None:
        self.text, self.delimiter = text, delimiter
        self.records = list(_sample(text, at, delimiter))
        self.at = heading_of([r.fields for r in self.records], wanted)
        self.heading = self.records[self.at]
        self.fields = [field.strip() for field in self.heading.fields]
        self.width = max((n for n, field in enumerate(self.fields, start=1) if field), default=0)
        has_all = set(wanted) <= set(self.fields)
        self.titles = sum(1 for r in self.records[: self.at] if any(f.strip() for f in r.fields))
        fitting = self._fitting() - self.titles
        self.score = (has_all, self.width > 1, self._paired(), fitting, self.width)

    def _paired(self) -> bool:
        """Whether no record has one quotation mark too few, and the heading's cells end in theirs.

        A wrong delimiter cuts quoted cells at their line breaks, or goes on behind their marks.
        """
        if any(self.text.count('"', r.start, r.end) % 2 for r in self.records):
            return False
        above = io.StringIO(self.text[self.records[0].start : self.heading.end], newline="")
        try:
            return all(csv.reader(above, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False

    def _fitting(self) -> int:
        """Number of rows below that are as wide as the heading, or wider by empty cells."""
        rows = [r.fields for r in self.records[self.at + 1 :]]
        return sum(len(r) >= self.width and not surplus(r, len(self.fields)) for r in rows)

    def dialect(self, skipped: int) -> Dialect:
        single = self.width <= 1
        delimiter = NO_DELIMITER if single else self.delimiter
        row = skipped + self.at + 1
        if number_only(self.fields):
            names = [f"column {n}" for n in range(1, max(self.width, 1) + 1)]
            why = "the first row holds numbers only: read as data without a heading"
            return Dialect(delimiter, names, self.heading.start, row - 1, False, (why,))
        fields = self.fields[:1] if single else self.fields
        written = self.text[self.heading.start : self.heading.end].rstrip("\r\n")
        quoted = f'"{delimiter}"'.join(f.replace('"', '""') for f in self.heading.fields)
        told = (above_heading(self.titles),) if self.titles else ()
        return Dialect(delimiter, fields, self.heading.end, row, written == f'"{quoted}"', told)
