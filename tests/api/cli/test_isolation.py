"""Files that lie in the working directory are never run, whatever their names, by no command.

The console script is started as users start it where it matters how it starts; what each command
imports late and which helpers it starts is tried in this process, which costs a tenth.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from permed.api.cli import COMMANDS
from tests.api.cli.conftest import Permed
from tests.graph.test_process import hostile_folder

pytestmark = pytest.mark.long

_PERMED = str(Path(sys.executable).parent / "permed")
# command: its arguments, what it prints or says, and its exit code
_CALLS: dict[str, tuple[tuple[str, ...], str, int]] = {
    "build": (("--config", "none.toml", "--into", "h"), "none.toml", 1),
    "check": (("good.ttl",), "conforms", 0),
    "info": (("--into", "{home}"), "Organisation", 0),
    "query": (("ask.rq", "--into", "{home}"), "yes", 0),
    "releases": (("list", "--into", "{home}"), "20", 0),
    "network": (("summary", "--into", "{home}", "--country", "LU"), "nodes", 0),
    "report": (("network", "--into", "{home}", "--release", "none", "--out", "r"), "none", 1),
    "fetch": (("nonsense",), "nonsense", 1),
    "relevance": (("score", "--ids", "none.txt"), "no CORDIS files", 1),
    "match": (
        ("names.csv", "--name", "name", "--against", "graph", "--out", "o.csv", "--into", "{home}"),
        "",
        0,
    ),
    "link": (("status", "--into", "{home}"), "Decisions in force", 0),
    "look": (("names.csv",), "names.csv", 0),
    "source": (("list",), "cordis", 0),
    "ask": (("22", "--rows", "0", "--into", "{home}"), "", 0),
    "stakeholders": (("names.csv", "--into", "{home}"), "Inserm", 0),
    "newsletter": (("--since", "2000-01-01", "--into", "{home}"), "", 0),
    "corrections": (("list", "--into", "{home}"), "", 0),
    "remove-person": (("Nobody Known", "--into", "{home}"), "no kept release knows", 1),
    "mcp": (("--into", "{home}"), "standard input", 1),  # which is empty: no session
    "publish": ((".", "--into", "{home}"), "not published", 1),  # a whole one takes minutes
    "serve": ((), "", 0),  # below
}


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, full of hostile modules; returns the file in which they tell."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ask.rq").write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    (tmp_path / "good.ttl").write_text("", encoding="utf-8")
    (tmp_path / "names.csv").write_text("name,country\nInserm,FR\n", encoding="utf-8")
    return hostile_folder(tmp_path)


def test_every_command_has_a_call() -> None:
    assert set(_CALLS) == set(COMMANDS)


@pytest.mark.parametrize("command", [c for c in _CALLS if c != "serve"])
def test_a_command_runs_nothing_from_the_working_directory(
    command: str, hostile: Path, home: Path, permed: Permed
) -> None:
    arguments, says, code = _CALLS[command]
    done = permed(command, *(a.replace("{home}", str(home)) for a in arguments))
    assert not hostile.exists(), hostile.read_text(encoding="utf-8")
    assert (done.code > 0, says in done.stdout + done.stderr) == (code > 0, True), done.stderr
    assert not {"", ".", str(Path.cwd())} & set(sys.path)


@pytest.mark.parametrize("command", ["query", "link"])
def test_the_console_script_runs_nothing_from_there(
    command: str, hostile: Path, home: Path
) -> None:
    arguments, says, _ = _CALLS[command]
    call = [_PERMED, command, *(a.replace("{home}", str(home)) for a in arguments)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert not hostile.exists(), hostile.read_text(encoding="utf-8")
    assert (done.returncode, says in done.stdout) == (0, True), done.stderr


def test_serving_runs_nothing_from_there(hostile: Path, home: Path) -> None:
    """The server, its loader, its query processes and the worker of its networks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    call = [_PERMED, "serve", "--port", str(port), "--into", str(home)]
    with subprocess.Popen(call, stderr=subprocess.DEVNULL) as server:
        try:
            _await(address)
            found = httpx2.get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }"})
            network = httpx2.get(f"{address}/api/v1/network/summary?country=LU", timeout=60)
        finally:
            server.terminate()
    assert not hostile.exists(), hostile.read_text(encoding="utf-8")
    assert (found.json()["boolean"], network.status_code) == (True, 200), network.text


def test_the_module_form_leaves_the_folder_before_it_imports(hostile: Path, home: Path) -> None:
    """Python finds `permed`, and what it needs for `-m` itself, before any line of ours runs."""
    for name in {"permed", *sys.stdlib_module_names} - {"csv", "random", "json", "logging"}:
        (hostile.parent / f"{name}.py").unlink(missing_ok=True)
    call = [sys.executable, "-m", "permed", "query", "ask.rq", "--into", str(home)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert not hostile.exists(), hostile.read_text(encoding="utf-8")
    assert (done.returncode, done.stdout.strip()) == (0, "yes"), done.stderr


def _await(address: str) -> None:
    for _ in range(240):
        try:
            if httpx2.get(f"{address}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.25)
    raise TimeoutError(address)


def test_names_of_our_folders_are_free_for_others(tmp_path: Path, home: Path) -> None:
    """A user's own `graph.py` on PYTHONPATH neither runs nor stands in our way."""
    for name in ("api", "graph", "ingest", "ontology", "queries"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('hostile')\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    call = [_PERMED, "info", "--into", str(home)]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "hostile" in done.stderr) == (0, False), done.stderr
