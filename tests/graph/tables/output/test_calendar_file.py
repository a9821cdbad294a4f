"""Calendars as a reader of RFC 5545 unfolds them."""

from __future__ import annotations

import datetime as dt

from permed.graph.tables.output.calendar_file import CalendarEntry, icalendar

_MADE = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
_DAY = dt.date(2020, 2, 20)


def _lines(entry: CalendarEntry) -> list[str]:
    data = icalendar("Events; all", [entry], _MADE)
    assert data.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_a_day_is_whole_and_ends_the_day_after() -> None:
    lines = _lines(CalendarEntry("https://example.org/e", "Two, days", _DAY, dt.date(2020, 2, 29)))
    for line in ("BEGIN:VCALENDAR", "X-WR-CALNAME:Events\\; all", "DTSTART;VALUE=DATE:20200220",
                 "DTEND;VALUE=DATE:20200301", "SUMMARY:Two\\, days", "STATUS:CONFIRMED",
                 "DTSTAMP:20260102T030405Z", "URL:https://example.org/e"):  # fmt: skip
        assert line in lines


def test_a_month_is_tentative_and_says_so() -> None:
    entry = CalendarEntry("https://example.org/e", "x", _DAY, _DAY, stated="2020-02", place="Köln")
    lines = _lines(entry)
    assert {"STATUS:TENTATIVE", "TRANSP:TRANSPARENT", "LOCATION:Köln"} <= set(lines)
    assert "DESCRIPTION:Only known as 2020-02\\; the day is not known." in lines


def test_long_lines_are_folded_between_letters() -> None:
    title = "Präzisionsmedizin – öffentliche Anhörung " * 5
    lines = _lines(CalendarEntry("https://example.org/e", title, _DAY, _DAY))
    assert f"SUMMARY:{title}" in lines
