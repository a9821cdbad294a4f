"""What runs without the extras, and what says in one line which of them it needs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from permed.api.http import Settings
from permed.api.http.protocol.metrics import Metrics
from permed.api.http.protocol.middleware import RequestMiddleware
from permed.graph.extras import EXTRAS, MissingExtra, or_missing_extra
from tests import ROOT

LARGE = sorted(module for modules in EXTRAS.values() for module in modules)
# a Python in which no extra is installed, as far as imports can tell
WITHOUT = f"""
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {LARGE}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""
COMMAND = WITHOUT + "from permed.api.cli import main\nmain()\n"
IMPORTS = (
    WITHOUT
    + """
import importlib, pkgutil, permed
for found in pkgutil.walk_packages(permed.__path__, "permed."):
    if found.name.endswith("__main__"):
        continue  # would run
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError:
        print(found.name)
"""
)


def python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120
    )


def test_extras_are_those_of_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    brought = packages_distributions()
    for extra, modules in EXTRAS.items():
        names = {line.split(">")[0] for line in declared["optional-dependencies"][extra]}
        # the cluster is not among what tests install
        installed = [module for module in modules if extra != "cluster" or module in brought]
        assert {brought[module][0] for module in installed} == (names if installed else set())
        assert not names & {line.split(">")[0] for line in declared["dependencies"]}
    whole = ",".join(extra for extra in EXTRAS if extra != "cluster")
    assert declared["optional-dependencies"]["all"] == [f"permed-graph[{whole}]"]


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["report", "network", "--out", "{out}"], "report"),
        (["report", "country", "LU", "--out", "{out}"], "report"),
        (["network", "communities"], "network"),
        (["mcp"], "mcp"),
    ],
)
def test_a_command_says_in_one_line_what_to_install(
    arguments: list[str], extra: str, home: Path, tmp_path: Path
) -> None:
    given = [a.replace("{out}", str(tmp_path / "out")) for a in arguments]
    done = python(COMMAND, *given, "--into", str(home))
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("permed:")]
    assert len(said) == 1
    assert f"pip install 'permed-graph[{extra}]'" in said[0]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["query", "alliances"], "alliance"),
        (["ask", "1"], ""),
        (["network", "top", "--limit", "3"], "degree"),
    ],
)
def test_others_go_on_without(arguments: list[str], says: str, home: Path) -> None:
    done = python(COMMAND, *arguments, "--into", str(home))
    assert "pip install" not in done.stderr
    assert (done.returncode, says in done.stdout) == (0, True), done.stderr


@pytest.mark.long
def test_only_reports_and_assistants_are_made_of_extras() -> None:
    done = python(IMPORTS)
    assert done.returncode == 0, done.stderr
    lacking = done.stdout.split()
    assert lacking, "reports need their libraries"
    rooms = ("permed.api.report.", "permed.api.mcp.")
    assert [name for name in lacking if not name.startswith(rooms)] == []


def test_a_route_answers_501_with_the_same_line() -> None:
    async def app(*_: Any) -> None:
        raise ModuleNotFoundError("No module named 'altair'", name="altair")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/report", "headers": [], "query_string": b"",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http",
    }  # fmt: skip
    layer = RequestMiddleware(app, Settings(log_requests=False), Metrics())
    asyncio.run(layer(scope, lambda: asyncio.sleep(0), send))  # type: ignore[arg-type, return-value]
    assert sent[0]["status"] == 501
    assert b"permed-graph[report]" in sent[1]["body"]


def test_a_module_that_no_extra_brings_stays_a_fault() -> None:
    fault = ModuleNotFoundError("No module named 'polars'", name="polars")
    assert or_missing_extra(fault) is fault
    found = or_missing_extra(ModuleNotFoundError("…", name="networkit.centrality"))
    assert isinstance(found, MissingExtra)
