"""Checksums of a release: whatever is changed, missing or added is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.releases import checksums
from permed.graph.releases.checksums import SUMS, check_files, find_damage, write_checksums
from permed.graph.releases.release import Release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tables" / "one").mkdir(parents=True)
    pl.DataFrame({"id": ["a", "b"]}).write_parquet(tmp_path / "tables" / "one" / "roles.parquet")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "1.sst").write_bytes(bytes(1000))
    (tmp_path / "store" / "LOCK").touch()
    (tmp_path / "receipt.json").write_text("{}")
    write_checksums(tmp_path)
    return tmp_path


def flip(path: Path) -> None:
    """Change one byte; the time of the file too, as any write does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    os.utime(path, ns=(2**62, 2**62))


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_the_file_is_read_by_the_usual_tool(folder: Path) -> None:
    told = subprocess.run(
        ["sha256sum", "--strict", "-c", SUMS], cwd=folder, capture_output=True, check=False
    )
    assert told.returncode == 0
    assert len(told.stdout.splitlines()) == 3


@pytest.mark.parametrize("name", ["store/1.sst", "tables/one/roles.parquet", "receipt.json"])
def test_one_flipped_byte_is_found(folder: Path, name: str) -> None:
    assert not list(find_damage(folder))
    flip(folder / name)
    assert list(find_damage(folder)) == [
        f"{folder / name}: damaged, its checksum is not the published one"
    ]


def test_missing_and_added_files_are_told_and_locks_are_not(folder: Path) -> None:
    (folder / "store" / "1.sst").unlink()
    (folder / "more.txt").touch()
    (folder / "store" / "LOCK").unlink()
    (folder / "store" / "LOG.old.17").touch()
    assert list(find_damage(folder)) == [
        f"{folder / 'store/1.sst'}: missing", f"{folder / 'more.txt'}: was not published"
    ]  # fmt: skip


@pytest.mark.parametrize("whole", [10**9, 0])
def test_opening_refuses_what_was_changed(
    folder: Path, whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksums, "_READ_WHOLE", whole)
    check_files(folder, "store")
    flip(folder / "store" / "1.sst")
    with pytest.raises(InputError, match=r"store/1\.sst is damaged.*rollback"):
        check_files(folder, "store")
    check_files(folder, "tables")


def test_a_table_with_a_flipped_byte_is_not_read(folder: Path) -> None:
    release = Release(folder)
    assert release.table("one", "roles", ["id"])["id"].to_list() == ["a", "b"]
    flip(folder / "tables" / "one" / "roles.parquet")
    with pytest.raises(InputError, match=r"roles\.parquet is damaged"):
        release.table("one", "roles", ["id"])


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff\xfe", b"00  receipt.json\n"])
def test_damaged_checksums_are_told(folder: Path, content: bytes) -> None:
    (folder / SUMS).write_bytes(content)
    with pytest.raises(InputError, match=SUMS):
        list(find_damage(folder))
    with pytest.raises(InputError, match=SUMS):
        check_files(folder, "store")


def test_an_older_release_is_used_and_cannot_be_verified(folder: Path) -> None:
    (folder / SUMS).unlink()
    check_files(folder, "store")
    with pytest.raises(InputError, match="older version"):
        list(find_damage(folder))
