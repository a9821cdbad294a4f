"""`make quick` runs what mirrors a change, whatever it costs, and leaves other slow tests out."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import ROOT, conftest, selection
from tests.selection import changed_files, mirrors, slow_files_first, split

STORE = ROOT / "tests" / "graph" / "store"


@pytest.mark.parametrize(
    ("changed", "mirror"),
    [
        ("graph/store/query/tokens.py", STORE / "query"),
        ("graph/store/answers/formats.py", STORE),  # a room without tests of its own
        ("tests/graph/store/test_answer.py", STORE / "test_answer.py"),
        ("queries/catalogue/alliances.rq", ROOT / "tests" / "queries"),
    ],
)
def test_a_change_is_tested_where_the_folders_mirror_it(changed: str, mirror: Path) -> None:
    assert mirrors([changed]) == {mirror}


def test_a_changed_note_brings_no_test() -> None:
    assert mirrors(["README.md"]) == set()


def test_changed_and_new_files_since_the_branch_left_main(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def git(*words: str) -> None:
        who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for name in ("kept", "committed", "edited"):
        (tmp_path / name).write_text("1")
    git("add", ".")
    git("commit", "-qm", "first")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    (tmp_path / "committed").write_text("2")
    git("commit", "-qam", "second")
    (tmp_path / "edited").write_text("2")
    (tmp_path / "new").write_text("2")
    assert changed_files(tmp_path) == ["committed", "edited", "new"]


class Marked:
    """As much of a test item as the selection looks at."""

    def __init__(
        self,
        path: Path,
        *,
        marked: bool = False,
        fixtures: tuple[str, ...] = (),
        mark: str = "slow",
    ) -> None:
        self.path, self.marked, self.fixturenames, self.mark = path, marked, fixtures, mark

    def get_closest_marker(self, name: str) -> object | None:
        return object() if self.marked and name == self.mark else None


def test_slow_tests_run_only_where_something_changed() -> None:
    fast: Any = Marked(STORE / "a.py")
    slow: Any = Marked(STORE / "a.py", marked=True)
    built: Any = Marked(ROOT / "tests" / "b.py", fixtures=("release", "home"))
    items = [fast, slow, built]
    assert split(items, set()) == ([fast], [slow, built])
    assert split(items, {STORE}) == ([fast, slow], [built])


def test_files_with_slow_tests_come_first_and_stay_together() -> None:
    fast: list[Any] = [Marked(STORE / "a.py"), Marked(STORE / "c.py")]
    long: list[Any] = [Marked(STORE / "b.py"), Marked(STORE / "b.py", marked=True)]
    assert slow_files_first([fast[0], *long, fast[1]]) == [*long, *fast]


def test_one_file_makes_the_release_while_others_do_without() -> None:
    made, waits = (Marked(STORE / n, marked=True, fixtures=("home",)) for n in ("a.py", "b.py"))
    without = Marked(STORE / "c.py", marked=True)
    given: list[Any] = [made, waits, without]
    ordered: list[Any] = [made, without, waits]
    assert slow_files_first(given) == ordered


def test_the_file_with_most_long_tests_is_not_left_for_the_end() -> None:
    one: list[Any] = [Marked(STORE / "a.py", marked=True, mark="long")]
    two: list[Any] = [Marked(STORE / "b.py", marked=True, mark="long") for _ in range(2)]
    assert slow_files_first([*one, *two]) == [*two, *one]


def test_make_imports_every_file_with_a_test_that_it_runs() -> None:
    """It names the files by the words of their marks: none may be marked in another way."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "$(call marked,long)" in makefile
    assert "-m browser tests/web $(call marked,browser)" in makefile
    ways = re.compile(
        r"add_marker|getattr\(pytest\.mark|from pytest import.*\bmark\b|import mark\b"
    )
    other = [
        path for path in (ROOT / "tests").rglob("*.py") if ways.search(path.read_text("utf-8"))
    ]
    assert set(other) == {ROOT / "tests" / "web" / "conftest.py", Path(__file__)}


class Options:
    """As much of pytest's configuration as the hooks look at; a worker has `workerinput`."""

    def __init__(self, told: dict[str, object] | None = None) -> None:
        self.stash = pytest.Stash()
        self.left_out: list[Any] = []
        self.hook = self
        if told is not None:
            self.workerinput = told

    def getoption(self, _: str) -> bool:
        return True

    def pytest_deselected(self, items: list[Any]) -> None:
        self.left_out = items


def test_workers_are_told_what_changed_and_do_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter([["tests/graph/store/a.py"]])  # a second look would end the test
    monkeypatch.setattr(selection, "changed_files", lambda: next(seen))
    controller: Any = Options()
    conftest.pytest_configure(controller)
    items: list[Any] = [Marked(STORE / name, marked=True) for name in ("a.py", "b.py")]
    for _ in range(2):
        node: Any = SimpleNamespace(config=controller, workerinput={})
        conftest.pytest_configure_node(node)
        worker: Any = Options(node.workerinput)
        conftest.pytest_configure(worker)
        chosen = list(items)
        conftest.pytest_collection_modifyitems(worker, chosen)
        assert (chosen, worker.left_out) == ([items[0]], [items[1]])


def test_without_the_driver_of_browsers_its_tests_are_not_looked_at() -> None:
    assert conftest.collect_ignore == ([] if find_spec("playwright") else ["web"])
    assert (ROOT / "tests" / "web" / "conftest.py").is_file()
