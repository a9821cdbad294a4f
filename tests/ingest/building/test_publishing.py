"""Contributions during a build: neither waits for the other, and nothing is lost."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from permed.graph.contributions.files import carry_over
from permed.graph.contributions.store import Contribution, Contributions
from permed.graph.errors import BusyError
from permed.graph.releases import locks
from permed.graph.releases.release import Release, Releases
from permed.ingest.building import publishing
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from tests.conftest import silent

pytestmark = pytest.mark.long

_BASE = "https://w3id.org/permed/"
_STEP = "lay out the network"  # store and text index are written by then


def _config(home: Path, **settings: object) -> Config:
    return Config.model_validate({"home": home, "sources": {"reference": {}}, **settings})


def _pass(_release: Path, _graph: str, _quads: bytes) -> None:
    """Let everything through: the gate has tests of its own."""


def _contribute(home: Path, name: str, word: str | None, author: str = "Ann") -> Release:
    graph = f"{_BASE}graph/contributed-{name}"
    line = f'<http://x/{name}> <http://www.w3.org/2000/01/rdf-schema#label> "{word}" <{graph}> .\n'
    wish = Contribution(name, None if word is None else line.encode(), author)
    return Contributions(home, _BASE).write(wish, _pass)


def _words(release: Release) -> set[str]:
    """What the contributed graphs say, read from the store."""
    store = ox.Store.read_only(str(release.store))
    return {
        q.object.value
        for q in store.quads_for_pattern(None, None, None, None)
        if isinstance(q.object, ox.Literal) and "contributed-" in str(q.graph_name)
    }


def _build_slowly(home: Path, reached: Event, go_on: Event) -> None:
    """Build in another process, which stops before it publishes until it is told to go on."""

    def progress(step: str) -> None:
        if step == _STEP:
            reached.set()
            assert go_on.wait(60)

    build(_config(home), progress, force=True)


@dataclass
class _SlowBuild(AbstractContextManager[None]):
    """A build under way in another process; it publishes when the block ends."""

    home: Path
    reached: Event = field(default_factory=multiprocessing.get_context("spawn").Event)
    go_on: Event = field(default_factory=multiprocessing.get_context("spawn").Event)

    def __enter__(self) -> None:
        told = (self.home, self.reached, self.go_on)
        self.process = multiprocessing.get_context("spawn").Process(target=_build_slowly, args=told)
        self.process.start()
        assert self.reached.wait(60)

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.process.join(60)
        assert self.process.exitcode == 0


def test_a_contribution_during_a_build_is_published_at_once_and_is_in_the_next_release(
    tmp_path: Path,
) -> None:
    build(_config(tmp_path), silent)
    _contribute(tmp_path, "old", "stays")
    _contribute(tmp_path, "changed", "before")
    _contribute(tmp_path, "gone", "removed")
    with _SlowBuild(tmp_path):
        began = time.monotonic()
        _contribute(tmp_path, "new", "during", author="Bob")
        _contribute(tmp_path, "changed", "after")
        now = _contribute(tmp_path, "gone", None)
        assert time.monotonic() - began < 30  # far less than anybody's patience
        assert Releases(tmp_path).current().id == now.id
        assert _words(now) == {"stays", "during", "after"}
    built = Releases(tmp_path).current()
    assert built.id != now.id
    assert "contributed" not in built.receipt  # a build, not a contribution
    assert _words(built) == {"stays", "during", "after"}
    told = {name: note["author"] for name, note in built.receipt["contributions"].items()}
    assert told == {"changed": "Ann", "new": "Bob", "old": "Ann"}
    assert built.receipt["built"] > now.receipt["built"]
    assert not list(tmp_path.glob(".staging-*"))


def test_a_build_that_publishes_during_a_contribution_is_not_undone_by_it(tmp_path: Path) -> None:
    build(_config(tmp_path), silent)
    builds: list[str] = []

    def gate(_release: Path, _graph: str, _quads: bytes) -> None:
        if len(builds) < 2:  # keep = 1: the release that the write was made of is gone by then
            builds.append(build(_config(tmp_path, keep=1), silent, force=True).release.id)

    graph = f"{_BASE}graph/contributed-mine"
    line = f'<http://x/a> <http://x/p> "mine" <{graph}> .\n'.encode()
    made = Contributions(tmp_path, _BASE).write(Contribution("mine", line, "Ann"), gate)
    assert len(builds) == 2
    assert made.receipt["key"] == Releases(tmp_path).find(builds[-1]).receipt["key"]
    assert _words(made) == {"mine"}
    assert Releases(tmp_path).current().id == made.id


def test_who_contributes_without_a_pause_does_not_keep_a_build_from_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(_config(tmp_path), silent)
    tries = list[int]()

    def busy(home: Path, folder: Path, base: str) -> list[str]:
        taken = carry_over(home, folder, base)
        tries.append(len(tries))
        try:
            _without_patience(lambda: _contribute(home, "mine", f"n{len(tries)}"), monkeypatch)
        except BusyError:
            tries.append(-1)  # kept out
        return taken

    monkeypatch.setattr(publishing, "carry_over", busy)
    built = build(_config(tmp_path), silent, force=True).release
    assert tries == [0, 1, 2, 3, -1]
    assert _words(built) == {"n3"}
    assert Releases(tmp_path).current().id == built.id


def _without_patience(work: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(locks, "_PATIENCE", 0.0)
        work()


def test_a_killed_write_and_a_killed_build_are_cleared_away_each_by_its_kind(
    tmp_path: Path,
) -> None:
    build(_config(tmp_path), silent)
    for name in (".staging-build-x", ".staging-contribution-x", ".staging-older"):
        (tmp_path / name).mkdir()
    _contribute(tmp_path, "mine", "one")
    assert {p.name for p in tmp_path.glob(".staging-*")} == {".staging-build-x", ".staging-older"}
    (tmp_path / ".staging-contribution-y").mkdir()  # somebody writes at this moment
    build(_config(tmp_path), silent)
    assert {p.name for p in tmp_path.glob(".staging-*")} == {".staging-contribution-y"}


def test_a_note_that_is_damaged_is_passed_over(tmp_path: Path) -> None:
    build(_config(tmp_path), silent)
    _contribute(tmp_path, "mine", "one")
    note = tmp_path / "contributions" / "mine.json"
    assert json.loads(note.read_text())["author"] == "Ann"
    note.write_text("{")
    built = build(_config(tmp_path), silent, force=True).release
    assert built.receipt["contributions"]["mine"]["author"] == "Ann"  # the receipt knows too
