"""How an assistant is told: rows with their release, cut only where it says so."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from permed.api.python.opened_release import OpenedRelease

__all__ = ["as_card", "release_of", "with_source"]

_LONGEST: Final = 600  # letters of one value: an objective would push out all others


def with_source(
    release: OpenedRelease, rows: pl.DataFrame, limit: int | None = None, *, cut: bool = False
) -> dict[str, Any]:
    """Return rows as JSON-ready values with the release, its day, and how many there are.

    cut: the rows are the first of more, of which nobody knows the number.
    """
    shown = rows if limit is None else rows.head(limit)
    told: dict[str, Any] = {
        **release_of(release),
        "rows": [_row(row) for row in shown.iter_rows(named=True)],
    }
    if cut:
        told["note"] = f"the first {rows.height} rows; there are more, raise limit"
        return told
    told["total"] = rows.height
    if shown.height < rows.height:
        told["note"] = f"the first {shown.height} of {rows.height} rows; raise limit for more"
    if rows.is_empty():
        told["note"] = "the graph knows no row for this; that is not a proof that there is none"
    return told


def release_of(release: OpenedRelease) -> dict[str, str]:
    """Return what every answer begins with: the release, its day, its licence."""
    built = release.receipt["built"][:10]
    return {"release": release.id, "built": built, "licence": "CC BY 4.0"}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items() if value is not None}


def _value(value: Any) -> Any:
    """JSON has no dates; a text too long for a reader is cut, and says so."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}... ({len(value)} letters in all)"
    if isinstance(value, list):
        return [_value(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def as_card(release: OpenedRelease, thing: str, said: pl.DataFrame) -> str:
    """Return what is said of a thing as Markdown, a table with the source of each statement."""
    lines = [
        f"# {thing}", "", f"Release {release.id}, CC BY 4.0.", "",
        "| property | value | label | source |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, value, label, graph in said.rows():
        cells = (_local(name), str(_value(value)), label or "", _local(graph))
        lines.append(
            "| " + " | ".join(" ".join(c.replace("|", "\\|").split()) for c in cells) + " |"
        )
    return "\n".join(lines)


def _local(address: str) -> str:
    return address.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
