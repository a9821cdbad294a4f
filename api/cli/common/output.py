"""Print frames as a table for people, or as CSV or JSON for programs.

No text is markup here: brackets and `:names:` of data and messages are printed as they are.
"""

from __future__ import annotations

import json
import operator
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
from rich.console import Console, Group, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from permed.graph.tables.output.writing import csv_text

__all__ = ["console", "print_json", "printer", "remark", "show", "step_text", "working"]

_WIDEST = 60  # characters of a cell before a table on a terminal cuts it
_LEGIBLE = 12  # characters a line that running text needs at least
_WORD = 16  # longer words may be broken
_CAMEL = re.compile(r"(?<=[a-z])[A-Z](?![A-Z])")
_LOOKED_AT = 500  # rows from which the width of a column is judged


def printer(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is; colours come as styles, never as markup."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


console = printer(stderr=True)  # progress and remarks; results go to standard output


def remark(text: str | None, style: str | None = None) -> None:
    """Print a line for people on standard error, whole however narrow the terminal."""
    if text:
        console.print(text, style=style, soft_wrap=True)


def step_text() -> TextColumn:
    """Return the column of a progress bar that names the step."""
    return TextColumn("{task.description}", markup=False)


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner on standard error; the function that it yields changes its words."""
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), step_text(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda words: progress.update(task, description=words)


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def show(frame: pl.DataFrame, form: str, *, title: str | None = None) -> None:
    """Print a frame as `table`, `csv` or `json`; null is an empty cell or JSON null."""
    if form == "csv":
        sys.stdout.write(csv_text(frame))
    elif form == "json":
        print_json(frame.to_dicts())
    else:
        _show_table(frame, title)


def _show_table(frame: pl.DataFrame, title: str | None) -> None:
    """Print a table; where the terminal is narrow without repetitions, and else as records."""
    out = printer()
    brief = frame.drop(_spare(frame))
    if _fits(frame, out.width):
        out.print(_table(frame, title, out.width))
    elif _fits(brief, out.width):
        out.print(_table(brief, title, out.width))
        left = ", ".join(name for name in frame.columns if name not in brief.columns)
        remark(f"left out for room: {left}; a wider terminal or CSV shows all", "dim")
    else:
        out.print(_records(frame, title))


def _spare(frame: pl.DataFrame) -> list[str]:
    """Return the columns a narrow table can do without: sources, and ids beside their names."""
    return [c for c in frame.columns if c == "source" or f"{c}Name" in frame.columns]


def _fits(frame: pl.DataFrame, width: int) -> bool:
    """Whether the columns find room beside each other without breaking words to pieces."""
    return sum(_room(frame[name]) + 3 for name in frame.columns) <= width


def _room(column: pl.Series) -> int:
    """Return the width that a column needs: numbers whole, text and heads in legible parts."""
    cells = _cells(column)
    longest = max(map(len, cells), default=0)
    word = max((len(word) for cell in cells for word in cell.split()), default=0)
    head = max(map(len, re.split("[ _]", _head(column.name))))
    text = max(min(longest, _LEGIBLE), min(word, _WORD))
    return max(head, longest if column.dtype.is_numeric() else text)


def _records(frame: pl.DataFrame, title: str | None) -> Group:
    """Return one block a row, a line a value: for answers wider than the terminal."""
    blocks: list[RenderableType] = [Text(title, style="italic")] if title else []
    for number, row in enumerate(frame.iter_rows(named=True), 1):
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True, min_width=max(map(len, frame.columns)))
        grid.add_column(overflow="fold")
        for name, value in row.items():
            if value is not None and value != "":
                grid.add_row(name, value if isinstance(value, str) else _cell(value))
        blocks += [Rule(str(number), align="left", style="dim"), grid]
    return Group(*blocks)


def _widths(frame: pl.DataFrame, width: int) -> list[int]:
    """Return the width of each column: the room it needs, and of what is left what it can use."""
    widths = [_room(column) for column in frame]
    left = width - sum(widths) - 3 * frame.width
    longest = [max(map(len, _cells(column)), default=0) for column in frame]
    while left > 0 and any(map(operator.gt, longest, widths)):
        neediest = max(range(frame.width), key=lambda at: longest[at] / widths[at])
        widths[neediest] += 1
        left -= 1
    return widths


def _table(frame: pl.DataFrame, title: str | None, width: int) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", show_edge=False)
    for column, room in zip(frame, _widths(frame, width), strict=True):
        table.add_column(
            _head(column.name),
            justify="right" if column.dtype.is_numeric() else "left",
            overflow="fold",
            width=room,
        )
    for row in frame.iter_rows():
        table.add_row(*[_cell(value) for value in row])
    return table


def _cells(column: pl.Series) -> list[str]:
    """Return the cells that the width of a column is judged by."""
    return [_cell(value) for value in column.head(_LOOKED_AT)]


def _head(name: str) -> str:
    """Return the name of a column in words, so that a narrow one breaks between them."""
    return _CAMEL.sub(lambda match: f" {match.group().lower()}", name)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    text = str(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
