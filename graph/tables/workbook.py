"""The sheet of a workbook (xlsx, xls, ods) as rows of text."""

from __future__ import annotations

import re

import fastexcel

from permed.graph.archives import guard_bytes
from permed.graph.errors import InputError

__all__ = ["is_workbook", "read_sheet"]

_OLD = b"\xd0\xcf\x11\xe0"  # xls
_ZIP = b"PK\x03\x04"  # xlsx and ods are zip archives, whose first members bear these names
_MEMBERS = (
    b"[Content_Types].xml",
    b"xl/",
    b"docProps/",
    b"_rels/",
    b"mimetypeapplication/vnd.oasis",
)
_SUFFIXES = (".xlsx", ".xlsm", ".ods")
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d) 00:00:00")


def is_workbook(data: bytes, name: str) -> bool:
    """Whether bytes are a spreadsheet program's own file, by their beginning, or a broken one."""
    head = data[:4096]
    if head.startswith(b"PK") and name.lower().endswith(_SUFFIXES):
        return True
    return head.startswith(_OLD) or (head.startswith(_ZIP) and any(m in head for m in _MEMBERS))


def read_sheet(data: bytes, name: str) -> tuple[list[list[str]], list[str]]:
    """Return the rows of the first sheet that holds any, cells as text, and what is to be told.

    A hidden sheet is read only where no other holds rows.

    Days are written as ISO 8601, without the midnight that workbooks add. InputError for what is
    no readable workbook, or holds nothing.
    """
    if data.startswith(_ZIP):
        guard_bytes(data, name)
    try:
        book = fastexcel.read_excel(data)
        for sheet in _shown_first(book):
            rows = _rows(book, sheet)
            if rows:
                return rows, _others(sheet, book.sheet_names)
    except fastexcel.FastExcelError as error:
        raise InputError(
            f"{name}: not a readable workbook; save the sheet as CSV (UTF-8)"
        ) from error
    raise InputError(f"{name}: the workbook holds no rows; save the sheet with the table first")


def _shown_first(book: fastexcel.ExcelReader) -> list[str]:
    hidden = {
        name: book.load_sheet(name, header_row=None, n_rows=0).visible != "visible"
        for name in book.sheet_names
    }
    return sorted(hidden, key=hidden.__getitem__)


def _rows(book: fastexcel.ExcelReader, sheet: str) -> list[list[str]]:
    found = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    return [[_cell(value) for value in row] for row in found.iter_rows()]


def _cell(value: str | None) -> str:
    day = _MIDNIGHT.fullmatch(value or "")
    return day[1] if day else value or ""


def _others(read: str, sheets: list[str]) -> list[str]:
    others = [f"'{name}'" for name in sheets if name != read]
    return [f"the sheet '{read}' is read, not {', '.join(others)}"] if others else []
