"""The datasheet says what the tables hold: its figures are counted again here."""

from __future__ import annotations

import re

import polars as pl
import pytest

from permed.graph.tables.checks import Checked
from tests import ROOT

_TEXT = (ROOT / "docs" / "datasheet.md").read_text(encoding="utf-8")


def test_rows_and_grades(curated: dict[str, pl.DataFrame]) -> None:
    rows = sum(frame.height for frame in curated.values())
    assert f"{rows:,} in {len(curated)} tables" in _TEXT
    grades = pl.concat([frame["evidence"] for frame in curated.values()])
    for grade, count in grades.value_counts().rows():
        assert re.search(rf"`{grade}` {count:,}\b", _TEXT), (grade, count)
    sources = pl.concat([frame["source_url"] for frame in curated.values()])
    assert f"{sources.n_unique()} addresses" in _TEXT


@pytest.mark.parametrize("table", ["organisations", "persons", "activities", "outputs"])
def test_things(folded: dict[str, Checked], table: str) -> None:
    assert f"{folded[table].rows.height} {table}" in _TEXT


def test_topics_and_schemes(folded: dict[str, Checked]) -> None:
    topics, schemes = folded["topics"].rows, folded["schemes"].rows
    assert set(topics["scheme"]) == set(schemes["id"])
    assert f"{topics.height} topics in {schemes.height} schemes" in _TEXT


def test_contradictions_are_all_listed(curated: dict[str, pl.DataFrame]) -> None:
    value = pl.concat_str("value", "date", "text", "qualifier", separator="|", ignore_nulls=True)
    spread = curated["figures"].group_by("entity", "indicator").agg(value.n_unique())
    several = spread.filter(pl.col("value") > 1).height
    assert f"{several} pairs of thing and indicator" in _TEXT
    kinds = [
        int(n)
        for n in re.findall(r"^(?:Disagreement|Plan|Growth|Strategies)[^(]*\((\d+)\)", _TEXT, re.M)
    ]
    assert sum(kinds) == several


def test_every_fact_has_its_line() -> None:
    lines = [int(n) for n in re.findall(r"^\| `\w+` \| (\d+) \|", _TEXT, re.M)]
    totals = [int(n) for n in re.findall(r"^\| \*\*[a-z ]+\*\* \| \*\*(\d+)\*\*", _TEXT, re.M)]
    assert (len(lines), len(totals)) == (17 + 14, 2)
    assert [sum(lines[:17]), sum(lines[17:])] == totals
    assert f"{sum(totals):,} collected facts in two harvests" in _TEXT
