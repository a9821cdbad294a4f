"""Files at addresses: fetched once, copied whole, and every failure told in one line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.graph.extras import MissingExtra
from permed.graph.workers.object_storage import copied_to, fetched, file_at_hand, is_address


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    (folder / "organization").mkdir(parents=True)
    (folder / "organization" / "part-0.json").write_text("one", encoding="utf-8")
    (folder / "project.json").write_text("two", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("s3://bucket/a.zip", True), ("HTTPS://example.org/a", True), ("a.zip", False),
        ("/data/a.zip", False), ("C:\\data\\a.zip", False), ("s3:/bucket/a", False),
    ],
)  # fmt: skip
def test_addresses_are_told_from_paths(told: str, expected: bool) -> None:
    assert is_address(told) is expected


def test_a_folder_is_fetched_with_all_below_it(store: Path, tmp_path: Path) -> None:
    found = fetched(f"file://{store}", tmp_path / "cache")
    assert {path.read_text(): address for path, address in found.items()} == {
        "one": f"file://{store}/organization/part-0.json",
        "two": f"file://{store}/project.json",
    }
    assert "organization" in {path.parent.name for path in found}


def test_only_what_changed_is_fetched_again(store: Path, tmp_path: Path) -> None:
    address, cache = f"file://{store}/project.json", tmp_path / "cache"
    (path,) = fetched(address, cache)
    path.write_text("kept", encoding="utf-8")
    assert [p.read_text() for p in fetched(address, cache)] == ["kept"]
    (store / "project.json").write_text("another", encoding="utf-8")
    assert [p.read_text() for p in fetched(address, cache)] == ["another"]


def test_a_machine_that_lacks_a_file_fetches_it(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "node" / "project.json"
    assert file_at_hand(path, f"file://{store}/project.json").read_text() == "two"
    assert file_at_hand(path, "file:///gone") == path
    assert file_at_hand(tmp_path / "never", None) == tmp_path / "never"


def test_a_copy_is_marked_as_whole_by_its_checksums(store: Path, tmp_path: Path) -> None:
    names = sorted(path for path in store.rglob("*") if path.is_file())
    said: list[str] = []
    assert copied_to(f"file://{tmp_path}/out/r1", store, names, said.append) == 2
    out = tmp_path / "out" / "r1"
    assert (out / "organization" / "part-0.json").read_text() == "one"
    sums = dict(line.split("  ")[::-1] for line in (out / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert len(said) == 2


@pytest.mark.parametrize("address", ["file:///gone/a.json", "nosuchstore://bucket/a", "s3:///"])
def test_what_cannot_be_fetched_is_told_in_one_line(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        fetched(address, tmp_path)
    assert str(told.value).startswith(f"{address}: ")
    assert "\n" not in str(told.value)


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permed.graph.extras.EXTRAS", {"storage": ("no_such_module",)})
    with pytest.raises(MissingExtra, match=r"permed-graph\[storage\]"):
        fetched("s3://bucket/a", tmp_path)
