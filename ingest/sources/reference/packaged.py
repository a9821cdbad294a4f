"""Packaged record tables: `{folder}/{table}/{theme}.csv`, UTF-8, comma, header of model columns.

A file fills part of one table; all files of a table are put under one another in the order of their
names. Every value is text here, an
empty field is null; `permed.graph.tables.checks.check` gives types and judges values.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from permed.graph.archives import TABLE_SUFFIXES, left_behind
from permed.graph.errors import InputError
from permed.graph.tables.delimited import read_table
from permed.graph.tables.model import TABLES, Table

__all__ = ["files", "tables"]


def files(folder: Path) -> list[Path]:
    """List the table files below a folder of packaged tables, by table and then by theme.

    InputError where the folder does not exist, holds no table, holds one the model lacks or a
    file that is none.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; restore the packaged tables")
    rooms = (p.name for p in folder.iterdir() if p.is_dir() and not left_behind(p.name))
    unknown = sorted(name for name in rooms if name not in TABLES)
    if unknown:
        raise InputError(
            f"{folder / unknown[0]}: the model has no table '{unknown[0]}';"
            f" its tables are {', '.join(TABLES)}"
        )
    inside = [p for name in TABLES for p in sorted((folder / name).glob("*"))]
    found = [p for p in inside if p.is_file() and not left_behind(p.name) and p.suffix != ".md"]
    for path in found:
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise InputError(f"{path}: is no table (csv, tsv, txt, xlsx); export it as one")
    if not found:
        raise InputError(f"{folder}: no file {{table}}/{{theme}}.csv; restore the packaged tables")
    return found


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Read every table of a folder: text columns of the model, null where a field is empty.

    `source_row` holds the row number within its file, the first data row being 1. InputError names
    file and row of an unknown or repeated column, a wrong number of fields or a wrong encoding.
    """
    parts: dict[str, list[pl.DataFrame]] = {}
    for path in files(folder):
        parts.setdefault(path.parent.name, []).append(_read(path))
    return {name: pl.concat(frames, how="diagonal") for name, frames in parts.items()}


def _read(path: Path) -> pl.DataFrame:
    parsed = read_table(path)
    _check_header(path, parsed.rows.columns, TABLES[path.parent.name])
    frame = parsed.rows.with_columns(pl.all().replace("", None))
    return frame.with_columns(parsed.numbers.alias("source_row"))


def _check_header(path: Path, header: list[str], table: Table) -> None:
    allowed = [name for name in table.schema if name != "source_row"]
    unknown = [name for name in header if name not in allowed]
    if unknown:
        raise InputError(
            f"{path}: table {table.name} has no column '{unknown[0]}';"
            f" its columns are {', '.join(allowed)}"
        )
