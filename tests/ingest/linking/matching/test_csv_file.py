from __future__ import annotations

import csv
import datetime as dt
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from permed.graph.errors import InputError, NotFoundError
from permed.graph.tables.delimited import read_table
from permed.ingest.linking.matching.csv_file import ADDED_COLUMNS, match_file
from tests.ingest.linking.conftest import ROR


def rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_and_rows_are_kept_in_order(dump: Path, tmp_path: Path, delimiter: str) -> None:
    given = [
        ["nr", "org", "land", "note"],
        ["007", "Cairo University", "EG", 'a "quoted"\nline'],
        ["", "", "", ""],
        ["2", "Nobody Knows This One", "FR", "  spaced "],
    ]
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(given)
    seen: list[tuple[int, int]] = []

    def report(rows: int, total: int) -> None:
        seen.append((rows, total))

    summary = match_file(
        path, out, name="org", country="land", ror=dump, cache_dir=tmp_path, progress=report
    )
    result = rows(out, delimiter)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")  # as the file that was read
    assert [row[:4] for row in result] == given
    assert result[0][4:] == list(ADDED_COLUMNS)
    assert result[1][4] == ROR + "03q21mh05"
    assert result[2][4:] == ["", "", "0.0000", "none", "the name is empty", "", ""]
    assert (summary.rows, summary.accept, summary.review, summary.none) == (3, 1, 0, 2)
    assert seen == [(3, 3)]


def test_affiliations_of_a_file(dump: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text('raw\n"School of Physics, Peking University, Beijing, China"\n', "utf-8")
    match_file(path, out, affiliation="raw", ror=dump, cache_dir=tmp_path)
    assert rows(out)[1][1] == ROR + "02v51f717"


def test_against_a_frame(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("org\nSciensano\n", "utf-8")
    frame = pl.DataFrame({"id": ["x1"], "name": ["Sciensano"], "country": ["BE"]})
    match_file(path, out, name="org", against_frame=frame)
    assert rows(out)[1][1] == "x1"


FRAME = pl.DataFrame({"id": ["x1"], "name": ["Université Sciensano"], "country": ["BE"]})


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("cp1252", "cp1252"),
     ("cp1252", None), ("utf-16-le", "utf-16-le"), ("utf-16-le", None)],
)  # fmt: skip
def test_encodings(tmp_path: Path, encoding: str, told: str | None) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("org\tland\r\nUniversité Sciensano\tBE\r\n", encoding, newline="")
    match_file(path, out, name="org", country="land", against_frame=FRAME, encoding=told)
    written = out.read_bytes().decode(encoding).lstrip("\ufeff")
    assert written.split("\n")[1].split("\t")[:3] == ["Université Sciensano", "BE", "x1"]


def test_letters_that_the_encoding_lacks_make_it_utf_8_and_that_is_told(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("org;land\r\nUniversité Sciensano;BE\r\n", "cp1252", newline="")
    found = pl.DataFrame({"id": ["x1"], "name": ["Université Sciensano Ł"], "country": ["BE"]})
    summary = match_file(path, out, name="org", country="land", against_frame=found)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert any("written as UTF-8" in told for told in summary.warnings)


def test_a_workbook_goes_in_and_comes_out(tmp_path: Path) -> None:
    """A messy one: merged title, blank rows, a hidden sheet, mixed types, days as numbers."""
    path, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("old")
        hidden.write_row(0, 0, ["org", "land"])
        hidden.write_row(1, 0, ["Wrong", "DE"])
        hidden.hide()
        sheet = book.add_worksheet("partners")
        sheet.activate()
        sheet.merge_range(0, 0, 0, 3, "Partners of 2024")
        sheet.write_row(2, 0, ["org", "land", "joined", "no"])
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(3, 0, ["Université Sciensano", "BE"])
        sheet.write_datetime(3, 2, dt.datetime(2024, 3, 1), day)
        sheet.write_number(3, 3, 999988424)
        sheet.write_row(5, 0, ["Elsewhere", "NA", "n/a", "A1"])
    summary = match_file(
        path, out, name="org", country="land", against_frame=FRAME, missing=["n/a"]
    )
    found = fastexcel.read_excel(out).load_sheet(0, dtypes="string").to_polars()
    filled = found.filter(pl.col("org").is_not_null())
    assert filled.select("org", "land", "joined", "no", "match_id", "decision").rows() == [
        ("Université Sciensano", "BE", "2024-03-01", "999988424", "x1", "accept"),
        ("Elsewhere", "NA", None, "A1", None, "none"),
    ]
    assert any("read as Namibia" in told for told in summary.warnings)
    typed = fastexcel.read_excel(out).load_sheet(0, dtypes=None).to_polars()
    assert typed.schema["match_score"] == pl.Float64


def test_scores_have_four_decimals_and_names_are_no_formulas(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("org,land\n+Plus Foundation,BE\n", "utf-8")
    found = pl.DataFrame({"id": ["x1"], "name": ["+Plus Foundation"], "country": ["BE"]})
    match_file(path, out, name="org", country="land", against_frame=found)
    row = rows(out)[1]
    assert (row[0], row[3]) == ("+Plus Foundation", "'+Plus Foundation")
    assert re.fullmatch(r"[01]\.\d{4}", row[4])


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('"org","note\nof mine"\nx,y\n', ["x"]),
        ("sep=;\norg;land\nA, B;DE\n", ["A, B"]),
        ("org\nInstitute of A, B and C\nD\n", ["Institute of A, B and C", "D"]),
        ('org;"land"\nx;DE\n', ["x"]),
        ("org\n", []),
        ("\norg\nx\n", ["x"]),
        ("Partners 2024;;\n;;\norg;land;\nx;DE;\n", ["x"]),
        ("# a comment\norg\tland\nx\tDE\t\t\n", ["x"]),
        ('org,land\n"Oxford,GB\nKing,GB\n', ['"Oxford', "King"]),
    ],
)
def test_layouts_of_the_header(tmp_path: Path, content: str, names: list[str]) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text(content, "utf-8")
    match_file(path, out, name="org", against_frame=FRAME)
    delimiter = next((d for d in "\t;" if d in content), ",")
    assert [row[0] for row in rows(out, delimiter)[1:]] == names


def test_threshold_limit_and_unknown_countries(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("org,land\nUniversité Sciensano,BE\nx,Atlantis\ny,XX\nz,XX\n", "utf-8")
    asked = {"name": "org", "country": "land", "against_frame": FRAME}
    summary = match_file(path, out, **asked, limit=3)  # type: ignore[arg-type]
    assert (summary.rows, summary.accept, len(rows(out))) == (3, 1, 4)
    assert (summary.unknown_country, summary.unknown_countries) == (2, ("Atlantis", "XX"))
    summary = match_file(path, out, **asked, threshold=1.0)  # type: ignore[arg-type]
    assert (summary.accept, summary.review, summary.unknown_country) == (0, 1, 3)
    assert rows(out)[1][5:] == ["review", rows(out)[1][6], "active", ""]
    assert rows(out)[1][6].startswith("below the threshold of 1; ")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"other,land\nx,DE\n", "row 1 has no column org; columns found: other, land"),
        (b"", "the file is empty"),
        (b"org:land\nx:y\n", "row 1 has no column org; columns found: org:land"),
        (b"PK\x03\x04\x14\x00", "is a zip archive or workbook, not text"),
        (b"org,match_id\nx,y\n", "already has the column match_id"),
        (b"org,org\nx,y\n", "the column 'org' stands twice"),
        (b"org,land\nA, B and C,DE\n", "row 2 has 3 fields where the header has 2"),
        ("org\n\u0423\u043d\u0438\u0432\u0435\u0440\u0441\n".encode("cp1251"), "is not UTF-8"),
    ],
)
def test_unusable_files_are_refused(
    dump: Path, tmp_path: Path, content: bytes, problem: str
) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        match_file(path, out, name="org", ror=dump, cache_dir=tmp_path)
    assert not out.exists()
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".out")] == []


def test_options_must_make_sense(dump: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    with pytest.raises(InputError, match="either --name COLUMN or --affiliation COLUMN"):
        match_file(path, out, ror=dump)
    with pytest.raises(InputError, match="--country, --city and --short-name go with --name"):
        match_file(path, out, affiliation="org", country="land", ror=dump)
    with pytest.raises(NotFoundError, match=r"in\.csv: no such file"):
        match_file(path, out, name="org", ror=dump)
    path.write_text("org\nx\n", "utf-8")
    with pytest.raises(InputError, match="--ror"):
        match_file(path, out, name="org")
    with pytest.raises(InputError, match="unknown encoding 'klingon'"):
        match_file(path, out, name="org", against_frame=FRAME, encoding="klingon")


@pytest.mark.parametrize(
    ("place", "problem"),
    [("in.csv", "is the file that is read"), ("link.csv", "is the file that is read"),
     (".", "is a folder"), ("no/out.csv", "there is no such folder"),
     ("/proc/out.csv", "^/proc/out.csv: ")],
)  # fmt: skip
def test_places_that_cannot_be_written(tmp_path: Path, place: str, problem: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text("org\nx\n", "utf-8")
    (tmp_path / "link.csv").symlink_to(path)
    with pytest.raises(InputError, match=problem):
        match_file(path, tmp_path / place, name="org", against_frame=FRAME)
    assert path.read_text("utf-8") == "org\nx\n"


def test_links_and_pipes_stay_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, link, fifo = tmp_path / "in.csv", tmp_path / "link.csv", tmp_path / "fifo"
    path.write_text("org\nx\n", "utf-8")
    link.symlink_to(tmp_path / "real.csv")
    match_file(path, link, name="org", against_frame=FRAME)
    assert link.is_symlink()
    assert rows(tmp_path / "real.csv")[1][0] == "x"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(1) as other:
        read = other.submit(fifo.read_text)
        match_file(path, fifo, name="org", against_frame=FRAME)
        assert read.result().splitlines()[1].startswith("x,")
        other.submit(fifo.write_text, "org\nfrom a pipe\n")
        match_file(fifo, Path("-"), name="org", against_frame=FRAME)
    assert fifo.is_fifo()
    assert "\nfrom a pipe," in capsys.readouterr().out


@pytest.mark.parametrize("name", ["out.ods", "out.xls", "OUT.XLSM"])
def test_a_workbook_is_xlsx_or_refused(dump: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text("org\nCairo University\n", "utf-8")
    with pytest.raises(InputError, match=r"written as \.xlsx"):
        match_file(path, tmp_path / name, name="org", ror=dump, cache_dir=tmp_path)
    assert not (tmp_path / name).exists()
    match_file(path, tmp_path / "out.xlsx", name="org", ror=dump, cache_dir=tmp_path)
    sheet = read_table(tmp_path / "out.xlsx", ["match_id", "match_status"]).rows
    assert sheet.row(0, named=True)["match_status"] == "active"
