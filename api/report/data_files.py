"""The data of the report as one workbook, and what the columns of the CSV files hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from permed.api.report.subject.own_file import OwnFile
from permed.graph.network.files.result_tables import describe_result
from permed.graph.network.measures.catalogue import measure_meanings
from permed.graph.releases.citation import LICENCE
from permed.graph.releases.release import Release
from permed.graph.tables.output.column_metadata import csvw, data_package
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.spreadsheet import workbook_of

__all__ = ["DECIMALS", "sheet_of", "write_descriptions"]

DECIMALS: Final = 6  # of numbers in the data files
_SHEET: Final = 10_000  # rows of a sheet; only the list of all ties has more


def write_descriptions(
    data: Path, tables: Mapping[str, tuple[str, pl.DataFrame]], release: Release
) -> list[Path]:
    """Write all tables as one workbook, and what their columns hold beside the CSV files.

    tables: name of the file -> title, table. Of a file of one's own only the workbook: the licence
    that the other descriptions state is not ours to give.
    """
    of = None if isinstance(release, OwnFile) else release
    meanings = measure_meanings()
    told = {
        key: replace(describe_result(table, key, of, meanings=meanings), title=title)
        for key, (title, table) in tables.items()
    }
    book = data / "report.xlsx"
    book.write_bytes(
        workbook_of([sheet_of(table, told[key]) for key, (_, table) in tables.items()])
    )
    if of is None:
        return [book]
    files = {f"{key}.csv": description for key, description in told.items()}
    package = data_package(f"permed-report-{release.id}", "Report on a network", files, LICENCE)
    written = {"datapackage.json": package, "csv-metadata.json": csvw(files, LICENCE["path"])}
    for name, content in written.items():
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (data / name).write_text(f"{text}\n", encoding="utf-8")
    return [book, *(data / name for name in written)]


def sheet_of(
    table: pl.DataFrame, told: TableDescription, most: int = _SHEET
) -> tuple[pl.DataFrame, TableDescription]:
    """Return what goes into a sheet: at most so many rows, and a word on those left out.

    Numbers are rounded as in the CSV files, so that the same release gives the same workbook.
    """
    rounded = table.head(most).with_columns(pl.col(pl.Float32, pl.Float64).round(DECIMALS))
    if table.height <= most:
        return rounded, told
    left = f"the first {most:,} of {table.height:,} rows; data/{told.name}.csv holds all"
    return rounded, replace(told, cut=left)
