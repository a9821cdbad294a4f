"""Cells and rows of a table that read without an error and are still wrong, by sure signs only.

A quotation mark that is opened and not closed, a day that no calendar has, and a row that adds up
the others: each would come into the graph as if somebody had meant it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from permed.graph.tables.delimited import Parsed

__all__ = ["doubtful_rows", "impossible_date"]

_SHOWN: Final = 3
_ISO: Final = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ].*)?")
_WHOLE: Final = re.compile(r"(19|20)\d\d-\d\d-\d\d")
_LOCAL: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})")
# how sheets of Europe call the row that adds up the others
_TOTAL: Final = re.compile(
    r"(?:(?:grand|sub|overall)[ -]?)?(?:totals?|totale|totaal|totalt|gesamt(?:summe)?|summe|sums?|"
    r"somme|suma|insgesamt|in total|all together|yhteensä|sammanlagt|ogółem|razem|celkem|összesen|"
    r"σύνολο|общо)\b[^\w]*",
    re.IGNORECASE,
)
_LEAST_SUMMED: Final = 2  # one number alone always is the sum of itself


def doubtful_rows(table: Parsed) -> list[str]:
    """Return one line a kind of fault, with the rows as a spreadsheet numbers them."""
    faults = [*_open_quotes(table), *_totals(table)]
    for name in table.rows.columns:
        faults += _impossible_dates(table, name)
    return faults


def impossible_date(text: str) -> bool:
    """Whether a text is written as a date and names a day or month that no calendar has.

    2026-02-30 and 2026-13 are; 31/12/2025 and 12/31/2025 are not, whichever order is meant.
    """
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part or 1) for part in found.groups())
        span = found.group(3) is None and month > year % 100  # 2014-20 is a run of years
        return not span and not _exists(year, month, day)
    if found := _LOCAL.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        return not (_exists(year or 2000, second, first) or _exists(year or 2000, first, second))
    return False


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _open_quotes(table: Parsed) -> Iterator[str]:
    """Cells of delimited text that begin with a mark which nothing closes; a workbook has none."""
    if table.encoding is None:
        return
    at = [
        (place, cell)
        for name in table.rows.columns
        for place, cell in _with_mark(table.rows[name])
        if cell.lstrip().startswith('"') and cell.count('"') % 2
    ]
    if at:
        marks = "1 quotation mark is" if len(at) == 1 else f"{len(at)} quotation marks are"
        yield f"{marks} opened and not closed: {_rows(table, at)}"


def _with_mark(cells: pl.Series) -> Iterator[tuple[int, str]]:
    for place in cells.str.contains('"', literal=True).arg_true():
        yield place, cells[place]


def _impossible_dates(table: Parsed, name: str) -> Iterator[str]:
    cells = table.rows[name].str.strip_chars()
    dated = cells.str.contains(r"^\d{1,4}[-./]\d{1,2}([-./]\d|$|[T ])").arg_true()
    at = [(place, cells[place]) for place in dated if impossible_date(cells[place])]
    # versions and paragraphs are written like days: only among days is one impossible
    whole = [(place, text) for place, text in at if _WHOLE.match(text)]
    if at := at if len(at) <= len(dated) / 2 else whole:
        dates = "1 date" if len(at) == 1 else f"{len(at)} dates"
        stands = "stands" if len(at) == 1 else "stand"
        yield f"{dates} of {name} {stands} in no calendar: {_rows(table, at)}"


def _totals(table: Parsed) -> Iterator[str]:
    """Rows that name themselves a total, and a last row without a name whose numbers add up."""
    if table.rows.is_empty():
        return
    first = _first_filled(table.rows)
    at = [(i, text) for i, text in enumerate(first) if _TOTAL.fullmatch(text)]
    last = table.rows.height - 1
    if all(place != last for place, _ in at) and (summed := _summed(table.rows)):
        at.append((last, summed))
    if at:
        rows = "row seems" if len(at) == 1 else "rows seem"
        yield f"{len(at)} {rows} to add up others, take it out before a build: {_rows(table, at)}"


def _first_filled(rows: pl.DataFrame) -> list[str]:
    filled = (
        pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c).str.strip_chars())
        for c in rows.columns
    )
    return rows.select(pl.coalesce(*filled).fill_null("").alias("text"))["text"].to_list()


def _summed(rows: pl.DataFrame) -> str:
    """The first number of a last row that has numbers only, each the sum of its column."""
    last = {c: rows[c][-1].strip() for c in rows.columns if rows[c][-1].strip()}
    texts = [c for c in rows.columns if c not in last]
    if rows.height <= _LEAST_SUMMED or not texts:
        return ""
    for name, text in last.items():
        numbers = rows[name].head(-1).str.strip_chars().cast(pl.Float64, strict=False)
        filled = (rows[name].head(-1).str.strip_chars() != "").sum()
        try:
            total = float(text)
        except ValueError:
            return ""
        known = numbers.drop_nulls()
        if (
            len(known) < max(_LEAST_SUMMED, filled)
            or not abs(float(known.sum()) - total) < 0.005
            or not total
        ):
            return ""
    return next(iter(last.values()), "")


def _rows(table: Parsed, at: list[tuple[int, str]]) -> str:
    shown = (
        f"row {table.sheet_row(place)} '{' '.join(cell.split())[:40]}'"
        for place, cell in at[:_SHOWN]
    )
    return ", ".join(shown)
