"""The shared home is built anew when anything that a build reads has changed, and only then."""

from __future__ import annotations

from pathlib import Path

from permed.graph.releases.release import Releases
from tests.shared_home import digest_of


def test_the_digest_follows_names_and_bytes_but_not_compiled_code(tmp_path: Path) -> None:
    rooms = tmp_path / "rooms"
    (rooms / "__pycache__").mkdir(parents=True)
    (rooms / "a.csv").write_text("1")
    first = digest_of([rooms], tmp_path)
    (rooms / "__pycache__" / "a.pyc").write_text("2")
    assert digest_of([rooms], tmp_path) == first
    (rooms / "a.csv").write_text("2")
    changed = digest_of([rooms], tmp_path)
    (rooms / "a.csv").rename(rooms / "b.csv")
    assert len({first, changed, digest_of([rooms], tmp_path)}) == 3


def test_the_home_holds_one_release_that_nobody_wrote_into(home: Path) -> None:
    releases = Releases(home)
    assert [r.id for r in releases.list()] == [releases.current().id]
    of_a_build = {
        "current",
        releases.current().id,
        "history.jsonl",
        ".cache",
        ".lock",
        ".publishing.lock",
    }
    assert {p.name for p in home.iterdir()} <= of_a_build
    promoted = (home / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(promoted) == 1
    assert releases.current().id in promoted[0]
