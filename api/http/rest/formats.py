"""Forms of lists: tables, maps, calendars, bibliographies, and descriptions of the columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from permed.api.http.protocol.negotiation import Offered
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.tables.output.bibliography import BIBLIOGRAPHIES
from permed.graph.tables.output.writing import FILE_FORMATS, FileFormat

__all__ = ["DESCRIPTIONS", "LIST_FORMATS", "formats_of", "named"]

# what only some kinds of things can be written as
_OF_KINDS: Final[dict[str, frozenset[str]]] = {
    "geojson": frozenset({"organisations", "projects", "events"}),
    "ics": frozenset({"events", "calls"}),
    **dict.fromkeys(BIBLIOGRAPHIES, frozenset({"publications"})),
}
DESCRIPTIONS: Final = ("csvw", "datapackage")  # of the columns of the CSV file at the same address
LIST_FORMATS: Final[dict[str, FileFormat]] = {
    **FILE_FORMATS,
    **{
        f.name: f
        for f in (
            FileFormat("geojson", "application/geo+json"),
            FileFormat("ics", "text/calendar", ("ical", "icalendar")),
            FileFormat("bib", "application/x-bibtex", ("bibtex", "text/x-bibtex")),
            FileFormat("ris", "application/x-research-info-systems"),
            FileFormat(
                "csl",
                "application/vnd.citationstyles.csl+json",
                ("csl-json", "application/citeproc+json"),
            ),
            FileFormat("csvw", "application/csvm+json"),
            FileFormat("datapackage", "application/vnd.datapackage+json"),
        )
    },
}


def formats_of(kind: str | None) -> list[FileFormat]:
    """Return the forms in which things of a kind can be had; None is things of all kinds."""
    return [
        f for f in LIST_FORMATS.values() if f.name not in _OF_KINDS or kind in _OF_KINDS[f.name]
    ]


def named(name: str, offered: Iterable[Offered]) -> str:
    """Return the short name of a format by any of its names; InputError for an unknown one."""
    known = list(offered)
    wanted = name.strip().lower()
    for found in known:
        if wanted in (found.name, found.media_type, *found.aliases):
            return found.name
    raise InputError(unknown("format", name, [f.name for f in known]))
