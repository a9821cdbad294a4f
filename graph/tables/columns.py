"""What a record table is made of: columns with kind, meaning, unit and what they point to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

__all__ = ["PROVENANCE", "Column", "Kind", "Table"]

Kind = Literal["id", "text", "iri", "code", "concept", "date", "decimal", "integer", "boolean"]

_DTYPES: dict[str, pl.DataType] = {"integer": pl.Int64(), "boolean": pl.Boolean()}


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether it must be filled, what it points to, its unit and meaning."""

    name: str
    kind: Kind
    about: str
    required: bool = False
    refers: tuple[str, ...] = ()  # tables whose `id` this column must hold
    scheme: str | None = None  # SKOS scheme whose codes this column may hold
    unit: str | None = None
    source: str | None = None  # of a column that is given out: property or analysis it comes from

    @property
    def dtype(self) -> pl.DataType:
        """Polars type that holds the column; everything but integers and booleans is text."""
        return _DTYPES.get(self.kind, pl.String())


@dataclass(frozen=True)
class Table:
    """One record table: columns in order, the columns that make a row unique, and its meaning."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    optional_key: tuple[str, ...] = field(default=())

    @property
    def schema(self) -> pl.Schema:
        """Polars schema: the table's own columns and then the provenance columns."""
        return pl.Schema({c.name: c.dtype for c in self})

    def __iter__(self) -> Iterator[Column]:
        yield from self.columns
        yield from PROVENANCE

    def column(self, name: str) -> Column:
        """Return the declaration of one column; KeyError where there is none."""
        return {c.name: c for c in self}[name]


PROVENANCE: tuple[Column, ...] = (
    Column("source_url", "iri", "page, document or record that says so", required=True),
    Column(
        "evidence", "concept", "how the statement was seen", required=True, scheme="evidence-grade"
    ),
    Column(
        "seen", "date", "day on which the statement entered the collection or the dump was made"
    ),
    Column("note", "text", "what a reader should know about this row"),
    Column("source_row", "integer", "row number in the source file, first data row is 1"),
)
