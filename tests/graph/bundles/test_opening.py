"""A bundle opens as a release: the same answers, from a cache that may go at any time."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from permed.graph.bundles import opening
from permed.graph.bundles.archive import write_archive
from permed.graph.bundles.opening import unpacked
from permed.graph.contributions.corrections import Correction, Corrections
from permed.graph.contributions.store import Contribution, Contributions
from permed.graph.errors import InputError
from permed.graph.releases.checksums import find_damage
from permed.graph.releases.release import Release, Releases
from permed.graph.releases.text_index import open_text_index
from permed.graph.store import EmbeddedStore


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bundle of one statement, as far as opening reads it."""
    graph = b'<urn:a> <http://www.w3.org/2000/01/rdf-schema#label> "Alpha" <urn:g> .\n'
    receipt = {"release": "2026-01-02-abc", "built": "2026-01-02", "base": "urn:", "sources": {}}
    files: dict[str, bytes | Path] = {
        "receipt.json": json.dumps(receipt).encode(),
        "graphs/a.nq": graph,
        "README.md": b"not of the release",
    }
    path = tmp_path / "small.zip"
    write_archive(path, files, datetime(2026, 1, 2, tzinfo=UTC))
    return path


@pytest.mark.long
def test_it_opens_as_the_release_that_it_was(bundle: Path, release: Release) -> None:
    opened = Releases(unpacked(bundle)).current()
    assert opened.id == release.id
    assert opened.receipt == release.receipt
    assert list(find_damage(opened.path)) == []
    counted = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    both = [EmbeddedStore.open(r.store).query(counted).rows() for r in (opened, release)]
    assert both[0] == both[1]
    indexes = [open_text_index(r.path) for r in (opened, release)]
    found = [index.things("Institut Pasteur", False)[:5] for index in indexes]
    assert found[0] == found[1]
    assert found[0]


def test_a_bundle_becomes_a_folder_of_releases(small: Path) -> None:
    opened = Releases(unpacked(small)).current()
    assert opened.id == "2026-01-02-abc"
    assert list(find_damage(opened.path)) == []
    assert not (opened.path / "README.md").exists()
    named = 'ASK { GRAPH <urn:g> { <urn:a> rdfs:label "Alpha" } }'
    assert EmbeddedStore.open(opened.store).query(named).truth()
    assert [thing for thing, _ in open_text_index(opened.path).things("alpha", False)] == ["urn:a"]


def test_it_is_unpacked_once_and_again_where_the_cache_is_damaged(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = unpacked(small)
    with monkeypatch.context() as patched:
        patched.setattr(opening, "_unpack", lambda *_: pytest.fail("unpacked again"))
        assert unpacked(small) == home
    shutil.rmtree(Releases(home).current().path / "graphs")
    assert [p.name for p in Releases(unpacked(small)).current().graphs] == ["a.nq"]


def test_a_damaged_bundle_is_not_opened(small: Path) -> None:
    with small.open("r+b") as file:
        file.seek(60)
        byte = file.read(1)[0]
        file.seek(60)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(InputError, match=r"small\.zip"):
        unpacked(small)


def test_what_is_no_bundle_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "no.zip"
    path.write_text("no zip", encoding="utf-8")
    with pytest.raises(InputError, match="is no whole zip"):
        unpacked(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("graphs/a.nq", "")
    with pytest.raises(InputError, match="it has no SHA256SUMS"):
        unpacked(path)


def test_too_little_room_is_told_before_anything_is_written(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(InputError, match=r"needs \d\.\d GB to be opened"):
        unpacked(bundle)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_what_it_was_unpacked_into_is_not_written(small: Path) -> None:
    home = unpacked(small)
    before = sorted(p.name for p in home.rglob("*"))
    for write in (
        lambda: Releases(home).promote(Releases(home).current()),
        lambda: Releases(home).rollback(),
        lambda: Corrections(home).add(Correction("urn:a", "this is wrong")),
        lambda: Contributions(home, "urn:").write(Contribution("mine", None, "ann")),
    ):
        with pytest.raises(InputError, match="unpacked from a bundle, which can only be read"):
            write()
    assert sorted(p.name for p in home.rglob("*")) == before
