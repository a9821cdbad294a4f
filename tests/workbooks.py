"""Excel workbooks for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

__all__ = ["workbook"]


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook whose one sheet holds some rows of text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return buffer.getvalue()
