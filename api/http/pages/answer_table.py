"""An answer of a query as a table for people: names in place of IRIs, numbers with thousands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import pyoxigraph as ox

from permed.api.http.linked_data.resource import text_of
from permed.api.http.linked_data.routes import local_path
from permed.api.http.pages.explore.answer_pictures import (
    AnswerPicture,
    NamedNumber,
    counted,
    pictured,
)
from permed.api.http.pages.thing import Value, source_link
from permed.api.http.release.served_release import ServedRelease
from permed.api.text.names import name_of, place_of
from permed.api.text.wording import day, grouped
from permed.graph.errors import NotFoundError
from permed.graph.store import Answer
from permed.ontology import PREFIXES
from permed.queries.catalogue import Chart

__all__ = [
    "Cell",
    "ShownColumn",
    "answer_table",
    "is_number",
    "is_year",
    "shown_columns",
    "table_parts",
]

_SENTENCE: Final = 60  # letters
_YEAR: Final = 4  # digits; longer numbers are parted into thousands
_MOST_ROWS: Final = 500
_MOST_BYTES: Final = 200_000  # of a table, about: a page stays below 300 kB
_OF_CELL, _OF_LINK, _NOTHING = 20, 50, 9  # bytes around what a cell says
_READ: Final = 80  # letters of an address that are read, with places to break it
_ACRONYMS: Final = {
    "doi": "DOI", "eric": "ERIC", "eu": "EU", "nuts": "NUTS", "orcid": "ORCID", "pic": "PIC",
    "ror": "ROR",
}  # fmt: skip
_ACRONYM: Final = re.compile(rf"\b({'|'.join(_ACRONYMS)})\b")
_XSD: Final = str(PREFIXES["xsd"])
_NUMBERS: Final = frozenset(f"{_XSD}{n}" for n in ("integer", "decimal", "double", "float"))


@dataclass(frozen=True)
class Cell:
    """What one cell shows; numbers stand to the right."""

    values: list[Value]
    number: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it holds a sentence or more, which a narrow column would make a tower of."""
        return any(not value.href and len(value.text) > _SENTENCE for value in self.values)


@dataclass(frozen=True)
class ShownColumn:
    """A column as people read it: that of the answer, the one of the things that it names, head."""

    name: str
    thing: str | None
    head: str


def shown_columns(names: Sequence[str], *, joined: bool = True) -> list[ShownColumn]:
    """Return the columns that are shown of those of an answer.

    joined: a thing and its name (project, projectName) stand in one, and heads are words.
    """
    things = {f"{name}Name": name for name in names if f"{name}Name" in names} if joined else {}
    shown = [name for name in names if name not in things.values()]
    return [ShownColumn(n, things.get(n), _head(things.get(n, n), joined)) for n in shown]


def answer_table(
    answer: Answer,
    served: ServedRelease,
    *,
    joined: bool = True,
    chart: Chart | None = None,
    part: int = 1,
) -> dict[str, Any]:
    """Return the table as people read it, as much of it as a page holds.

    joined: a thing and its name stand in one column, and heads are words. chart: what the picture
    counts, of all rows; it stands on the first part. part: which, from 1; NotFoundError where there
    are not so many.
    """
    rows = answer.rows()
    parts = table_parts(rows)
    if not 0 < part <= len(parts):
        raise NotFoundError(f"part {part}: the table has {len(parts)}")
    begin, end = parts[part - 1]
    bound = set().union(*rows)
    columns = [name for name in answer.columns() if name in bound]
    told = shown_columns(columns, joined=joined)
    shown = [column.name for column in told]
    # a picture is of a whole answer, also where a page holds a part of it
    kept = rows[:_MOST_ROWS] if part == 1 else rows[begin:end]
    cells = [[_named_cell(row, c.name, c.thing, served) for c in told] for row in kept]
    if joined:
        at = [i for i, column in enumerate(shown) if column.lower().endswith("country")]
        cities = [i for i, column in enumerate(shown) if column.lower().endswith("city")]
        cells = [_cities_named(_countries_named(line, at, served), cities) for line in cells]
    numeric = [any(is_number(row.get(column)) for row in rows) for column in shown]
    heads = list(zip([column.head for column in told], numeric, strict=True))
    drawn = None
    if chart and part == 1 and not answer.truncated:
        bars = counted(served.directory, rows, chart, served.base)
        drawn = pictured(
            served.directory, bars, chart.unit, counts=True, on_map="country" in chart.by.lower()
        )
    if joined and not chart and part == 1:
        drawn = _picture(heads, rows, cells, shown, served)
    return {
        "columns": heads,
        "rows": cells[: end - begin],
        "first": begin + 1,
        "part": part,
        "parts": len(parts),
        "total": len(rows),
        "truncated": answer.truncated,
        "picture": drawn,
        "picture_of": _head(chart.by.removesuffix("Name"), words=True) if chart and drawn else "",
    }


def table_parts(rows: Sequence[Mapping[str, object]]) -> list[tuple[int, int]]:
    """Return the parts in which a table stands on pages: first row, the one behind the last."""
    ends, weight = [0], 0
    for at, row in enumerate(rows):
        added = sum(map(_weight, row.values()))
        if at > ends[-1] and (weight + added > _MOST_BYTES or at - ends[-1] >= _MOST_ROWS):
            ends.append(at)
            weight = 0
        weight += added
    return list(pairwise([*ends, len(rows)]))


def _weight(term: object) -> int:
    """Return about the bytes of a cell: of a link the address and what is read of it."""
    if term is None:
        return _NOTHING
    value = text_of(term)
    if isinstance(term, ox.NamedNode):
        return len(value) + _OF_LINK
    if value.startswith(("http://", "https://")):
        return len(value) + _READ + _OF_LINK
    return len(value) + _OF_CELL


def _picture(
    heads: Sequence[tuple[str, bool]], rows: Sequence[Mapping[str, object]],
    cells: Sequence[Sequence[Cell]], shown: Sequence[str], served: ServedRelease,
) -> AnswerPicture | None:  # fmt: skip
    """The first column of names against the first of numbers that are no years."""
    numbers = [i for i, (_, numeric) in enumerate(heads) if numeric and not _years(cells, i)]
    names = [i for i, (_, numeric) in enumerate(heads) if not numeric]
    if not numbers or not names or len(rows) > len(cells):
        return None  # a picture of a part would pass for the whole
    at, label = numbers[0], names[0]
    told = []
    for row, cell in zip(rows, cells, strict=True):
        if row.get(shown[at]) is None or not cell[label].values:
            continue
        more = " · ".join(v.text for i in names[1:2] for v in cell[i].values)
        first = cell[label].values[0]
        number = float(text_of(row[shown[at]]))
        told.append(NamedNumber(first.text, first.href, number, more))
    head = heads[at][0]
    unit = head if head[:2].isupper() else head[:1].lower() + head[1:]
    return pictured(served.directory, told, unit)


def _years(cells: Sequence[Sequence[Cell]], column: int) -> bool:
    texts = [v.text for row in cells for v in row[column].values]
    return all(map(is_year, texts))


def is_year(text: str) -> bool:
    """Tell whether a number is rather a year than a size."""
    return re.fullmatch(r"(19|20)\d\d", text) is not None


def is_number(term: object) -> bool:
    """Tell whether a term of an answer is a number."""
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS


def _head(column: str, words: bool) -> str:
    if not words:
        return column
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower()
    capital = _ACRONYM.sub(lambda word: _ACRONYMS[word[0]], spaced)
    return capital[:1].upper() + capital[1:]


def _named_cell(
    row: Mapping[str, object], column: str, thing: str | None, served: ServedRelease
) -> Cell:
    cell = _cell(row.get(column), served)
    if thing is None or row.get(thing) is None:
        return cell
    me = served.directory.id_of(text_of(row[thing])) or ""
    lead = _cell(row[thing], served).values[0]
    named = [replace(v, text=name_of(me, v.text), href=lead.href) for v in cell.values]
    return Cell(named or [lead])


def _countries_named(line: list[Cell], at: Sequence[int], served: ServedRelease) -> list[Cell]:
    """Return a row whose codes of countries, in the columns at these places, are names."""
    known = served.directory.row_of

    def told(value: Value) -> Value:
        me = f"country/{value.text}"
        if value.href or me not in known:
            return value
        return replace(value, text=served.directory.label(me), href=f"/id/{me}")

    return [
        replace(cell, values=[told(v) for v in cell.values]) if i in at else cell
        for i, cell in enumerate(line)
    ]


def _cities_named(line: list[Cell], at: Sequence[int]) -> list[Cell]:
    """Return a row whose cities, in the columns at these places, are written as elsewhere."""
    return [
        replace(cell, values=[replace(v, text=place_of(v.text)) for v in cell.values])
        if i in at
        else cell
        for i, cell in enumerate(line)
    ]


def _cell(term: object, served: ServedRelease) -> Cell:
    """Return what a cell of the table shows: mostly one value, of sources one link each."""
    if term is None:
        return Cell([])
    value = text_of(term)
    if not isinstance(term, ox.NamedNode):
        return _literal_cell(value, term.datatype.value if isinstance(term, ox.Literal) else "")
    local = local_path(value, served.base)
    if label := served.directory.label_of_iri(value):
        me = served.directory.id_of(value) or ""
        return Cell([Value(name_of(me, label), local or value)])
    return Cell([Value(value, local) if local else source_link(value)])


def _literal_cell(value: str, datatype: str) -> Cell:
    parts = value.split()
    if parts and all(part.startswith(("http://", "https://")) for part in parts):
        return Cell([source_link(part) for part in parts])
    if datatype in _NUMBERS:
        return Cell([Value(grouped(value) if len(value) > _YEAR else value)], number=True)
    return Cell([Value(day(value) if datatype == f"{_XSD}date" else value)])
