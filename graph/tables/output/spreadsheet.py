"""A table as a workbook (Office Open XML): typed cells, and a sheet that says what they are."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl

from permed.graph.errors import InputError
from permed.graph.tables.columns import Column
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.safe_text import flat

__all__ = ["workbook", "workbook_of"]

_MOST_ROWS: Final = 1_048_575  # of a sheet below its head
_LONGEST: Final = 32_767  # letters of a cell
_MOST_LINKS: Final = 60_000  # of a sheet; the format allows 65,530
_LONGEST_LINK: Final = 2_000
_EXACT: Final = 2**53  # a cell holds a number as a double
_FIRST_YEAR: Final = 1900  # of the calendar of cells
_NARROW, _WIDE = 6, 50  # letters of a column
_LOOKED_AT: Final = 300  # rows by which a width is judged
_UNFIT: Final = re.compile(r"[\[\]:*?/\\]")  # in the name of a sheet


def workbook(frame: pl.DataFrame, description: TableDescription) -> bytes:
    """Return a workbook: the table with a frozen head, and the sheet `about`.

    Numbers, days and truth values are cells of their type, addresses are links, everything else is
    text and never a formula. InputError where the table has more rows than a sheet.
    """
    return workbook_of([(frame, description)])


def workbook_of(tables: Sequence[tuple[pl.DataFrame, TableDescription]]) -> bytes:
    """Return a workbook of several tables, a sheet each, and one sheet `about` for all."""
    import xlsxwriter  # late: only who asks for a spreadsheet waits for it

    for frame, _ in tables:
        if frame.height > _MOST_ROWS:
            raise InputError(f"a sheet holds {_MOST_ROWS:,} rows, not {frame.height:,}; take CSV")
    out = io.BytesIO()
    fixed = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, fixed) as book:
        book.set_properties(
            {"title": tables[0][1].title, "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}
        )  # a table of one release is one file, byte for byte
        look = {
            "head": book.add_format({"bold": True, "bottom": 1, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "link": book.add_format({"font_color": "#0b57a4", "underline": 1}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        told = [(description.of(frame), frame) for frame, description in tables]
        cuts = []
        for description, frame in told:
            name = _UNFIT.sub(" ", description.name)[:31].strip("' ") or "table"
            sheet = book.add_worksheet(name)
            cuts.append(_table(sheet, flat(frame), description.columns, look))
        about, row = book.add_worksheet("about"), 0
        for (description, frame), cut in zip(told, cuts, strict=True):
            row = _about(about, description, cut, frame.height, look, row)
        about.set_column(0, 0, 22)
        about.set_column(1, 1, 80)
        about.set_column(2, 4, 18)
    return out.getvalue()


def _table(
    sheet: Any, frame: pl.DataFrame, columns: Sequence[Column], look: dict[str, Any]
) -> list[str]:
    """Fill the sheet column by column; returns what did not fit into cells."""
    told: list[str] = []
    links = _MOST_LINKS
    for at, (series, column) in enumerate(zip(frame, columns, strict=True)):
        sheet.write_string(0, at, series.name, look["head"])
        linked = column.kind == "iri" and series.len() <= links
        links -= series.len() if linked else 0
        write = _writer(sheet, series, look, linked=linked)
        values = series.to_list()
        for row, value in enumerate(values, start=1):
            if value is not None and value != "":
                write(row, at, value)
        if series.dtype == pl.String and (series.str.len_chars().max() or 0) > _LONGEST:  # type: ignore[operator]
            told.append(f"{series.name}: cells hold at most {_LONGEST:,} letters; CSV holds all")
        longest = max((len(str(v)) for v in values[:_LOOKED_AT] if v is not None), default=0)
        sheet.set_column(at, at, min(_WIDE, max(_NARROW, longest, len(series.name)) + 2))
    if frame.width:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
    return told


def _writer(
    sheet: Any, series: pl.Series, look: dict[str, Any], *, linked: bool
) -> Callable[[int, int, Any], object]:
    """Return what writes a value of a column into a cell of its type."""

    def text(row: int, at: int, value: Any) -> object:
        written = str(value)
        return sheet.write_string(row, at, written[:_LONGEST])

    def number(row: int, at: int, value: Any) -> object:
        fits = math.isfinite(value) and abs(value) <= _EXACT
        return sheet.write_number(row, at, value) if fits else text(row, at, value)

    def day(row: int, at: int, value: Any) -> object:
        if value.year < _FIRST_YEAR:
            return text(row, at, value)
        return sheet.write_datetime(row, at, value, look["day"])

    def link(row: int, at: int, value: Any) -> object:
        if len(value) > _LONGEST_LINK or " " in value or not value.startswith("http"):
            return text(row, at, value)
        return sheet.write_url(row, at, value, look["link"], value)

    if series.dtype == pl.Boolean:
        return lambda row, at, value: sheet.write_boolean(row, at, value)
    if series.dtype.is_numeric():
        return sheet.write_number if _all_fit(series) else number
    if series.dtype == pl.Date:
        return day
    return link if linked else text


def _all_fit(series: pl.Series) -> bool:
    """Whether no number needs a look of its own: a column of thousands then goes straight in."""
    if series.dtype.is_decimal() or not series.is_finite().all():
        return False
    ends = (series.min(), series.max())
    return all(isinstance(end, int | float) and abs(end) <= _EXACT for end in ends)


def _about(
    sheet: Any, told: TableDescription, cut: list[str], rows: int, look: dict[str, Any], top: int
) -> int:
    """Tell of a table from a row on; returns the row for the next one."""
    facts = [("Table", told.title), ("Rows", str(rows)), *told.facts]
    facts += [("Not all rows", told.cut)] if told.cut else []
    facts += [("Shortened", sentence) for sentence in cut]
    for row, (name, value) in enumerate(facts, top):
        sheet.write_string(row, 0, name, look["head"])
        sheet.write_string(row, 1, value[:_LONGEST], look["wrap"])
    start = top + len(facts) + 1
    for at, head in enumerate(("column", "meaning", "type", "unit", "read from")):
        sheet.write_string(start, at, head, look["head"])
    for row, c in enumerate(told.columns, start + 1):
        for at, value in enumerate((c.name, c.about, c.kind, c.unit or "", c.source or "")):
            sheet.write_string(row, at, value, look["wrap"])
    return start + len(told.columns) + 3
