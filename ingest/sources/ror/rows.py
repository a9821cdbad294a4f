"""Rows of the record tables and issues, gathered one by one while a registry is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

import polars as pl

from permed.graph.errors import InputError
from permed.graph.tables.issues import ISSUES, Severity
from permed.graph.tables.model import TABLES
from permed.ingest.source import SourceData

__all__ = ["Rows", "all_text", "language", "listed"]

_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def language(tag: str | None) -> str | None:
    """Return a language tag that RDF takes, or None."""
    return tag if tag and _LANGUAGE.fullmatch(tag) else None


def listed(source: str, options: Mapping[str, Any], name: str) -> list[Any]:
    """Return the values of an option that is a list; InputError where it is none."""
    value = options.get(name, [])
    if not isinstance(value, list | tuple):
        raise InputError(
            f"{source}: option '{name}' is {value!r}; write a list: {name} = [\"...\"]"
        )
    return list(value)


def all_text(record: Any) -> bool:
    """Whether all values of a dataclass, tuples and dataclasses inside it too, are text or None."""
    if record is None or isinstance(record, str):
        return True
    if isinstance(record, tuple):
        return all(map(all_text, record))
    return is_dataclass(record) and all(map(all_text, vars(record).values()))


class Rows:
    """Tables and issues of one source under way; rows said twice are kept once."""

    def __init__(self, source: str, evidence: str = "registry", seen: str | None = None) -> None:
        self.source = source
        self._always = {"evidence": evidence, "seen": seen}
        self._rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self._issues: list[tuple[Any, ...]] = []

    def add(self, table: str, **values: Any) -> None:
        """Add a row; `values` are columns of the table, empty ones may be left out."""
        row = {**self._always, **{k: v for k, v in values.items() if v not in (None, "")}}
        self._rows.setdefault(table, {}).setdefault(tuple(sorted(row.items(), key=str)), row)

    def issue(
        self,
        reason: str,
        severity: Severity = "rejected",
        *,
        table: str = "",
        row: int | None = None,
        field: str | None = None,
        value: str | None = None,
    ) -> None:
        """Record what could not be read, or what is doubtful."""
        shown = value[:200] if value else None
        self._issues.append((self.source, table, row, field, shown, reason, severity))

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return len(self._rows.get(table, {}))

    def data(self, read: int | None = None) -> SourceData:
        """Return everything as frames, tables in the order of the model; `read` counts records."""
        tables = {
            name: pl.DataFrame(
                list(self._rows[name].values()), schema=TABLES[name].schema, orient="row"
            )
            for name in TABLES
            if name in self._rows
        }
        issues = pl.DataFrame(self._issues, schema=ISSUES, orient="row")
        return SourceData(tables, issues, read)
