"""Texts and numbers that a spreadsheet would take for something else."""

from __future__ import annotations

import csv
import io
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.tables.output.safe_text import harmless_csv, plain_numbers
from permed.graph.tables.output.writing import csv_text

_RISKY = ["=cmd|' /C calc'!A0", "+1+1", "-2x", "@SUM(A1)", "\t=1", "\r=1", "+ Plus gGmbH"]
_HARMLESS = ["Plain", "a=b", "", "'=quoted", "1-2", "-2"]


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("safe", "mark"), [(True, "'"), (False, "")])
def test_formulas_begin_with_an_apostrophe_in_csv(safe: bool, mark: str) -> None:
    texts = [*_RISKY, *_HARMLESS]
    frame = pl.DataFrame({"text": texts, "number": [-1.5] * len(texts)})
    rows = _rows(csv_text(frame, safe=safe))[1:]
    assert [row[0] for row in rows] == [f"{mark}{t}" for t in _RISKY] + _HARMLESS
    assert {row[1] for row in rows} == {"-1.5"}


def test_cells_of_a_csv_file_are_made_harmless_and_numbers_keep_their_value() -> None:
    numbers = ["-5", "+3.25", "-1e-7", "12", "0.987", "2,3"]
    out = io.StringIO(newline="")
    texts = [*_RISKY[:2], "@x", "two\nlines", "a", "b"]
    csv.writer(out).writerows([["a", "b"], *zip(texts, numbers, strict=True)])
    rows = _rows(harmless_csv(out.getvalue().encode()).decode())
    assert [row[0] for row in rows[1:]] == [*(f"'{t}" for t in (*_RISKY[:2], "@x")), *texts[3:]]
    assert [row[1] for row in rows[1:]] == [*numbers[:4], "0.9870", "2,3"]


@given(st.floats(-1e9, 1e9))
def test_no_number_has_three_decimals_and_every_value_stays(value: float) -> None:
    """In a comma locale a point before exactly three digits parts thousands."""
    text = plain_numbers(pl.DataFrame({"x": [value]}))["x"][0]
    assert not re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", text)
    assert float(text) == value


def test_a_fixed_number_of_decimals_is_kept() -> None:
    frame = pl.DataFrame({"x": [0.987, 0.9595, 1.0, None]})
    assert csv_text(frame, decimals=4).split() == ["x", "0.9870", "0.9595", "1.0000"]


def test_lists_are_joined_and_a_cut_is_told() -> None:
    frame = pl.DataFrame({"x": [["a", "b"], []]})
    assert csv_text(frame, cut="rows 1 to 2 of 9") == 'x\na; b\n""\n"# rows 1 to 2 of 9"\n'
