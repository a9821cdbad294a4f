"""A workbook as its reader finds it: cells of their type, a frozen head, an `about` sheet."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import fastexcel
import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.tables.columns import Column
from permed.graph.tables.output import spreadsheet
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.spreadsheet import workbook

_FRAME = pl.DataFrame({
    "name": ["=1+1", "+ Plus", "@at", None, "Ärzte ☂"],
    "n": [1, -5, None, 4, 2**60],
    "share": [0.987, 1e-9, -3.25, None, 2.0],
    "day": [dt.date(2020, 2, 29), None, dt.date(1850, 1, 1), dt.date(2024, 1, 1), None],
    "yes": [True, False, None, True, True],
    "code": ["018906e22", "0009", "NA", "1E5", "999988424"],
    "page": ["https://example.org/a?b=c#d", None, "https://example.org/ü", None, None],
    "many": [["a", "b"], [], None, ["c"], ["d"]],
})  # fmt: skip
_TOLD = TableDescription(
    "things: all?", "Things", (Column("n", "integer", "How many", unit="pieces", source="pm:n"),),
    (("Release", "2026-01-01-x"), ("Licence", "CC BY 4.0")), "rows 1 to 5 of 9",
)  # fmt: skip


def _sheet(data: bytes, name: int | str) -> pl.DataFrame:
    return fastexcel.read_excel(data).load_sheet(name, dtypes=None).to_polars()


def test_every_cell_is_of_its_type_and_no_text_a_formula() -> None:
    found = _sheet(workbook(_FRAME, _TOLD), 0)
    assert found.columns == _FRAME.columns
    assert found["name"].to_list() == _FRAME["name"].to_list()
    assert found["code"].to_list() == _FRAME["code"].to_list()
    assert found["share"].to_list() == _FRAME["share"].to_list()
    assert found["yes"].to_list() == _FRAME["yes"].to_list()
    assert found["page"].to_list() == _FRAME["page"].to_list()
    assert found["many"].to_list() == ["a; b", None, None, "c", "d"]


def test_numbers_that_a_cell_cannot_hold_and_days_before_its_calendar_are_texts() -> None:
    texts = fastexcel.read_excel(workbook(_FRAME, _TOLD)).load_sheet(0, dtypes="string")
    found = texts.to_polars()
    assert found["n"].to_list() == ["1", "-5", None, "4", str(2**60)]
    days = [None if d is None else d[:10] for d in found["day"]]
    assert days == ["2020-02-29", None, "1850-01-01", "2024-01-01", None]


def test_the_head_is_frozen_addresses_are_links_and_a_file_is_always_the_same() -> None:
    data = workbook(_FRAME, _TOLD)
    assert data == workbook(_FRAME, _TOLD)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert 'state="frozen"' in sheet
        assert "<f>" not in sheet
        assert sheet.count("<hyperlink ") == 2
        assert 'name="things  all"' in parts.read("xl/workbook.xml").decode()


def test_the_second_sheet_says_what_the_first_is() -> None:
    rows = fastexcel.read_excel(workbook(_FRAME, _TOLD)).load_sheet("about", header_row=None)
    said = [[c for c in row if c is not None] for row in rows.to_polars().iter_rows()]
    for row in (["Table", "Things"], ["Rows", "5"], ["Release", "2026-01-01-x"],
                ["Licence", "CC BY 4.0"], ["Not all rows", "rows 1 to 5 of 9"],
                ["n", "How many", "integer", "pieces", "pm:n"]):  # fmt: skip
        assert row in said


def test_what_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    long = pl.DataFrame({"text": ["x" * 40_000]})
    rows = fastexcel.read_excel(workbook(long, _TOLD)).load_sheet("about", header_row=None)
    assert any("cells hold at most 32,767" in str(row) for row in rows.to_polars().iter_rows())
    monkeypatch.setattr(spreadsheet, "_MOST_ROWS", 4)
    with pytest.raises(InputError, match="a sheet holds 4 rows, not 5"):
        workbook(_FRAME, _TOLD)


def test_nothing_is_a_table_too() -> None:
    assert _sheet(workbook(pl.DataFrame(schema={"a": pl.String}), _TOLD), 0).columns == ["a"]
    assert workbook(pl.DataFrame(), _TOLD)


def test_numbers_of_every_type_are_read_back() -> None:
    frame = pl.DataFrame({
        "small": pl.Series([1, -2], dtype=pl.Int8),
        "exact": pl.Series(["1.5", "2.25"]).cast(pl.Decimal(10, 2)),
        "odd": [float("nan"), 0.5],
        "huge": [float("inf"), -1.0],
    })  # fmt: skip
    told = TableDescription("numbers", "Numbers", (), (), "")
    found = fastexcel.read_excel(workbook(frame, told)).load_sheet(0, dtypes="string").to_polars()
    assert found["small"].to_list() == ["1", "-2"]
    assert found["exact"].to_list() == ["1.5", "2.25"]
    assert found["odd"].to_list() == ["nan", "0.5"]
    assert found["huge"].to_list() == ["inf", "-1"]
