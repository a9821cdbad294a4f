"""Forms of lists that the running server has no example of: texts that spreadsheets would run."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from permed.api.http.rest.formats import harmless_csv, write_table

_RISKY = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1"]
_HARMLESS = ["Plain", "a=b", "", "'=quoted", "1-2"]


@pytest.mark.parametrize(("safe", "mark"), [(True, "'"), (False, "")])
def test_formulas_begin_with_an_apostrophe_in_csv(safe: bool, mark: str) -> None:
    frame = pl.DataFrame({"text": [*_RISKY, *_HARMLESS], "number": [-1.5] * 11})
    text = write_table(frame, "csv", safe=safe).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [row[0] for row in rows] == [f"{mark}{t}" for t in _RISKY] + _HARMLESS
    assert {row[1] for row in rows} == {"-1.5"}


def test_a_spreadsheet_holds_texts_and_no_formulas() -> None:
    frame = pl.DataFrame({"text": ["=1+1", "https://example.org"]})
    sheet = pl.read_excel(write_table(frame, "xlsx"), engine="calamine")
    assert sheet["text"].to_list() == frame["text"].to_list()


@pytest.mark.parametrize("form", ["ndjson", "parquet", "csv", "xlsx", "geojson"])
def test_nothing_is_a_file_too(form: str) -> None:
    columns = ("iri", "label", "longitude", "latitude")
    assert write_table(pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), form) is not None


def test_texts_of_a_csv_file_are_made_harmless_and_numbers_stay() -> None:
    numbers = ["-5", "+3.25", "-1e-7", "12"]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [["a", "b"], *zip([*_RISKY[:2], "@x", "two\nlines"], numbers, strict=True)]
    )
    rows = list(csv.reader(io.StringIO(harmless_csv(out.getvalue().encode()).decode(), newline="")))
    assert [row[0] for row in rows[1:]] == [f"'{t}" for t in (*_RISKY[:2], "@x")] + ["two\nlines"]
    assert [row[1] for row in rows[1:]] == numbers
