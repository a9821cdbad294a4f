"""Delimited text: every row is either read as written or rejected with number and reason."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import InputError
from permed.ingest.sources.cordis.delimited import parse
from tests.ingest.sources.cordis.official import line_of

HEADER = ["id", "title", "objective"]


def text(*rows: list[str]) -> str:
    return line_of(HEADER) + "".join(line_of(r) for r in rows)


def rows_of(data: bytes) -> list[tuple[str, ...]]:
    return parse(data, "t.csv").rows.select(HEADER).rows()


GOOD = [["1", "a", "x"], ["2", 'with "quotes"', "two\r\nlines"], ["3", "", "semi;colon"]]


def test_a_regular_file_is_read_as_written() -> None:
    found = parse(text(*GOOD).encode(), "t.csv")
    assert found.rows.select(HEADER).rows() == [tuple(r) for r in GOOD]
    assert found.rows["source_row"].to_list() == [1, 2, 3]
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
    assert found.rows["source_row"].to_list() == [1, 3, 4]
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
    assert [(r.row, r.start) for r in found.rejects] == [(3, "3\tx")]
    assert parse(b'id,title\n1,"a, b"\n', "t.csv").rows["title"].to_list() == ["a, b"]


def test_an_open_quote_does_not_swallow_the_rows_below() -> None:
    raw = 'id,title,x\n1,"open,1\n2,b,2\n3,c,3\n'
    found = parse(raw.encode(), "t.csv")
    assert found.rows["title"].to_list() == ['"open', "b", "c"]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty; download it again"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b"<html>sorry</html>", "no columns found in its first line"),
        (b'"id";"id"\r\n', "the column 'id' stands twice"),
        (b'"id";""\r\n', "a column has no name"),
    ],
)
def test_a_file_without_a_header_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(data, "t.csv")


def test_a_header_alone_is_an_empty_table() -> None:
    found = parse(line_of(HEADER).encode(), "t.csv")
    assert (found.rows.height, found.rows.columns, found.read) == (0, [*HEADER, "source_row"], 0)


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
    numbers = [*found.rows["source_row"].to_list(), *(r.row for r in found.rejects)]
    assert sorted(numbers) == list(range(1, len(rows) + 1))


@given(st.lists(ROW, min_size=1, max_size=5), st.data())
def test_damaged_bytes_never_pass_in_silence(rows: list[list[str]], data: st.DataObject) -> None:
    raw = bytearray(text(*rows), "utf-8")
    body = len(line_of(HEADER))
    at = data.draw(st.integers(body, len(raw) - 1))
    raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    found = parse(bytes(raw), "t.csv")
    numbers = [*found.rows["source_row"].to_list(), *(r.row for r in found.rejects)]
    assert sorted(numbers) == list(range(1, found.read + 1))
    assert all(r.reason for r in found.rejects)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes) -> None:
    with contextlib.suppress(InputError):
        found = parse(raw, "t.csv")
        assert found.read == found.rows.height + len(found.rejects)
