"""Figures, days and addresses as people read them."""

from __future__ import annotations

import calendar
import re
from typing import Final

from markupsafe import Markup, escape

from permed.queries.sentences import agreeing

__all__ = ["breakable", "counted", "day", "grouped", "period", "ticked"]

_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def day(text: str) -> str:
    """Write a day, month or year of ISO 8601 in words: 2023-12-01 is 1 Dec 2023.

    Two of them with `to` between are a span: 2023-12-01 to 2023-12-03 is 1 to 3 Dec 2023.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        first, to, last = text.partition(" to ")
        return _span(first, last) if to and _DAY.fullmatch(first) and _DAY.fullmatch(last) else text
    year, month, number = found.groups()
    if month is None or not 1 <= int(month) <= 12:
        return text
    name = f"{calendar.month_abbr[int(month)]} {year}"
    return f"{int(number)} {name}" if number else name


def _span(first: str, last: str) -> str:
    """Name a month or year that both days share once."""
    one, other = day(first), day(last)
    for letters in (7, 4):  # the month, the year
        shared = first[:letters] == last[:letters] and len(first) == len(last) > letters
        if shared and (tail := f" {day(first[:letters])}") and one.endswith(tail):
            return f"{one.removesuffix(tail)} to {other}"
    return f"{one} to {other}"


def period(start: str | None, end: str | None) -> str:
    """Write a period as briefly as its days allow: 2016-01-01 to 2019-12-31 is 2016 to 2019."""
    first, last = _brief(start or "", end or "")
    first, last = day(first), day(last)
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


def _brief(start: str, end: str) -> tuple[str, str]:
    """Cut both to years where they are whole years, else to months where they are whole months."""
    if start.endswith("-01-01") and (not end or end.endswith("-12-31")):
        return start[:4], end[:4]
    if not start and end.endswith("-12-31"):
        return "", end[:4]
    if (not start or start.endswith("-01")) and (not end or _ends_a_month(end)):
        return start[:7], end[:7]
    return start, end


def _ends_a_month(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if found is None or found[3] is None or not 1 <= int(found[2]) <= 12:
        return False
    return int(found[3]) == calendar.monthrange(int(found[1]), int(found[2]))[1]


def grouped(figure: str) -> str:
    """Part the thousands of a number with narrow spaces; other text stays as it is."""
    if not re.fullmatch(r"\d+(\.\d+)?", figure):
        return figure
    whole, point, rest = figure.partition(".")
    return f"{int(whole):,}".replace(",", "\u202f") + point + rest


def counted(words: str, count: int) -> str:
    """Write a number and what it counts, in the form for it: `row(/s)` gives 1 row, 1 024 rows."""
    return agreeing(f"{grouped(str(count))} {words}")


def titled(name: str, figure: str, unit: str) -> str:
    """Return the title of a mark in a picture, `Sweden, partners: 1`: so it agrees for any count.

    unit: what is counted, in the plural.
    """
    return f"{name}, {unit}: {figure}"


def breakable(text: str) -> Markup:
    """Let a line end after the slashes and dots of an address, in place of inside a word."""
    parts = re.split(r"(?<=[/._=&?-])(?=\w)", text)
    return Markup("<wbr>").join(parts)


def ticked(text: str) -> Markup:
    """Show what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped
