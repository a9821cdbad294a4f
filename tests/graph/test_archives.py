"""Zips, folders and files: what is opened, and what is refused as a whole."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date
from pathlib import Path

import pytest

from permed.graph import archives
from permed.graph.archives import guard, guard_bytes, members
from permed.graph.errors import InputError


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def test_folders_are_walked_and_zips_opened_in_a_stable_order(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"b")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    zipped(tmp_path / "a.zip", **{"csv/z.csv": b"z", "csv/a.csv": b"a"})
    found = [(m.name, m.suffix, m.load()) for m in members([tmp_path])]
    assert found == [
        ("a.zip/csv/a.csv", ".csv", b"a"),
        ("a.zip/csv/z.csv", ".csv", b"z"),
        ("b.csv", ".csv", b"b"),
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file; correct `files`"):
        list(members([tmp_path / "gone.zip"]))


@pytest.mark.parametrize("keep", [10, 0.5, 0.95])
def test_a_cut_zip_is_refused(tmp_path: Path, keep: float) -> None:
    path = zipped(tmp_path / "a.zip", **{"a.csv": bytes(range(256)) * 50})
    data = path.read_bytes()
    path.write_bytes(data[: int(keep if keep > 1 else len(data) * keep)])
    with pytest.raises(InputError, match=r"a\.zip: not a whole zip archive; download it again"):
        list(members([path]))


def test_a_damaged_member_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"a.csv": bytes(range(256)) * 50})
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"a\.zip/a\.csv: not a whole zip archive"):
        [m.load() for m in members([path])]


@pytest.mark.parametrize(
    "name", ["../up.csv", "/root.csv", "a/../../b.csv", "..\\up.csv", "C:x.csv"]
)
def test_members_outside_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", **{name: b"x"})
    with pytest.raises(InputError, match="points outside the archive"):
        list(members([path]))


def test_a_member_that_expands_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", **{"a.csv": b"0" * 25_000_000})
    with pytest.raises(InputError, match=r"'a\.csv' expands .* times, more than the 250 allowed"):
        list(members([path]))


def test_too_large_an_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL", 5)
    path = zipped(tmp_path / "a.zip", **{"a.csv": b"123", "b.csv": b"456"})
    with pytest.raises(InputError, match="split it into smaller archives"):
        list(members([path]))


def test_a_spreadsheet_is_guarded_too() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/sheet1.xml", b" " * 25_000_000)
    with pytest.raises(InputError, match="expands"):
        guard_bytes(buffer.getvalue(), "a.xlsx")
    with pytest.raises(InputError, match="not a whole spreadsheet"):
        guard_bytes(b"PK", "a.xlsx")


def test_what_systems_leave_behind_and_folders_are_passed_over(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"csv/": b"", "__MACOSX/._a.csv": b"x", "csv/a.csv": b"a"})
    assert [m.name for m in members([path])] == ["a.zip/csv/a.csv"]


def test_a_member_tells_the_day_on_which_it_was_written(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(zipfile.ZipInfo("a.csv", (2024, 5, 7, 1, 2, 4)), b"a")
        none = zipfile.ZipInfo("b.csv")
        none.date_time = (1980, 0, 0, 0, 0, 0)  # as some tools write
        out.writestr(none, b"b")
    assert [m.modified for m in members([tmp_path / "a.zip"])] == [
        date(2024, 5, 7), date(1980, 1, 1)
    ]  # fmt: skip


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"a.csv": b"a"})
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of both its headers
        data[data.index(sign) + at] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"a\.zip/a\.csv: is encrypted; unpack it first"):
        [m.load() for m in members([path])]


def test_limits_are_reached_before_they_are_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_RATIO_FROM", 1000)
    monkeypatch.setattr(archives, "MAX_RATIO", 10)

    def guarded(*files: bytes, member: int = 10_000, total: int = 20_000) -> None:
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as out:
            for number, data in enumerate(files):
                out.writestr(f"{number}.csv", data)
        with zipfile.ZipFile(raw) as archive:
            guard(archive, "a.zip", member, total)

    noise = random.Random(1).randbytes(10_000)
    guarded(noise, noise)
    guarded(b"0" * 1000)  # expands a hundred times, and is small
    with pytest.raises(InputError, match="unpacks to more"):
        guarded(noise + b"1")
    with pytest.raises(InputError, match="unpacks to more"):
        guarded(noise, noise, b"1")
    with pytest.raises(InputError, match="expands"):
        guarded(b"0" * 1001)
