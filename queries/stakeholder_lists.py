"""Lists of stakeholders as people keep them: names one a line, a CSV file, a workbook."""

from __future__ import annotations

from typing import Final

from permed.graph.encoding import LONE_BYTE, decode
from permed.graph.errors import InputError
from permed.graph.tables.delimited import Parsed, parse, sound
from permed.graph.tables.workbook import is_workbook
from permed.queries.resolution import folded

__all__ = ["MOST_NAMES", "names_in"]

MOST_NAMES: Final = 2_000  # of one list
_HEADS: Final = (
    "name",
    "organisation",
    "organization",
    "stakeholder",
    "institution",
    "org",
    "institut",
)


def names_in(data: bytes, name: str) -> list[str]:
    """Return the names of a list, in order, blank ones left out; `name` is that of the file.

    A table has a column of `_HEADS`, such as `name` or `organisation`; of a workbook without one
    the first column holds the names. Any other text has a name a line, which may hold
    commas. InputError where there is no name, or more than `MOST_NAMES`.
    """
    found = [text for given in _cells(data, name) if (text := " ".join(given.split()))]
    if not found:
        raise InputError(f"{name}: no name in it; write one name a line")
    if len(found) > MOST_NAMES:
        raise InputError(f"{name}: {len(found):,} names; give at most {MOST_NAMES:,} at once")
    return found


def _cells(data: bytes, name: str) -> list[str]:
    if is_workbook(data, name):
        table = sound(parse(data, name), name).rows
        return table[_column(table.columns) or table.columns[0]].to_list()
    text = _text(data, name)
    found = _table(data, name, next(iter(text.strip().splitlines()), ""))
    if found is not None and (column := _column(found.rows.columns)) is not None:
        return sound(found, name).rows[column].to_list()
    return text.splitlines()


def _table(data: bytes, name: str, first: str) -> Parsed | None:
    """Read a text as a table; None for a list of lines, which may be odd as a table.

    InputError where its first line names a column or is that of a web page.
    """
    try:
        return parse(data, name)
    except InputError:
        if first.startswith("<") or any(folded(cell) in _HEADS for cell in _parted(first)):
            raise
        return None


def _text(data: bytes, name: str) -> str:
    """Decode a list as tables of strangers are; InputError for a line that is of two encodings."""
    text = decode(data, name).text
    if lone := LONE_BYTE.search(text):
        line = text.count("\n", 0, lone.start()) + 1
        raise InputError(f"{name}: line {line} is not UTF-8; save it as UTF-8")
    return text


def _parted(heading: str) -> list[str]:
    for mark in (";", "\t", "|"):
        heading = heading.replace(mark, ",")
    return heading.split(",")


def _column(columns: list[str]) -> str | None:
    return next((c for head in _HEADS for c in columns if folded(c) == head), None)
