"""What documents are made of: sections, and the numbers on the first page.

Every number that a reader sees is filled from the table of its section by a template of
`queries/sentences.py`, so that the table, which is also the CSV file, gives the same number again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import polars as pl

from permed.api.text.names import place_of, readable
from permed.api.text.sources import hosts
from permed.api.text.wording import day
from permed.queries.sentences import UNKNOWN, filled

__all__ = ["Document", "DocumentSection", "FrontNumber", "shown_cell"]

_NONE: Final = "none known"  # nought would say that there is none
_LONGEST: Final = 160  # letters of a cell in a page; the CSV has the whole
_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    "title": readable,
    "acronym": readable,
    "city": place_of,
}
_GROUPED: Final = 1_000  # numbers from which thousands are parted
_YEARS: Final = range(1900, 2101)  # written as they are
_BARE_NUMBER: Final = re.compile(r"(?<![\d.])\d{5,}(?![\d.])")
_COUNTRIES: Final = frozenset({"country", "withRegionsOf"})  # cells of codes, one or more
_MONEY: Final = frozenset({"euContribution", "amount", "eur"})


@dataclass(frozen=True)
class DocumentSection:
    """A titled question with its answer.

    key: name of the CSV file. says: template of the sentence above the table; nothing: what stands
    there where the table is empty. shown: column -> heading, of those that a reader sees; links:
    column -> column with the address behind it. most: rows in a page; the CSV has all. made_of: the
    commands from whose rows it is made.
    """

    key: str
    title: str
    asks: str
    says: str
    table: pl.DataFrame
    shown: Mapping[str, str]
    nothing: str = "Nothing in this release answers it."
    caveat: str = ""
    chart: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    most: int = 25
    made_of: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """The sentence, filled from the table."""
        told = filled(self.says, self.table) if self.table.height else self.nothing
        return told[:1].upper() + told[1:]

    @property
    def left_out(self) -> str:
        """Say how many rows a page shows, if not all."""
        hidden = self.table.height > self.most
        return f"{self.most} of {self.table.height:,} rows" if hidden else ""

    @property
    def columns(self) -> dict[str, str]:
        """Columns that a reader sees: those with a value in a row that is shown."""
        seen = self.table.head(self.most)
        return {
            name: heading
            for name, heading in self.shown.items()
            if name in seen.columns and seen[name].drop_nulls().len()
        }


@dataclass(frozen=True)
class FrontNumber:
    """A number of the first page, filled from the table of a section; note: what it counts."""

    label: str
    says: str
    section: str
    note: str = ""


@dataclass(frozen=True)
class Document:
    """A sheet or report; day: newest day of the release; slug: name of its files."""

    slug: str
    kicker: str
    title: str
    subtitle: str
    release: str
    base: str
    day: str
    numbers: tuple[FrontNumber, ...]
    sections: tuple[DocumentSection, ...]
    command: str
    address: str = ""  # of the thing that it is about
    countries: Mapping[str, str] = field(default_factory=dict)  # names by code

    @property
    def key_numbers(self) -> list[tuple[FrontNumber, str]]:
        """The numbers of the first page with their values."""
        tables = {section.key: section.table for section in self.sections}
        return [(number, _value(number, tables[number.section])) for number in self.numbers]

    @property
    def number_table(self) -> pl.DataFrame:
        """The numbers of the first page: label, value, note, the table and how it is counted."""
        rows = [
            (number.label, value, number.note, f"{number.section}.csv", number.says)
            for number, value in self.key_numbers
        ]
        names = ("number", "value", "note", "table", "counted")
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _value(number: FrontNumber, table: pl.DataFrame) -> str:
    told = filled(number.says, table) if table.height else _NONE
    return _NONE if told == UNKNOWN else told


def shown_cell(
    column: str, value: object, countries: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return a cell as people read it: days in words, thousands parted, long texts cut.

    countries: names by code, in whose place they stand.
    """
    if value is None or value == "":
        return "–"
    if column in _COUNTRIES:
        return ", ".join(countries.get(code, code) for code in str(value).split(" "))
    if column == "source":
        return hosts(str(value))
    if column == "wholeMoney":
        value = _BARE_NUMBER.sub(lambda found: f"{int(found.group()):,}", str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column in _MONEY:
        return f"{float(str(value)):,.0f}"
    if isinstance(value, int | float):
        if abs(value) >= _GROUPED and not (value == int(value) and value in _YEARS):
            return f"{value:,.0f}"
        return f"{value:.0f}" if value == int(value) else f"{value:g}"
    if column == "said" and str(value).isdecimal() and len(str(value)) > len("2024"):
        return f"{int(str(value)):,}"  # a number or a day stands there
    text = _WRITTEN.get(column, day)(str(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
