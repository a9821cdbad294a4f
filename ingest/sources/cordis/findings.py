"""Issues that gather while a dump is read, each with the file and row that it is about."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from permed.graph.tables.delimited import Reject
from permed.graph.tables.issues import ISSUES, Severity, collect, issue_rows

__all__ = ["SOURCE", "Findings"]

SOURCE = "cordis"


class Findings:
    """The issues of one run; frames given to it carry `file` and `source_row`."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []
        self.unreadable = 0  # rows that no table holds

    def table(self) -> pl.DataFrame:
        """Return all issues in the order in which they were found."""
        return collect(self._parts)

    def note(self, file: str, reason: str, field: str | None = None) -> None:
        """Record a doubt about a whole file."""
        self._parts.append(
            pl.DataFrame(
                [[SOURCE, file, None, field, None, reason, "warning"]], schema=ISSUES, orient="row"
            )
        )

    def add_rejects(self, file: str, rejects: Iterable[Reject]) -> None:
        """Record rows that could not be read at all."""
        rows = [[SOURCE, file, r.row, None, r.start, r.reason, "rejected"] for r in rejects]
        self.unreadable += len(rows)
        if rows:
            self._parts.append(pl.DataFrame(rows, schema=ISSUES, orient="row"))

    def add(
        self,
        rows: pl.DataFrame,
        reason: str | pl.Expr,
        severity: Severity,
        field: str | None = None,
    ) -> None:
        """Record rows with a reason; `field` names the column whose value is shown."""
        if rows.is_empty():
            return
        found = issue_rows(
            rows, source=SOURCE, table="", reason=reason, severity=severity, field=field
        )
        self._parts.append(found.with_columns(rows["file"].alias("table")))

    def reject(
        self, rows: pl.DataFrame, bad: pl.Expr, reason: str | pl.Expr, field: str | None = None
    ) -> pl.DataFrame:
        """Record the rows where `bad` is true as rejected and return the others."""
        return self._without(rows, bad, reason, "rejected", field)

    def leave_out(
        self, rows: pl.DataFrame, bad: pl.Expr, reason: str | pl.Expr, field: str | None = None
    ) -> pl.DataFrame:
        """As `reject`, for rows that the file is not to blame for: they end no build."""
        return self._without(rows, bad, reason, "warning", field)

    def _without(
        self,
        rows: pl.DataFrame,
        bad: pl.Expr,
        reason: str | pl.Expr,
        severity: Severity,
        field: str | None,
    ) -> pl.DataFrame:
        wrong = bad.fill_null(False)
        self.add(rows.filter(wrong), reason, severity, field)
        return rows.filter(~wrong)

    def clean(self, rows: pl.DataFrame, field: str, good: pl.Expr, reason: str) -> pl.DataFrame:
        """Replace a column by its parsed form; values that this empties are recorded as dropped."""
        parsed = rows.with_columns(good.alias("_good"))
        lost = parsed.filter(pl.col(field).is_not_null() & pl.col("_good").is_null())
        self.add(lost, reason, "dropped", field)
        return parsed.with_columns(pl.col("_good").alias(field)).drop("_good")
