"""Checksum of a file, and writing that leaves the old content until the new stands."""

from __future__ import annotations

import hashlib
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.graph.files import checksum, whole_file, write_whole


def test_checksum_is_that_of_the_content_and_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc" * 700_000)
    assert checksum(path) == hashlib.sha256(b"abc" * 700_000).hexdigest()
    with pytest.raises(InputError, match=r"gone\.zip: cannot be read .*; fetch it again"):
        checksum(tmp_path / "gone.zip", "fetch it again")


def test_text_and_bytes_replace_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "Zoë\r\n")
    assert path.read_bytes() == "Zoë\r\n".encode()
    write_whole(path, b"\xff")
    assert path.read_bytes() == b"\xff"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_an_error_on_the_way_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", "utf-8")
    with suppress(RuntimeError), whole_file(path) as out:
        out.write(b"half of the n")
        out.flush()
        assert path.read_text("utf-8") == "old"
        raise RuntimeError
    assert path.read_text("utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_link_is_followed_and_rights_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old", "utf-8")
    real.chmod(0o600)
    link.symlink_to(real)
    write_whole(link, "new")
    assert link.is_symlink()
    assert real.read_text("utf-8") == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        write_whole(tmp_path / "no" / "a.txt", "x")
    assert caught.value.filename == str(tmp_path / "no" / "a.txt")
