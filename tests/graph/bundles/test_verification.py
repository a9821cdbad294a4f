"""Whatever changes in a bundle is told, and nothing dangerous is unpacked."""

from __future__ import annotations

import random
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from permed.graph.bundles.archive import SUMS, write_archive
from permed.graph.bundles.opening import unpacked
from permed.graph.bundles.verification import find_problems
from permed.graph.errors import InputError

_MADE = datetime(2026, 1, 2, tzinfo=UTC)
_SMALL: dict[str, bytes | Path] = {
    "receipt.json": b'{"release": "2026-01-02-abc", "files": {}}',
    "graphs/a.nq": b"<x:a> <x:b> <x:c> <x:g> .\n" * 40,
    "tables/a/b.parquet": b"stored as it is",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.zip"
    write_archive(path, _SMALL, _MADE)
    return path


def _told(path: Path) -> str:
    """What is said of a bundle; empty where nothing is wrong."""
    try:
        return "\n".join(find_problems(path))
    except InputError as error:
        return str(error)


def _packed_again(path: Path, change: str) -> Path:
    """Write the members again with one taken away, put in, or given another content."""
    with zipfile.ZipFile(path) as old:
        members = {i.filename: old.read(i) for i in old.infolist()}
    if change == "missing":
        del members["graphs/a.nq"]
    elif change == "surplus":
        members["graphs/b.nq"] = b""
    elif change == "other":
        members["graphs/a.nq"] = b"<x:a> <x:b> <x:d> <x:g> .\n"
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


def test_a_bundle_is_whole(bundle: Path, small: Path) -> None:
    assert list(find_problems(bundle)) == []
    assert list(find_problems(small)) == []


@pytest.mark.slow
def test_every_flipped_byte_is_told(small: Path, tmp_path: Path) -> None:
    """All of them, in a small bundle: in members, headers, the list of members and the seal."""
    whole = small.read_bytes()
    other = tmp_path / "other.zip"
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        other.write_bytes(changed)
        said = _told(other)
        assert said, at
        assert str(other) in said or other.name in said, at


def test_flipped_bytes_of_a_real_bundle_are_told(bundle: Path, tmp_path: Path) -> None:
    other, chosen = tmp_path / "other.zip", random.Random(1)
    for _ in range(2):
        shutil.copyfile(bundle, other)
        with other.open("r+b") as file:
            at = chosen.randrange(bundle.stat().st_size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 0x10]))
        assert len(_told(other).splitlines()) == 1, at


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("missing", "'graphs/a.nq' is missing"),
        ("surplus", "'graphs/b.nq' is surplus"),
        ("other", "'graphs/a.nq' is damaged"),
        ("none", "packed again"),
    ],
)
def test_other_members_are_told_by_name(small: Path, change: str, words: str) -> None:
    said = _told(_packed_again(small, change))
    assert words in said
    assert len(said.splitlines()) == 1


def test_a_cut_file_is_told(small: Path) -> None:
    whole = small.read_bytes()
    for end in (0, 1, len(whole) // 2, len(whole) - 1):
        small.write_bytes(whole[:end])
        assert len(_told(small).splitlines()) == 1, end


def test_what_contradicts_the_receipt_is_told(tmp_path: Path) -> None:
    path = tmp_path / "false.zip"
    receipt = b'{"release": "2026-01-02-abc", "files": {"graphs/a.nq": {"sha256": "00"}}}'
    write_archive(path, _SMALL | {"receipt.json": receipt}, _MADE)
    assert _told(path) == f"{path}: 'graphs/a.nq' is not what the receipt of the release tells"


@pytest.mark.parametrize(
    "name",
    ["../out.nq", "/etc/out.nq", "graphs/../../out.nq", "graphs\\out.nq", "c:out.nq", "a/./b",
     ".hidden", "graphs/", "a//b"],
)  # fmt: skip
def test_no_member_leads_outside(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "slip.zip"
    write_archive(path, _SMALL | {name: b"out"}, _MADE)
    with pytest.raises(InputError, match=r"slip\.zip"):
        unpacked(path)
    assert not [p for p in tmp_path.rglob("*") if "out" in p.name]


def test_links_and_twins_are_refused(tmp_path: Path) -> None:
    link, twin = tmp_path / "link.zip", tmp_path / "twin.zip"
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("graphs/a.nq")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with zipfile.ZipFile(twin, "w") as archive:
        archive.writestr(SUMS, "")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(SUMS, "")
    for path in (link, twin):
        assert "no plain file of its own name" in _told(path)


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graphs/a.nq", bytes(60_000_000))
    assert "expands" in _told(path)
