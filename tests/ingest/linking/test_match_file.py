from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from graph.errors import InputError
from ingest.linking.match_file import ADDED_COLUMNS, match_file

from .conftest import ROR


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


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
    seen: list[int] = []
    summary = match_file(
        path, out, name="org", country="land", ror=dump, cache_dir=tmp_path, progress=seen.append
    )
    result = rows(out)
    assert [row[:4] for row in result] == given
    assert result[0][4:] == list(ADDED_COLUMNS)
    assert result[1][4] == ROR + "03q21mh05"
    assert result[2][4:] == ["", "", "0.0", "none", "the name is empty"]
    assert (summary.rows, summary.accept, summary.review, summary.none) == (3, 1, 0, 2)
    assert seen == [3]


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


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"other,land\nx,DE\n", "row 1 has no column org; columns found: other, land"),
        (b"", "columns found: nothing"),
        (b"org,match_id\nx,y\n", "already has the column match_id"),
        (b"org,org\nx,y\n", "repeats a column name"),
        (b"org,land\nA, B and C,DE\n", "row 2 has 3 fields, the header 2"),
        ("org\nUniversit\u00e9\n".encode("latin-1"), "not UTF-8"),
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
    with pytest.raises(InputError, match="either the column"):
        match_file(path, out, ror=dump)
    with pytest.raises(InputError, match=r"in\.csv: No such file"):
        match_file(path, out, name="org", ror=dump)
    path.write_text("org\nx\n", "utf-8")
    with pytest.raises(InputError, match="--ror"):
        match_file(path, out, name="org")
    with pytest.raises(InputError, match="No such file"):
        match_file(path, tmp_path / "no" / "out.csv", name="org", ror=dump, cache_dir=tmp_path)
