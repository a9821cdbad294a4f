"""Cells that say in a program's own word that nothing is there."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from permed.graph.tables.dialect import Dialect

__all__ = ["emptied", "without_missing"]


def emptied(rows: pl.DataFrame, words: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Empty the cells that hold nothing but one of some words, and tell how many there were."""
    if not words or not rows.width:
        return rows, []
    held = {c: rows[c].str.strip_chars().is_in(list(words)) for c in rows.columns}
    found = sum(int(cells.sum()) for cells in held.values())
    told = f"{found} cells hold {' or '.join(words)}: read as empty, as asked for"
    empty = [pl.when(cells).then(pl.lit("")).otherwise(c).alias(c) for c, cells in held.items()]
    return rows.with_columns(empty), [told]


def without_missing(body: str, dialect: Dialect) -> tuple[str, list[str]]:
    """Empty the cells in which R writes NA for a missing value, and tell how many there were.

    R quotes texts and leaves NA bare; so a bare NA is missing only where the heading is quoted,
    and a quoted "NA" stays what it is (Namibia). Where no quotes tell, nothing is changed.
    """
    edge = f"{re.escape(dialect.delimiter)}\\r\\n"
    bare = rf"NA(?<![^{edge}]NA)(?![^{edge}])"
    if not dialect.wholly_quoted or not _may_hold(body, dialect.delimiter):
        return body, []
    found = 0

    def emptied(match: re.Match[str]) -> str:
        nonlocal found
        if match[0] != "NA":
            return match[0]
        found += 1
        return ""

    text = re.sub(rf'"(?:[^"]|"")*+"|{bare}', emptied, body)
    told = f"{found} cells hold NA without quotes: read as empty, since R writes missing values so"
    return text, [told] if found else []


def _may_hold(body: str, delimiter: str) -> bool:
    """Whether a bare NA may stand in a text; plain searches, for most texts are long without."""
    edges = (delimiter, "\r", "\n")
    inside = any(f"{left}NA{right}" in body for left in edges for right in edges)
    return inside or body.startswith("NA") or body.endswith("NA")
