"""A list as a file in one of its forms, with what its reader must know of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import polars as pl

from permed.api.http.release.served_release import ServedRelease
from permed.api.http.rest.columns import meanings_of, table
from permed.api.http.rest.formats import DESCRIPTIONS
from permed.api.http.rest.lists import Listing
from permed.graph.releases.citation import LICENCE, file_facts
from permed.graph.tables.output.bibliography import BIBLIOGRAPHIES, Publication
from permed.graph.tables.output.calendar_file import CalendarEntry, icalendar
from permed.graph.tables.output.column_metadata import csvw, data_package
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.geojson import PLACED, feature_collection
from permed.graph.tables.output.writing import write_table

__all__ = ["ListFile", "file_name"]

_DAY: Final = 10  # letters of a date in ISO 8601


@dataclass(frozen=True)
class ListFile:
    """A list that was found, and how it was asked for.

    name: of the list; asked: parameters of the address, without its form; root: address of the
    server, with a slash at its end; start: number of rows before the first of the page.
    """

    served: ServedRelease
    name: str
    title: str
    kind: str | None
    asked: tuple[tuple[str, str], ...]
    root: str
    found: Listing
    columns: tuple[str, ...]
    start: int = 0
    safe: bool = True

    def body(self, form: str) -> bytes:
        """Return the bytes of the file; it takes its time."""
        if form in DESCRIPTIONS:
            return orjson.dumps(self.description_in(form))
        if form == "ics":
            made = dt.datetime.fromisoformat(self.served.built or "2000-01-01T00:00:00+00:00")
            return icalendar(f"PerMed Graph: {self.title}", self._entries(), made)
        if form in BIBLIOGRAPHIES:
            return BIBLIOGRAPHIES[form](self._publications())
        if form == "geojson":
            more = [name for name in PLACED if name not in self.columns]
            return feature_collection(self.rows((*self.columns, *more)), self.found.total)
        return write_table(self.rows(self.columns), form, self.description, safe=self.safe)

    def rows(self, columns: Iterable[str]) -> pl.DataFrame:
        """Return the columns of the things of the page."""
        return table(self.served.directory, self.found.page, list(columns))

    @property
    def description(self) -> TableDescription:
        """What a reader must know of the list."""
        asked = self._address(self.asked)
        return TableDescription(
            name=self.name,
            title=f"PerMed Graph: {self.title}",
            columns=tuple(meanings_of(self.kind)[name] for name in self.columns),
            facts=file_facts(self.served.citation, ("List", asked)),
            cut=self._cut(),
        )

    def description_in(self, form: str) -> dict[str, Any]:
        """Return the description of the CSV file at the same address as `csvw` or `datapackage`."""
        address = self._address((*self.asked, ("format", "csv"), ("safe", "false")))
        told = self.description
        if form == "csvw":
            return csvw({address: told}, LICENCE["path"])
        sources = [
            {
                "title": str(s.get("title", "")),
                **({"path": s["homepage"]} if s.get("homepage") else {}),
            }
            for s in self.served.citation.sources
        ]
        name = f"permed-{self.name}-{self.served.id}"
        return data_package(name, told.title, {address: told}, LICENCE, sources)

    def _address(self, asked: Iterable[tuple[str, str]]) -> str:
        query = urlencode(list(asked))
        return f"{self.root}api/v1/{self.name}" + (f"?{query}" if query else "")

    def _cut(self) -> str:
        """Say which rows stand here, where they are not all."""
        shown, total = self.found.page.height, self.found.total
        if shown == total:
            return ""
        first = self.start + 1 if shown else 0
        return (
            f"rows {first:,} to {self.start + shown:,} of {total:,}: the address asks for no more; "
            "without limit and cursor it gives all"
        )

    def _publications(self) -> Iterator[Publication]:
        directory = self.served.directory
        for row in self.found.page.iter_rows(named=True):
            yield Publication.of(row, directory.iri(row["id"]))

    def _entries(self) -> Iterator[CalendarEntry]:
        """What has days: events from start to end, calls their opening and their deadlines."""
        yield from _CALENDARS[str(self.kind)](self)

    def _of_events(self) -> Iterator[CalendarEntry]:
        directory = self.served.directory
        for row in self.found.page.iter_rows(named=True):
            if (first := _date(row["start"])) is not None:
                last = _date(row["end"]) or first
                stated = row["start_as_stated"] or row["end_as_stated"] or ""
                where = [row["city"], directory.labels.get(row["country"] or "")]
                place = ", ".join(part for part in where if part)
                iri = directory.iri(row["id"])
                yield CalendarEntry(iri, str(row["label"]), first, max(first, last), stated, place)

    def _of_calls(self) -> Iterator[CalendarEntry]:
        directory = self.served.directory
        called = {r["id"]: r for r in self.found.page.iter_rows(named=True)}
        for row in called.values():
            if (first := _date(row["start"])) is not None:
                name = row["acronym"] or row["label"]
                stated = row["start_as_stated"] or ""
                last = _end_of(first, stated)
                about = str(row["label"])
                iri = directory.iri(row["id"])
                yield CalendarEntry(iri, f"{name}: opens", first, last, stated, about=about)
        deadlines = directory.deadlines.filter(pl.col("id").is_in(list(called)))
        for thing, what, day, stated in deadlines.iter_rows():
            if (first := _date(day)) is not None:
                row = called[thing]
                title = f"{row['acronym'] or row['label']}: {directory.label(what)}"
                last, iri = _end_of(first, stated or ""), directory.iri(thing)
                about = str(row["label"])
                yield CalendarEntry(iri, title, first, last, stated or "", about=about)


_CALENDARS: Final[dict[str, Callable[[ListFile], Iterator[CalendarEntry]]]] = {
    "events": ListFile._of_events,
    "calls": ListFile._of_calls,
}


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "")[:_DAY])
    except ValueError:
        return None


def _end_of(first: dt.date, stated: str) -> dt.date:
    """Return the last day of a year or month that is stated instead of a day."""
    if not stated:
        return first
    year, _, month = stated.partition("-")
    if not month:
        return dt.date(int(year), 12, 31)
    following = dt.date(int(year) + int(month) // 12, int(month) % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def file_name(name: str, asked: Iterable[tuple[str, str]], release: str, form: str) -> str:
    """Return a name that tells on a desktop what the file holds: list, filters, release, form."""
    shown = [v for k, v in asked if v and k not in ("fields", "sort", "limit", "cursor", "safe")]
    words = "-".join("".join(c if c.isalnum() else " " for c in value) for value in shown)
    parts = [name, *words.split(), release]
    ending = {"csvw": "csv-metadata.json", "datapackage": "datapackage.json", "csl": "json"}
    return f"{'-'.join(parts)[:120]}.{ending.get(form, form)}"
