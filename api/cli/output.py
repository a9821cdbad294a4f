"""Print frames as a table for people, or as CSV or JSON for programs."""

from __future__ import annotations

import json
import sys
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

__all__ = ["console", "print_json", "show"]

_WIDEST = 60  # characters of a cell before a table on a terminal cuts it

console = Console(stderr=True)  # progress and remarks; results go to standard output


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def show(frame: pl.DataFrame, form: str, *, title: str | None = None) -> None:
    """Print a frame as `table`, `csv` or `json`; null is an empty cell or JSON null."""
    if form == "csv":
        sys.stdout.write(frame.write_csv())
    elif form == "json":
        print_json(frame.to_dicts())
    else:
        Console().print(_table(frame, title))


def _table(frame: pl.DataFrame, title: str | None) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", show_edge=False)
    for name, dtype in frame.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*[_cell(value) for value in row])
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    text = str(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
