"""A helper process imports nothing from the caller's folder, and tells how it ended."""

from __future__ import annotations

import os
import signal
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import permed
from permed.graph.errors import InputError
from permed.graph.process import start_helper
from permed.graph.store.executor.processes import Loader
from tests import ROOT

_OURS = ("api", "graph", "ingest", "ontology", "permed", "queries")


@pytest.fixture
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graphs") / "one.nq"
    path.write_text("<http://x/a> <http://x/b> <http://x/c> <http://g/> .\n", encoding="utf-8")
    return path


def hostile_folder(folder: Path) -> Path:
    """Fill a folder with a module for every name that anything could import; return their mark.

    Each writes its name into the mark and ends the program.
    """
    mark = folder / "ran.txt"
    text = f"open({str(mark)!r}, 'a').write(__name__ + ' ')\nraise SystemExit('hostile')\n"
    first, *others = (folder / f"{name}.py" for name in _importable())
    first.write_text(text, encoding="utf-8")
    for path in others:
        path.hardlink_to(first)
    return mark


@cache
def _importable() -> list[str]:
    names = {*_OURS, *sys.stdlib_module_names, *packages_distributions()}
    return sorted(n for n in names if n.isidentifier() and not n.startswith("__"))


@pytest.mark.slow
@pytest.mark.parametrize("variable", [".", "", "{}", ":"])
def test_a_helper_imports_nothing_from_the_callers_folder(
    graph_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    mark = hostile_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", variable.format(tmp_path))
    loader = Loader([graph_file], 1 << 30)
    loader.start()
    quads = loader.quads
    loader.stop()
    assert not mark.exists(), mark.read_text(encoding="utf-8")
    assert quads == 1


def test_a_helper_runs_the_callers_own_package(tmp_path: Path) -> None:
    """Also where another one is installed: the path of the package travels along."""
    helper = start_helper("tests.graph.nothing", [])
    try:
        assert "No module named 'tests" in helper.why_ended()  # the checkout is not on its path
    finally:
        helper.end()
    assert Path(permed.__file__).parents[1] == ROOT


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("permed.graph.none", "ModuleNotFoundError: No module named 'permed.graph.none'"),
        ("permed.graph.errors", "AttributeError: module 'permed.graph.errors' has no attribute"),
    ],
)
def test_the_last_words_of_a_helper_are_told(
    module: str, says: str, monkeypatch: pytest.MonkeyPatch, graph_file: Path
) -> None:
    monkeypatch.setattr("permed.graph.store.executor.processes._PROGRAM", module)
    with pytest.raises(InputError) as refusal:
        Loader([graph_file], 1 << 30).start()
    assert says in str(refusal.value)
    assert "memory" not in str(refusal.value)


@pytest.mark.parametrize("niceness", [0, 10])
def test_a_helper_makes_way_only_where_it_is_told_to(niceness: int) -> None:
    helper = start_helper(
        "permed.graph.store.executor.loader", ["1", "memory", "/dev/stdin"], niceness=niceness
    )
    try:
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        found = os.getpriority(os.PRIO_PROCESS, helper.process.pid)
    finally:
        helper.end()
    assert found == max(ours, niceness)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (signal.SIGKILL, "SIGKILL, as the system does when memory runs out"),
        (signal.SIGTERM, "TERM"),
    ],
)
def test_an_end_by_a_signal_is_told_as_such(number: signal.Signals, says: str) -> None:
    helper = start_helper("permed.graph.store.executor.loader", ["1", "memory", "/dev/stdin"])
    helper.process.send_signal(number)
    try:
        assert says in helper.why_ended()
    finally:
        helper.end()
