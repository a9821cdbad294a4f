"""Delimited text: every row is either read as written or rejected with number and reason."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import InputError, NotFoundError
from permed.graph.tables.delimited import parse, read_table
from tests.ingest.sources.cordis.official import line_of
from tests.workbooks import workbook

HEADER = ["id", "title", "objective"]


def text(*rows: list[str]) -> str:
    return line_of(HEADER) + "".join(line_of(r) for r in rows)


def rows_of(data: bytes) -> list[tuple[str, ...]]:
    return parse(data, "t.csv").rows.select(HEADER).rows()


GOOD = [["1", "a", "x"], ["2", 'with "quotes"', "two\r\nlines"], ["3", "", "semi;colon"]]


def test_a_regular_file_is_read_as_written() -> None:
    found = parse(text(*GOOD).encode(), "t.csv")
    assert found.rows.select(HEADER).rows() == [tuple(r) for r in GOOD]
    assert found.numbers.to_list() == [1, 2, 3]
    assert (found.read, found.rejects, found.warnings) == (3, [], [])


def test_byte_order_mark_and_utf_16_are_understood() -> None:
    assert rows_of(b"\xef\xbb\xbf" + text(*GOOD).encode()) == [tuple(r) for r in GOOD]
    assert rows_of(text(*GOOD).encode("utf-16")) == [tuple(r) for r in GOOD]


def test_a_field_that_begins_with_a_quote_may_lack_one_mark() -> None:
    # the portal writes "";""Deep learning"" ... where three marks are needed
    raw = (
        text(["1", "a", "x"]) + '"2";"";""Deep learning"" is here; so; what"\r\n' + line_of(GOOD[2])
    )
    assert rows_of(raw.encode()) == [
        ("1", "a", "x"),
        ("2", "", '"Deep learning" is here; so; what'),
        ("3", "", "semi;colon"),
    ]


def test_a_field_may_hold_the_separator_with_its_quotes() -> None:
    rows = [["1", 'a";"b', "x"], ["2", 'ends in "', 'x"\r\n"y']]
    assert rows_of(text(*rows).encode()) == [tuple(r) for r in rows]


@pytest.mark.parametrize("bad", ['"2";"short"', '"2";"a";"b";"long"', '"2";"cut in the'])
def test_a_row_of_the_wrong_width_is_rejected_alone(bad: str) -> None:
    raw = text(GOOD[0]) + bad + "\r\n" + line_of(GOOD[1]) + line_of(GOOD[2])
    found = parse(raw.encode(), "t.csv")
    assert found.rows["id"].to_list() == ["1", "2", "3"]
    assert found.numbers.to_list() == [1, 3, 4]
    [reject] = found.rejects
    assert reject.row == 2
    assert "where the header has 3" in reject.reason


def test_a_short_and_a_long_row_do_not_cancel_out() -> None:
    raw = line_of(HEADER) + '"1";"a"\r\n"2";"a";"b";"c"\r\n' + line_of(GOOD[2])
    found = parse(raw.encode(), "t.csv")
    assert (found.rows["id"].to_list(), [r.row for r in found.rejects]) == (["3"], [1, 2])


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_file_cut_at_its_end_loses_only_the_last_row(cut: int) -> None:
    raw = text(*GOOD).rstrip("\r\n")[:-cut]
    found = parse(raw.encode(), "t.csv")
    assert found.rows["id"].to_list() == ["1", "2"]
    assert [r.row for r in found.rejects] == [3]


def test_nul_bytes_are_taken_out_and_told() -> None:
    found = parse(text(["1", "a\0b", "x"]).encode(), "t.csv")
    assert found.rows["title"].to_list() == ["ab"]
    assert found.warnings == ["1 NUL bytes were taken out"]


def test_latin_text_is_read_and_told() -> None:
    found = parse(text(["1", "Universität", "é"]).encode("cp1252"), "t.csv")
    assert found.rows["title"].to_list() == ["Universität"]
    assert found.warnings == ["not UTF-8: read as Windows-1252"]


def test_a_damaged_byte_in_good_utf_8_costs_its_row_only() -> None:
    raw = (
        text(["1", "Universität", "éé"]).encode()
        + b'"2";"\xe4";"x"\r\n'
        + line_of(GOOD[2]).encode()
    )
    found = parse(raw, "t.csv")
    assert found.rows["title"].to_list() == ["Universität", ""]
    assert [(r.row, r.reason) for r in found.rejects] == [
        (2, "holds bytes that are not UTF-8: correct the encoding")
    ]


def test_ten_megabytes_in_one_field_are_read_whole() -> None:
    long = "word; " * 1_700_000
    for raw in (text(["1", "a", long]), text(["1", "a", long]) + '"2"\r\n'):
        assert rows_of(raw.encode())[0][2] == long
    plain = f'id\ttitle\n1\t"{long}"\n'
    assert parse(plain.encode(), "t.tsv").rows["title"].to_list() == [long]


def test_tabs_and_commas_with_quotes_only_where_needed() -> None:
    raw = 'id\ttitle\tcost\r\n1\tThe "new" way\t230000,00\r\n2\t"two\nlines"\t1\r\n\r\n3\tx\r\n'
    found = parse(raw.encode(), "t.tsv")
    assert found.rows["title"].to_list() == ['The "new" way', "two\nlines"]
    assert [(r.row, r.start) for r in found.rejects] == [(4, "3\tx")]
    assert parse(b'id,title\n1,"a, b"\n', "t.csv").rows["title"].to_list() == ["a, b"]


def test_an_open_quote_does_not_swallow_the_rows_below() -> None:
    raw = 'id,title,x\n1,"open,1\n2,b,2\n3,c,3\n'
    found = parse(raw.encode(), "t.csv")
    assert found.rows["title"].to_list() == ['"open', "b", "c"]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty; export or download it again"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b"<html>sorry</html>", "is a web page, no table"),
        (b'"id";"id"\r\n', "the column 'id' stands twice"),
    ],
)
def test_a_file_without_a_header_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(data, "t.csv")


def test_a_header_alone_is_an_empty_table() -> None:
    found = parse(line_of(HEADER).encode(), "t.csv")
    assert (found.rows.height, found.rows.columns, found.read) == (0, HEADER, 0)


FIELD = st.text(st.sampled_from('ab;"\n\r é,'), max_size=12)
ROW = st.lists(FIELD, min_size=2, max_size=2).map(lambda fields: ["7", *fields])
# a broken row: a field too few or too many, without quotes that could make it whole again
BROKEN = st.sampled_from(['"8";"x"', '"8";"x";"y";"z"', '"8"', '"8";"a";"b";"c";"d"'])


@given(st.lists(ROW, max_size=6))
def test_whatever_is_written_well_is_read_back(rows: list[list[str]]) -> None:
    # a lone line break that ends the last field is kept, since it stands inside the quotes
    found = parse(text(*rows).encode(), "t.csv")
    assert found.rejects == []
    assert found.rows.select(HEADER).rows() == [tuple(r) for r in rows]


@given(st.lists(st.one_of(ROW, BROKEN), max_size=8))
def test_accepted_and_rejected_make_up_what_was_read(rows: list[list[str] | str]) -> None:
    plain = [
        [r[0], *("".join(c for c in f if c not in '"\r\n') for f in r[1:])]
        if isinstance(r, list)
        else r
        for r in rows
    ]
    raw = line_of(HEADER) + "".join(
        line_of(r) if isinstance(r, list) else r + "\r\n" for r in plain
    )
    found = parse(raw.encode(), "t.csv")
    assert found.rows.select(HEADER).rows() == [tuple(r) for r in plain if isinstance(r, list)]
    assert found.rows.height + len(found.rejects) == found.read == len(rows)
    numbers = [*found.numbers.to_list(), *(r.row for r in found.rejects)]
    assert sorted(numbers) == list(range(1, len(rows) + 1))


@given(st.lists(ROW, min_size=1, max_size=5), st.data())
def test_damaged_bytes_never_pass_in_silence(rows: list[list[str]], data: st.DataObject) -> None:
    raw = bytearray(text(*rows), "utf-8")
    body = len(line_of(HEADER))
    at = data.draw(st.integers(body, len(raw) - 1))
    raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    found = parse(bytes(raw), "t.csv")
    numbers = [*found.numbers.to_list(), *(r.row for r in found.rejects)]
    assert len(set(numbers)) == found.read  # blank rows leave gaps
    assert all(r.reason for r in found.rejects)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes) -> None:
    with contextlib.suppress(InputError):
        found = parse(raw, "t.csv")
        assert found.read == found.rows.height + len(found.rejects)


PLAIN = [("id", "name"), ("1", "Köln, Uni"), ("2", "Oslo")]


@pytest.mark.parametrize(
    "data",
    [
        b'id,name\n1,"K\xc3\xb6ln, Uni"\n2,Oslo\n',
        "id;name\r\n1;Köln, Uni\r\n2;Oslo\r\n".encode("cp1252"),
        "id\tname\n1\tKöln, Uni\n2\tOslo".encode("utf-16"),
        "id|name\r1|Köln, Uni\r2|Oslo\r".encode("utf-8-sig"),
        "sep=;\nid;name\n1;Köln, Uni\n2;Oslo\n".encode(),
        "Partners, all of them;\n;\n id ;name\t\n1;Köln, Uni\n2;Oslo\n".encode(),
        "# made by hand\nid;name\n1;Köln, Uni\n2;Oslo\n".encode(),
        "#id\tname\n1\tKöln, Uni\n2\tOslo\n".encode(),
        "id;name;;\n1;Köln, Uni;;\n2;Oslo;;\n".encode(),
        "id;name\n1;Köln, Uni;;;\n2;Oslo\n".encode(),
        "\n\nid;name\n1;Köln, Uni\n\n2;Oslo\n".encode(),
        workbook(PLAIN),
        workbook([("Partners 2024",), (), *PLAIN]),
    ],
)
def test_one_table_in_many_dialects_is_one_table(data: bytes) -> None:
    found = parse(data, "t.csv")
    assert [tuple(found.rows.columns), *found.rows.rows()] == PLAIN
    assert found.rejects == []


@pytest.mark.parametrize(
    "inner", ["a,b\na,b\na,b\na,b", ",\n,\n,\n,", '"x","y"\n' * 4, "a\tb|c\n" * 5]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_a_table_inside_a_cell_is_no_table(
    inner: str, delimiter: str, quoting: Literal[0, 1]
) -> None:
    rows = [("id", "note"), ("7", inner), ("8", "")]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, quoting=quoting).writerows(rows)
    found = parse(buffer.getvalue().encode(), "t.csv")
    assert found.delimiter == delimiter
    assert [tuple(found.rows.columns), *found.rows.rows()] == rows


def test_a_single_column_may_hold_every_delimiter() -> None:
    found = parse(b"name\nA, B; C\n\nD | E\n", "t.csv", keep_blank=True)
    assert found.rows["name"].to_list() == ["A, B; C", "", "D | E"]
    assert found.delimiter is None


def test_rows_of_numbers_have_no_heading_and_snap_names_them_in_a_comment() -> None:
    bare = parse(b"7,8\n8,9\n", "t.csv")
    assert bare.rows.rows() == [("7", "8"), ("8", "9")]
    assert bare.rows.columns == ["column 1", "column 2"]
    assert (bare.sheet_row(0), bare.sheet_row(1)) == (1, 2)
    snap = parse(b"# Nodes: 3 Edges: 2\n# FromNodeId\tToNodeId\n7\t8\n8\t9\n", "t.txt")
    assert snap.rows.columns == ["FromNodeId", "ToNodeId"]
    assert snap.sheet_row(1) == 4


def test_columns_without_a_name_are_kept_where_they_hold_something() -> None:
    found = parse(b'"","name",""\n"1","Oslo",\n"2","Bonn",\n', "t.csv")
    assert found.rows.columns == ["column 1", "name"]


def test_a_bare_na_is_missing_only_where_quotes_tell() -> None:
    r_wrote = b'"name","country","n"\n"Uni, NA",NA,1\n"Windhoek","NA",NA\n'
    found = parse(r_wrote, "t.csv")
    assert found.rows.rows() == [("Uni, NA", "", "1"), ("Windhoek", "NA", "")]
    assert found.warnings == [
        "2 cells hold NA without quotes: read as empty, since R writes missing values so"
    ]
    assert parse(b"name,country\nWindhoek,NA\n", "t.csv").rows["country"].to_list() == ["NA"]
    numbers = parse(b'"a","b"\nNA,1\n2,NA\nNAM,3\n', "t.csv")
    assert numbers.rows.rows() == [("", "1"), ("2", ""), ("NAM", "3")]


def test_a_wanted_column_finds_its_heading() -> None:
    raw = b"a;b;c\nd;e;f\norg;land;n\nx;DE;1\n"
    assert parse(raw, "t.csv", ["org"]).rows.rows() == [("x", "DE", "1")]
    assert parse(raw, "t.csv").rows.height == 3


def test_a_workbook_gives_days_whole_numbers_and_names_the_sheets_left() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page, other = book.add_worksheet("Projects"), book.add_worksheet("Notes")
        page.write_row(0, 0, ["id", "start", "share"])
        page.write(1, 0, 101057619)
        page.write_datetime(
            1, 1, datetime(2024, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"})
        )
        page.write(1, 2, 0.5)
        other.write(0, 0, "x")
    found = parse(buffer.getvalue(), "t.xlsx")
    assert found.rows.rows() == [("101057619", "2024-05-06", "0.5")]
    assert found.warnings == ["the sheet 'Projects' is read, not 'Notes'"]
    with pytest.raises(InputError, match=r"t\.xlsx: not a whole spreadsheet"):
        parse(b"PK\x03\x04 cut", "t.xlsx")


def test_a_strict_reader_names_the_row_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"Title;\n\nid;name\n1;a\n\n2;b;c\n")
    with pytest.raises(InputError, match=r"t\.csv: row 6 has 3 fields where the header has 2"):
        read_table(path)
    with pytest.raises(NotFoundError, match="no such file"):
        read_table(tmp_path / "none.csv")


CELL = st.text(st.sampled_from('ab;"\n é'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6), st.data())
def test_quotes_where_needed_are_read_as_the_csv_module_reads_them(
    cells: list[list[str]], data: st.DataObject
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerows([["x", "y", "z"], *(["7", *r] for r in cells)])
    text = buffer.getvalue().replace("x;y;z", "w;x;y;z")
    found = parse(text.encode(), "t.csv")
    assert found.rejects == []
    assert found.rows.rows() == [("7", *row) for row in cells]
    cut = data.draw(st.integers(0, len(text)))
    broken = text[:cut] + data.draw(st.sampled_from(['"', ";", "\n", 'a"'])) + text[cut:]
    with contextlib.suppress(InputError):
        again = parse(broken.encode(), "t.csv")
        assert all(len(again.rows.columns) == len(row) for row in again.rows.rows())
        assert all(value is not None for row in again.rows.rows() for value in row)
