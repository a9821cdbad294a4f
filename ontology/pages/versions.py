"""Versions of the vocabulary: what changed in each, and since when a term is there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["Version", "since", "versions"]

_FILE: Final = Path(__file__).parents[1] / "versions.toml"


@dataclass(frozen=True)
class Version:
    """One version: its number, its day (ISO 8601), terms without prefix, remarks."""

    number: str
    date: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@cache
def versions() -> tuple[Version, ...]:
    """Return all versions, the newest first."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["version"]
    return tuple(
        Version(
            row["number"],
            row["date"],
            tuple(row["added"]),
            tuple(row["removed"]),
            tuple(row["changed"]),
        )
        for row in rows
    )


def since(term: str) -> str:
    """Return the version in which a term, without prefix, came in."""
    return next((v.number for v in versions() if term in v.added), versions()[-1].number)
