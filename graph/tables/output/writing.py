"""Writing a table in a format: CSV, NDJSON, JSON, Parquet, workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

import orjson
import polars as pl

from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.safe_text import csv_frame, flat
from permed.graph.tables.output.spreadsheet import workbook

__all__ = ["FILE_FORMATS", "FileFormat", "csv_text", "write_table"]


@dataclass(frozen=True)
class FileFormat:
    """A form of tables: short name (also the ending of files), media type, and other names."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Value of the Content-Type header; text says that it is UTF-8."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


FILE_FORMATS: Final[dict[str, FileFormat]] = {
    f.name: f
    for f in (
        FileFormat("json", "application/json", ("text/json",)),
        FileFormat("csv", "text/csv", ("application/csv",)),
        FileFormat(
            "ndjson", "application/x-ndjson", ("application/jsonl", "application/ndjson", "jsonl")
        ),
        FileFormat("parquet", "application/vnd.apache.parquet", ("application/x-parquet",)),
        FileFormat(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ("excel",),
        ),
    )
}


def write_table(
    frame: pl.DataFrame, form: str, description: TableDescription, *, safe: bool = True
) -> bytes:
    """Return a table in one of `FILE_FORMATS`; KeyError for another name.

    safe: in CSV, texts and numbers are kept from being taken for something else (`safe_text`), and
    a table that is cut ends with a line that says so.
    """
    return _WRITERS[form](frame, description, safe)


def csv_text(
    frame: pl.DataFrame, *, cut: str = "", safe: bool = True, decimals: int | None = None
) -> str:
    """Return a table as CSV (RFC 4180, lines end with a newline), lists joined by semicolons."""
    if not safe:
        return flat(frame).write_csv()
    text = csv_frame(frame, decimals).write_csv()
    return f'{text}"# {cut}"\n' if cut else text


def _csv(frame: pl.DataFrame, description: TableDescription, safe: bool) -> bytes:
    return csv_text(frame, cut=description.cut, safe=safe).encode()


def _lines(frame: pl.DataFrame, _: TableDescription, __: bool) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in frame.iter_rows(named=True))


def _json(frame: pl.DataFrame, _: TableDescription, __: bool) -> bytes:
    return orjson.dumps(frame.to_dicts())


def _parquet(frame: pl.DataFrame, description: TableDescription, _: bool) -> bytes:
    out = io.BytesIO()
    told = {"title": description.title, **dict(description.facts)}
    told |= {"cut": description.cut} if description.cut else {}
    columns = {c.name: c.about for c in description.of(frame).columns}
    frame.write_parquet(out, metadata={**told, "columns": orjson.dumps(columns).decode()})
    return out.getvalue()


def _workbook(frame: pl.DataFrame, description: TableDescription, _: bool) -> bytes:
    return workbook(frame, description)


_WRITERS: Final = {
    "csv": _csv, "ndjson": _lines, "json": _json, "parquet": _parquet, "xlsx": _workbook,
}  # fmt: skip
