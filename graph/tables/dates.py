"""First and last day of a date that is stated as a year, a month or a day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import polars as pl

__all__ = ["first_day", "first_day_of", "last_day", "last_day_of"]

_DAY = 10  # letters of a day; what follows, such as a time, is not looked at


def first_day(column: str) -> pl.Expr:
    """Return the first day of the dates (text) of a column; null where a date is none."""
    return _day(column, "-01-01")


def last_day(column: str) -> pl.Expr:
    """Return the last day of the dates (text) of a column; null where a date is none."""
    day = _day(column, "-12-31")
    return pl.when(_size(column) == 7).then(day.dt.month_end()).otherwise(day)


def first_day_of(text: str) -> date:
    """Return the first day of one date; ValueError where it is none."""
    return date.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))


def last_day_of(text: str) -> date:
    """Return the last day of one date; ValueError where it is none."""
    first = first_day_of(text)
    if len(text) == 4:
        return first.replace(month=12, day=31)
    return first.replace(day=monthrange(first.year, first.month)[1]) if len(text) == 7 else first


def _size(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, _DAY).str.len_chars()


def _day(column: str, year_tail: str) -> pl.Expr:
    text, size = pl.col(column).str.slice(0, _DAY), _size(column)
    whole = pl.when(size == 4).then(text + year_tail).when(size == 7).then(text + "-01")
    return whole.otherwise(text).str.to_date("%Y-%m-%d", strict=False)
