"""What a reader must know of a table: its columns, and where, when, on what terms it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from permed.graph.tables.columns import Column, Kind

__all__ = ["TableDescription", "column_of", "columns_from"]

_ADDRESS: Final = r"^https?://\S+$"


@dataclass(frozen=True)
class TableDescription:
    """A table's name (also of its file), title, columns, and facts of it in the order of reading.

    facts: such as release, question, parameters, sources, licence, citation. cut: what is left
    out, in a sentence; empty where all rows stand here.
    """

    name: str
    title: str
    columns: tuple[Column, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    cut: str = ""

    def of(self, frame: pl.DataFrame) -> TableDescription:
        """Return the description with the columns that a frame has, in its order."""
        known = {c.name: c for c in self.columns}
        return replace(self, columns=tuple(columns_from(frame, known)))

    def fact(self, name: str) -> str:
        """Return one of the facts, or nothing."""
        return dict(self.facts).get(name, "")


def columns_from(frame: pl.DataFrame, known: Mapping[str, Column]) -> Iterable[Column]:
    """Yield a description of every column of a frame; one that nobody described by its type."""
    for series in frame:
        yield known.get(series.name) or column_of(series)


def column_of(series: pl.Series, about: str = "", source: str | None = None) -> Column:
    """Return the description of a column by what it holds; without a meaning its name is one."""
    words = about or series.name.replace("_", " ")
    return Column(series.name, _kind(series), words, source=source)


def _kind(series: pl.Series) -> Kind:
    dtype = series.dtype
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "decimal"
    if dtype == pl.Date:
        return "date"
    if dtype == pl.Boolean:
        return "boolean"
    present = series.drop_nulls() if dtype == pl.String else pl.Series(dtype=pl.String)
    addresses = not present.is_empty() and bool(present.str.contains(_ADDRESS).all())
    return "iri" if addresses else "text"
