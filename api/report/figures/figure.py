"""A figure of the report: its finding, picture, table, data, and how to make it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from permed.api.report.figures.data import ReportData

__all__ = [
    "Content",
    "DisplayColumn",
    "DisplayTable",
    "FigureSpec",
    "number",
    "percent",
    "plain",
    "told_apart",
]

Shown = Callable[[object], str]


def plain(value: object) -> str:
    """Text as it is; a dash for nothing, lists with commas."""
    if value is None or value == "":
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def number(decimals: int = 0) -> Shown:
    """Return a formatter with thousands separators; a dash for nothing."""
    return lambda value: (
        f"{value:,.{decimals}f}".replace("-", "−") if isinstance(value, int | float) else "–"
    )


def percent(decimals: int = 0) -> Shown:
    """Return a formatter of shares."""
    return lambda value: f"{100 * value:.{decimals}f}%" if isinstance(value, float) else "–"


@dataclass(frozen=True)
class DisplayColumn:
    """Heading and form of a column; numbers are set right."""

    heading: str
    shown: Shown = plain
    right: bool = False


@dataclass(frozen=True)
class DisplayTable:
    """A table for readers: headings, alignment, cells as text."""

    columns: list[DisplayColumn]
    rows: list[list[str]]

    @classmethod
    def of(cls, frame: pl.DataFrame, columns: Mapping[str, DisplayColumn]) -> DisplayTable:
        """Return the named columns of a frame in their form."""
        rows = [
            [column.shown(row[name]) for name, column in columns.items()]
            for row in frame.iter_rows(named=True)
        ]
        return cls(list(columns.values()), rows)


@dataclass(frozen=True)
class Content:
    """What a spec makes. data goes into a CSV; svg and table may each be missing.

    call: the function of `permed.graph.network` that made the data.
    """

    finding: str
    reading: str
    data: pl.DataFrame
    call: str
    svg: str = ""
    alt: str = ""
    table: DisplayTable | None = None
    wide: bool = False


@dataclass(frozen=True)
class FigureSpec:
    """How to make one figure; needs: what the network must have, else a sentence stands there."""

    key: str
    title: str
    build: Callable[[ReportData], Content]
    needs: str = "links"

    def make(self, report: ReportData) -> Content:
        """Return the content, or the sentence that there is nothing to show."""
        if report.has(self.needs):
            return self.build(report)
        return Content(
            report.nothing(self.needs), "", pl.DataFrame(), "permed.graph.network.project"
        )


def told_apart(column: str) -> pl.Expr:
    """Return names made different from each other, so that a chart does not stack them."""
    repeat = pl.int_range(pl.len()).over(column)
    return pl.when(repeat == 0).then(column).otherwise(pl.format("{} #{}", column, repeat + 1))
