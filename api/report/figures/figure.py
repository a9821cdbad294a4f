"""A figure of the report: its finding, picture, table, data, and how to make it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from permed.api.report.claims.claim import Claim, said
from permed.api.report.claims.uses import USES
from permed.api.report.figures.data import ReportData
from permed.api.report.subject.own_file import OwnFile

__all__ = [
    "RATE",
    "Content",
    "DisplayColumn",
    "DisplayTable",
    "FigureSpec",
    "number",
    "percent",
    "plain",
    "told_apart",
]

RATE = 0.05  # false discovery rate (q) up to which something is told from chance
Shown = Callable[[object], str]


def plain(value: object) -> str:
    """Text as it is; a dash for nothing, lists with commas."""
    if value is None or value in ("", []):
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

    call: the function of `permed.graph.network` that made the data. cut: the table shows the first
    rows of the data, not rows of its own.
    """

    claims: tuple[Claim, ...]
    reading: str
    data: pl.DataFrame
    call: str
    svg: str = ""
    alt: str = ""
    table: DisplayTable | None = None
    cut: bool = True

    @property
    def finding(self) -> str:
        """The sentences of the claims."""
        return said(self.claims)

    @property
    def left_out(self) -> str:
        """Say how many rows of the data the table shows, if not all."""
        shown = len(self.table.rows) if self.table and self.cut else 0
        return f"{shown} of {self.data.height:,} rows" if 0 < shown < self.data.height else ""


@dataclass(frozen=True)
class FigureSpec:
    """How to make one figure.

    needs: what the network must have, else a sentence stands there. of_release: whether it looks
    beyond the roles, so that it has no place in a report on a file of one's own. beside_chance:
    whether it reads random networks, which are drawn while the others are made.
    """

    key: str
    title: str
    build: Callable[[ReportData], Content]
    needs: str = "links"
    of_release: bool = False
    beside_chance: bool = False

    @property
    def use(self) -> str:
        """What a reader does with it."""
        return USES[self.key]

    def applies(self, report: ReportData) -> bool:
        """Say whether the figure has a place in a report: one on `of` only where that is given."""
        if self.of_release and isinstance(report.release, OwnFile):
            return False
        return self.needs != "of" or bool(report.selection.scope.of)

    def make(self, report: ReportData) -> Content:
        """Return the content, or the sentence that there is nothing to show."""
        if report.has(self.needs):
            content = self.build(report)
        else:
            nothing = Claim(f"{self.key}.nothing", report.nothing(self.needs))
            content = Content((nothing,), "", pl.DataFrame(), "permed.graph.network.project")
        told = tuple(
            replace(claim, selection=claim.selection or report.described)
            for claim in content.claims
        )
        return replace(content, claims=told)


def told_apart(column: str) -> pl.Expr:
    """Return names made different from each other, so that a chart does not stack them."""
    repeat = pl.int_range(pl.len()).over(column)
    return pl.when(repeat == 0).then(column).otherwise(pl.format("{} #{}", column, repeat + 1))
