"""Lists of stakeholders as people keep them: names one a line, a CSV file, a workbook.

    DLR                    name;country            DLR;Germany
    Aalto University       DLR;Germany             ISCIII;Spain

A list may be a table, with or without a heading, and may say the country of each name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from permed.graph.encoding import LONE_BYTE, decode
from permed.graph.errors import InputError
from permed.graph.tables.country_names import country_spelt, folded
from permed.graph.tables.delimited import Parsed, parse, sound
from permed.graph.tables.workbook import is_workbook, read_sheet

__all__ = ["MOST_NAMES", "GivenName", "as_text", "given_names", "plain_names"]

MOST_NAMES: Final = 2_000  # of one list
# a heading has one of these words, the first of them that a table has, and `_BESIDE` it nothing
_NAMES: Final = (
    "name", "organisation", "organization", "stakeholder", "institution", "institute", "org",
    "institut", "partner", "participant", "beneficiary", "funder", "company", "member", "agency",
    "entity", "organisme", "einrichtung", "nom", "nombre", "nome",
)  # fmt: skip
_COUNTRIES: Final = ("country", "land", "pays", "pais", "paese", "nation", "iso")
_BESIDE: Final = frozenset(
    ("name", "names", "of", "the", "official", "legal", "full", "code", "iso", "2", "in", "english")
)
_DELIMITERS: Final = ";\t|,"
_BLANK: Final = frozenset(("", "-", "n a", "na", "none", "eu", "europe", "international", "global"))
_TOLD: Final = 3  # rows of one refusal


@dataclass(frozen=True)
class GivenName:
    """A name of a list, and the ISO code of its country where the list tells it."""

    name: str
    country: str | None = None


@dataclass(frozen=True)
class _Row:
    number: int  # as a spreadsheet shows it
    name: str
    country: str


def given_names(data: bytes, name: str) -> list[GivenName]:
    """Return the names of a list, in order, blank ones left out; `name` is that of the file.

    A table has a column such as `name` or `organisation`, and may have one such as `country`; of
    one without heading the first column of texts holds the names. Any other text has a name a
    line, which may hold commas. InputError where there is no name, more than `MOST_NAMES`, or a
    country that is none.
    """
    return _judged(_rows(data, name), name)


def plain_names(names: Iterable[str], name: str) -> list[GivenName]:
    """Return names that are told apart already; refused as those of `given_names` are."""
    return _judged([_row(at, text) for at, text in enumerate(names, start=1)], name)


def as_text(names: Sequence[GivenName]) -> str:
    """Write names and countries as a table that `given_names` reads as the same."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("name", "country"), *((one.name, one.country or "") for one in names)])
    return table.getvalue()


def _judged(read: Iterable[_Row], name: str) -> list[GivenName]:
    rows = [row for row in read if row.name]
    if not rows:
        raise InputError(f"{name}: no name in it; write one name a line")
    if len(rows) > MOST_NAMES:
        raise InputError(f"{name}: {len(rows):,} names; give at most {MOST_NAMES:,} at once")
    odd = [row for row in rows if row.country and country_spelt(row.country) is None]
    if odd:
        told = ", ".join(f"row {row.number} '{row.country}'" for row in odd[:_TOLD])
        more = f" and {len(odd) - _TOLD} more" if len(odd) > _TOLD else ""
        raise InputError(
            f"{name}: no country of this name: {told}{more}; write one such as FI or Finland,"
            " or leave the cell blank"
        )
    return [GivenName(row.name, country_spelt(row.country)) for row in rows]


def _rows(data: bytes, name: str) -> list[_Row]:
    if is_workbook(data, name):
        table = _headed(sound(parse(data, name), name))
        return table if table is not None else _of_grid(read_sheet(data, name)[0])
    text = _text(data, name)
    parsed = _table(data, name, next(iter(text.strip().splitlines()), ""))
    if parsed is not None and (table := _headed(parsed, name)) is not None:
        return table
    lines = text.splitlines()
    grid = _grid(lines)
    return _of_grid(grid) if grid else [_row(at, line) for at, line in enumerate(lines, start=1)]


def _row(number: int, name: str, country: str = "") -> _Row:
    country = " ".join(country.split())
    return _Row(number, " ".join(name.split()), "" if folded(country) in _BLANK else country)


def _headed(parsed: Parsed, name: str = "") -> list[_Row] | None:
    """Return the rows of a table whose heading says where the names are."""
    column = _column(parsed.rows.columns, _NAMES)
    if column is None:
        return None
    rows = sound(parsed, name).rows if name else parsed.rows
    country = _column([c for c in rows.columns if c != column], _COUNTRIES)
    countries = rows[country].to_list() if country else [""] * rows.height
    return [
        _row(parsed.sheet_row(at), given, told)
        for at, (given, told) in enumerate(zip(rows[column].to_list(), countries, strict=True))
    ]


def _column(columns: Sequence[str], nouns: Sequence[str]) -> str | None:
    return next((c for noun in nouns for c in columns if _is_heading(c, noun)), None)


def _is_heading(cell: str, noun: str) -> bool:
    words = [word if word in _BESIDE else word.removesuffix("s") for word in folded(cell).split()]
    others = [w for w in words if w.removesuffix("s") != noun]
    return len(others) < len(words) and all(w in _BESIDE for w in others)


def _of_grid(grid: Sequence[Sequence[str]]) -> list[_Row]:
    """Return the rows of a table without a heading: the first column of texts holds the names."""
    wide = max(map(len, grid))
    columns = [[row[at] if at < len(row) else "" for row in grid] for at in range(wide)]
    places = [at for at, cells in enumerate(columns) if _all_countries(cells)]
    texts = [at for at, cells in enumerate(columns) if _mostly_texts(cells)]
    named = next((at for at in texts if at not in places), texts[0] if texts else 0)
    country = next((at for at in places if at != named), None)
    return [
        _row(number, columns[named][number - 1], columns[country][number - 1] if country else "")
        for number in range(1, len(grid) + 1)
    ]


def _grid(lines: Sequence[str]) -> list[list[str]] | None:
    """Cut lines into cells where they are a table; None where they are names.

    Names hold commas: only with a column of countries does a comma part cells.
    """
    for delimiter in _DELIMITERS:
        grid = list(csv.reader(lines, delimiter=delimiter))
        widths = {len(row) for row in grid if any(cell.strip() for cell in row)}
        if len(widths) != 1 or widths == {1}:
            continue
        if delimiter != ",":
            return [[name] for name in grid[0]] if len(grid) == 1 else grid
        wide = [row for row in grid if any(row)]
        if len(wide) > 1 and any(_all_countries(cells) for cells in zip(*wide, strict=True)):
            return grid
    return None


def _all_countries(cells: Sequence[str]) -> bool:
    told = [cell for cell in cells if folded(cell) not in _BLANK]
    if {cell.strip() for cell in told} <= {"no", "No"}:  # an answer, not Norway
        return False
    return all(country_spelt(cell) for cell in told)


def _mostly_texts(cells: Sequence[str]) -> bool:
    texts = sum(1 for cell in cells if sum(map(str.isalpha, cell)) > 1)
    return 2 * texts >= sum(1 for cell in cells if cell.strip()) and texts > 0


def _table(data: bytes, name: str, first: str) -> Parsed | None:
    """Read a text as a table; None for a list of lines, which may be odd as a table.

    InputError where its first line names a column or is that of a web page.
    """
    try:
        return parse(data, name)
    except InputError:
        if first.startswith("<") or _column(_parted(first), _NAMES):
            raise
        return None


def _text(data: bytes, name: str) -> str:
    """Decode a list as tables of strangers are; InputError for a line that is of two encodings."""
    text = decode(data, name).text
    if lone := LONE_BYTE.search(text):
        line = text.count("\n", 0, lone.start()) + 1
        raise InputError(f"{name}: line {line} is not UTF-8; save it as UTF-8")
    return text


def _parted(heading: str) -> list[str]:
    for mark in _DELIMITERS:
        heading = heading.replace(mark, ",")
    return heading.split(",")
