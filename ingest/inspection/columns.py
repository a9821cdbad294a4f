"""What the columns of a table seem to hold, by their values."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from permed.graph.identifiers import normalise, recognise
from permed.graph.tables.delimited import Parsed
from permed.graph.tables.dialect import number_only
from permed.ingest.linking.names.parsing import country_code

__all__ = ["ColumnContent", "column_contents"]

_SAMPLE = 500  # filled values of a column that are looked at
_MOST = 0.8  # share of them that makes a column hold something
_SHOWN = 3
_FORMS = (
    ("year", re.compile(r"(19|20)\d\d(\.0)?")),
    ("date", re.compile(r"\d{4}-\d\d(-\d\d([T ].*)?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")),
    ("web address", re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)),
    ("e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.\w+")),
    ("yes or no", re.compile(r"true|false|yes|no|[01yn]", re.IGNORECASE)),
)


@dataclass(frozen=True)
class ColumnContent:
    """A column: cells that are filled, what they seem to hold, and an example.

    `scheme` is the registry where they hold identifiers; `faults` tell of values that do not fit.
    """

    name: str
    filled: int
    holds: str
    example: str
    scheme: str | None = None
    faults: list[str] = field(default_factory=list)


def column_contents(table: Parsed) -> list[ColumnContent]:
    """Return one entry a column, in order."""
    return [_content(table, name) for name in table.rows.columns]


def _content(table: Parsed, name: str) -> ColumnContent:
    cells = table.rows[name].str.strip_chars()
    at = (cells != "").arg_true()
    if at.is_empty():
        return ColumnContent(name, 0, "nothing", "")
    sample = cells.gather(at.head(_SAMPLE)).to_list()
    scheme = _scheme(sample)
    holds = f"{scheme} identifier" if scheme else _kind(sample)
    faults = _faults(table, cells, at, name, scheme) if scheme else []
    return ColumnContent(name, len(at), holds, sample[0][:60], scheme, faults)


def _scheme(sample: list[str]) -> str | None:
    found = Counter(known[0] for text in sample if (known := recognise(text)) is not None)
    scheme, times = next(iter(found.most_common(1)), (None, 0))
    return scheme if times >= _MOST * len(sample) else None


def _kind(sample: list[str]) -> str:
    enough = _MOST * len(sample)
    for kind, form in _FORMS:
        if sum(form.fullmatch(text) is not None for text in sample) >= enough:
            return kind
    if sum(number_only([text]) for text in sample) >= enough:
        return "number"
    if sum(country_code(text) is not None for text in sample) >= enough:
        return "country"
    return "long text" if sum(len(text) > 200 for text in sample) >= enough / 2 else "text"


def _faults(table: Parsed, cells: pl.Series, at: pl.Series, name: str, scheme: str) -> list[str]:
    """Say which values of a column of identifiers are none, such as those with a wrong digit."""
    bad = [place for place in at if normalise(scheme, cells[place]) is None]
    if not bad:
        return []
    shown = ", ".join(f"row {table.sheet_row(p)} '{cells[p][:40]}'" for p in bad[:_SHOWN])
    return [f"{len(bad)} of {len(at)} values of {name} are no {scheme} identifiers: {shown}"]
