"""The examples in the docstrings of `import permed`, run as they stand on the packaged release."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path
from types import ModuleType

import pytest

import permed
from permed.api.python import functions, network, opened_release

_FACE: tuple[ModuleType, ...] = (functions, network, opened_release)
_WITHOUT = {"build", "match", "match_affiliations"}  # take minutes, or a dump of a registry


def _found(module: ModuleType) -> list[doctest.DocTest]:
    return [t for t in doctest.DocTestFinder(exclude_empty=True).find(module) if t.examples]


@pytest.fixture(scope="module")
def folder(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("examples")
    (place / "releases").symlink_to(home)
    return place


@pytest.mark.parametrize(
    "example", [t for m in _FACE for t in _found(m)], ids=lambda t: t.name.rpartition(".")[2]
)
def test_an_example_gives_what_it_says(
    example: doctest.DocTest,
    folder: Path,
    graph: permed.OpenedRelease,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    example.globs = {"permed": permed, "graph": graph}
    said: list[str] = []
    failed = doctest.DocTestRunner().run(example, out=said.append).failed
    assert not failed, "".join(said)


def test_every_call_of_the_face_has_an_example() -> None:
    shown = {t.name.rpartition(".")[2] for m in _FACE for t in _found(m)}
    public = {
        name
        for cls in (permed.OpenedRelease, permed.CollaborationNetwork)
        for name, member in vars(cls).items()
        if not name.startswith("_") and inspect.isfunction(member)
    }
    internal = {"of", "answer", "prepared", "resolved", "store_folder", "description_files"}
    assert public - internal - shown == set()
    calls = {
        "open_release" if name == "open" else name for name in permed.__all__ if name.islower()
    }
    assert calls - _WITHOUT - shown == set()
