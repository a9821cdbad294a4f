"""Descriptions of columns beside a CSV file: CSV on the Web, and frictionless data packages.

W3C Metadata Vocabulary for Tabular Data (2015); Data Package 2.0 with its Table Schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from permed.graph.tables.columns import Column
from permed.graph.tables.output.description import TableDescription

__all__ = ["csvw", "data_package"]

_CSVW: Final = {"decimal": "decimal", "integer": "integer", "boolean": "boolean", "date": "date",
                "iri": "anyURI"}  # fmt: skip
_FIELD: Final = {"decimal": "number", "integer": "integer", "boolean": "boolean", "date": "date"}
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"


def csvw(tables: Mapping[str, TableDescription], licence: str) -> dict[str, Any]:
    """Return the metadata of CSV files by their address: one table, or a group of several.

    An empty cell holds nothing; `NA` is Namibia, and said to be no missing value.
    """
    described = [_csvw_table(url, table, licence) for url, table in tables.items()]
    context = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    if len(described) == 1:
        return {"@context": context, **described[0]}
    return {"@context": context, "tables": described}


def _csvw_table(url: str, table: TableDescription, licence: str) -> dict[str, Any]:
    about = {
        "url": url,
        "dc:title": table.title,
        "dc:license": {"@id": licence},
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ","},
        "null": "",
        "tableSchema": {"columns": [_csvw_column(column) for column in table.columns]},
    }
    notes = [f"{name}: {value}" for name, value in table.facts]
    return about | {"dc:description": "\n".join([*notes, *([table.cut] if table.cut else [])])}


def _csvw_column(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": re.sub(r"\W", "_", column.name),
        "titles": column.name,
        "dc:description": column.about,
        "datatype": _CSVW.get(column.kind, "string"),
    }
    if column.unit:
        told["schema:unitText"] = column.unit
    if column.source:
        told["dc:source"] = column.source
    return told


def data_package(
    name: str, title: str, tables: Mapping[str, TableDescription], licence: Mapping[str, str],
    sources: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:  # fmt: skip
    """Return the descriptor of CSV files by their path or address.

    licence: its keys `name`, `title` and `path`; sources: `title` and perhaps `path`.
    """
    return {
        "$schema": _PROFILE,
        "name": _slug(name),
        "title": title,
        "licenses": [dict(licence)],
        "sources": [dict(source) for source in sources],
        "resources": [_resource(path, table) for path, table in tables.items()],
    }


def _resource(path: str, table: TableDescription) -> dict[str, Any]:
    return {
        "name": _slug(table.name),
        "type": "table",
        "title": table.title,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(c) for c in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, Any]:
    told = {
        "name": column.name,
        "type": _FIELD.get(column.kind, "string"),
        "description": column.about,
    }
    if column.kind == "iri":
        told["format"] = "uri"
    more = {"unit": column.unit, "source": column.source}
    return told | {key: value for key, value in more.items() if value}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-")
