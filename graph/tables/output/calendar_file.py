"""Days as a calendar: iCalendar (RFC 5545), with days that are only known by month or year."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["CalendarEntry", "icalendar"]

_LINE: Final = 75  # octets
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True)
class CalendarEntry:
    """What is on certain days: `first` to `last`, both of them included.

    stated: the period as its source states it, where that is less than a day (`2019-12`); the
    entry is then marked tentative and takes nobody's time.
    """

    iri: str
    title: str
    first: dt.date
    last: dt.date
    stated: str = ""
    place: str = ""
    about: str = ""


def icalendar(title: str, entries: Iterable[CalendarEntry], made: dt.datetime) -> bytes:
    """Return a calendar; `made` is when what it holds was put together (UTC)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//PerMed Graph//calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{title.translate(_ESCAPED)}",
    ]
    for entry in entries:
        lines += _event(entry, made)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(entry: CalendarEntry, made: dt.datetime) -> Iterator[str]:
    mark = hashlib.blake2b(f"{entry.iri} {entry.title}".encode(), digest_size=10).hexdigest()
    yield "BEGIN:VEVENT"
    yield f"UID:{mark}@permed"
    yield f"DTSTAMP:{made.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.last + dt.timedelta(days=1):%Y%m%d}"  # the day after
    yield f"SUMMARY:{entry.title.translate(_ESCAPED)}"
    about = [entry.about] if entry.about else []
    if entry.stated:
        about.append(f"Only known as {entry.stated}; the day is not known.")
        yield "STATUS:TENTATIVE"
        yield "TRANSP:TRANSPARENT"
    else:
        yield "STATUS:CONFIRMED"
    if about:
        yield f"DESCRIPTION:{' '.join(about).translate(_ESCAPED)}"
    if entry.place:
        yield f"LOCATION:{entry.place.translate(_ESCAPED)}"
    yield f"URL:{entry.iri}"
    yield "END:VEVENT"


def _folded(line: str) -> bytes:
    """Fold a content line at 75 octets, never inside a letter (RFC 5545, 3.1)."""
    out, held = bytearray(), 0
    for letter in line:
        octets = letter.encode()
        if held + len(octets) > _LINE:
            out += b"\r\n "
            held = 1
        out += octets
        held += len(octets)
    return bytes(out) + b"\r\n"
