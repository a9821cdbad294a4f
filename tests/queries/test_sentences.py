"""Superlatives in sentences: who leads alone is named, of several the number is said."""

from __future__ import annotations

import polars as pl
import pytest

from permed.queries.sentences import filled


@pytest.mark.parametrize(
    ("template", "calls", "told"),
    [
        ("most are {max:n} ({first:name})", [3, 2, 1], "most are 3 (A)"),
        ("most are {max:n} ({first:name})", [3, 3, 1], "most are 3 (2 share it)"),
        ("most with {first:name} ({max:n})", [3, 2, 1], "most with A (3)"),
        ("most with {first:name} ({max:n})", [1, 1, 1], "most with 3 that share it (1)"),
        ("{max:n} ({first:name} and {first:other})", [2, 2, 1], "2 (2 share it)"),
        ("{first:name}; the most are {max:n}", [1, 1, 1], "A; the most are 1"),
    ],
)
def test_only_who_leads_alone_is_named(template: str, calls: list[int], told: str) -> None:
    rows = pl.DataFrame({"name": ["A", "B", "C"], "other": ["D", "D", "D"], "n": calls})
    assert filled(template, rows) == told
