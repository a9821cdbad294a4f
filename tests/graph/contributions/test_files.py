"""Contributed graphs on disk: kept only if published, taken up by builds with who wrote them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.contributions.files import ContributedFiles, carry_over, exchange_graphs
from permed.graph.errors import PermedError

_BASE = "https://w3id.org/permed/"
_GRAPH = f"{_BASE}graph/contributed-mine"


def _quads(word: str) -> bytes:
    return f'<http://x/a> <http://x/p> "{word}" <{_GRAPH}> .\n'.encode()


def _note(quads: bytes, author: str) -> dict[str, object]:
    return {"author": author, "triples": 1, "sha256": hashlib.sha256(quads).hexdigest()}


def test_what_could_not_be_published_is_not_kept(tmp_path: Path) -> None:
    files = ContributedFiles(tmp_path)
    with pytest.raises(PermedError), files.kept("mine", _quads("one"), {}):
        raise PermedError("the disk is full")
    assert list(files.folder.iterdir()) == []
    with files.kept("mine", _quads("before"), _note(_quads("before"), "Ann")):
        pass
    with pytest.raises(PermedError), files.kept("mine", _quads("after"), {}):
        raise PermedError("the disk is full")
    assert files.path("mine").read_bytes() == _quads("before")
    assert files.told() == {"mine": _note(_quads("before"), "Ann")}


def test_who_wrote_is_told_of_the_very_content_only(tmp_path: Path) -> None:
    files = ContributedFiles(tmp_path)
    with files.kept("mine", _quads("one"), _note(_quads("one"), "Ann")):
        pass
    files.path("mine").write_bytes(_quads("by hand"))
    assert files.told() == {"mine": {k: v for k, v in _note(_quads("by hand"), "").items() if v}}
    known = {"mine": _note(_quads("by hand"), "Bob")}  # a receipt from before there were notes
    assert files.told(known)["mine"]["author"] == "Bob"


def test_a_release_folder_follows_what_is_contributed(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    (folder / "graphs").mkdir(parents=True)
    home.mkdir()
    ox.Store(str(folder / "store")).flush()
    files = ContributedFiles(home)

    def stored() -> set[str]:
        store = ox.Store.read_only(str(folder / "store"))
        return {str(q.object) for q in store.quads_for_pattern(None, None, None, None)}

    for quads, said in ((_quads("one"), {'"one"'}), (_quads("two"), {'"two"'}), (None, set())):
        with files.kept("mine", quads, {}):
            pass
        assert carry_over(home, folder, _BASE) == ["mine"]
        assert stored() == said
        assert carry_over(home, folder, _BASE) == []


def test_a_removed_graph_leaves_neither_content_nor_note(tmp_path: Path) -> None:
    files = ContributedFiles(tmp_path)
    with files.kept("mine", _quads("one"), _note(_quads("one"), "Ann")):
        pass
    with files.kept("mine", None, {"author": "Ann"}):
        pass
    assert list(files.folder.iterdir()) == []


def test_a_release_without_a_store_gets_none(tmp_path: Path) -> None:
    exchange_graphs(tmp_path, ["mine"], _BASE)
    assert list(tmp_path.iterdir()) == []
