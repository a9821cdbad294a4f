"""The record tables of several sources together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from permed.graph.tables.model import TABLES

__all__ = ["joined_tables"]


def joined_tables(sources: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the tables of several sources together, in order of precedence; one row a thing."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for tables in sources:
        for name, frame in tables.items():
            parts.setdefault(name, []).append(frame)
    return {name: _together(pl.concat(frames), name) for name, frames in parts.items()}


def _together(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """One row a thing: what the first source leaves open, the next one may tell."""
    if TABLES[name].key != ("id",):
        return frame
    first = pl.exclude("id").drop_nulls().first()
    return frame.group_by("id", maintain_order=True).agg(first).select(frame.columns)
