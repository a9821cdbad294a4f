"""Writing lists: JSON, lines of JSON, CSV, Parquet, spreadsheets, and points for maps."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from permed.api.http.protocol.negotiation import Offered
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError

__all__ = ["LIST_FORMATS", "ListFormat", "harmless", "harmless_csv", "named", "write_table"]

_FORMULA: Final = r"^[=+\-@\t\r]"
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True)
class ListFormat:
    """A format of lists: its short name, media type, and other names."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Value of the Content-Type header; text says that it is UTF-8."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


LIST_FORMATS: Final[dict[str, ListFormat]] = {
    f.name: f
    for f in (
        ListFormat("json", "application/json", ("text/json",)),
        ListFormat("csv", "text/csv", ("application/csv",)),
        ListFormat("ndjson", "application/x-ndjson", ("application/jsonl", "jsonl")),
        ListFormat("parquet", "application/vnd.apache.parquet", ("application/x-parquet",)),
        ListFormat(
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("excel",)
        ),
        ListFormat("geojson", "application/geo+json"),
    )
}


def named(name: str, offered: Iterable[Offered]) -> str:
    """Return the short name of a format by any of its names; InputError for an unknown one."""
    known = list(offered)
    wanted = name.strip().lower()
    for found in known:
        if wanted in (found.name, found.media_type, *found.aliases):
            return found.name
    raise InputError(unknown("format", name, [f.name for f in known]))


def write_table(frame: pl.DataFrame, form: str, *, safe: bool = True) -> bytes:
    """Return a table in a format; GeoJSON needs columns iri, latitude and longitude.

    safe: in CSV, texts that a spreadsheet would take for formulas begin with an apostrophe.
    """
    if form == "csv":
        return (harmless(frame) if safe else frame).write_csv().encode()
    if form == "ndjson":
        return frame.write_ndjson().encode()
    if form == "geojson":
        return orjson.dumps({"type": "FeatureCollection", "features": _features(frame)})
    out = io.BytesIO()
    if form == "xlsx":
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with _workbook(out, options) as book:
            frame.write_excel(book, autofilter=False)
    else:
        frame.write_parquet(out)
    return out.getvalue()


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run as formulas."""
    return frame.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${0}"))


def harmless_csv(text: bytes) -> bytes:
    """Put an apostrophe before texts of a CSV file that a spreadsheet would run; numbers stay."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(text.decode(), newline="")):
        writer.writerow([f"'{cell}" if _runs(cell) else cell for cell in row])
    return out.getvalue().encode()


def _runs(cell: str) -> bool:
    return bool(re.match(_FORMULA, cell)) and not _NUMBER.fullmatch(cell)


def _workbook(out: io.BytesIO, options: dict[str, bool]) -> Any:
    import xlsxwriter  # late: only who asks for a spreadsheet waits for it

    return xlsxwriter.Workbook(out, options)


def _features(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return features (RFC 7946): longitude before latitude, null where no place is known."""
    return [
        {
            "type": "Feature",
            "id": row["iri"],
            "geometry": _point(row["longitude"], row["latitude"]),
            "properties": row,
        }
        for row in frame.iter_rows(named=True)
    ]


def _point(longitude: float | None, latitude: float | None) -> dict[str, Any] | None:
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}
