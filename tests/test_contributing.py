"""The recipes of CONTRIBUTING.md work as they stand there: each is followed in a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.long

COPIED = ("api", "graph", "ingest", "ontology", "permed", "queries", "tests", "docs", "benchmarks")
_FENCE = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SERVER = "make serve"  # does not end by itself


def blocks(recipe: str) -> list[tuple[str, str, str]]:
    """Return language, path and text of every block of a recipe, in order."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    part = text.partition(f"<!-- recipe: {recipe} -->")[2]
    return _FENCE.findall(re.split(r"^##", part, maxsplit=1, flags=re.MULTILINE)[0])


@pytest.fixture
def checkout(tmp_path: Path, home: Path) -> Path:
    """A copy of this checkout with its environment, set up already."""
    unfinished = shutil.ignore_patterns("*.pyc.*")  # another process writes them at this moment
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=unfinished)
    for name in ("pyproject.toml", "constraints.txt", "Makefile", "README.md", "CONTRIBUTING.md"):
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".pytest_cache").mkdir()
    (tmp_path / ".pytest_cache" / "homes").symlink_to(home.parent)
    return tmp_path


def follow(recipe: str, checkout: Path, home: Path) -> list[Path]:
    """Write the files, make the edits and run the commands; return the files written."""
    written = []
    for language, path, text in blocks(recipe):
        if language == "sh":
            run(text, checkout, home)
        elif language == "diff":
            (checkout / path).write_text(patched((checkout / path).read_text(), text))
            written.append(checkout / path)
        else:
            (checkout / path).write_text(text)
            written.append(checkout / path)
    return written


def run(commands: str, checkout: Path, home: Path) -> None:
    lines = [line for line in commands.splitlines() if not line.startswith(_SERVER)]
    script = "\n".join(lines).replace("make ", "make -o .venv/.ready -o .venv/.dev ")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=checkout,
        env={**kept, "PYTHONPATH": str(checkout), "PERMED_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


def patched(text: str, diff: str) -> str:
    """Apply a diff without line numbers: its context must stand in the text exactly once."""
    for hunk in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] == " ")
        assert text.count(f"\n{before}") == 1, f"not there exactly once:\n{before}"
        text = text.replace(f"\n{before}", "\n" + "".join(line[1:] for line in lines))
    return text


@pytest.mark.parametrize("recipe", ["source", "query", "measure", "page"])
def test_a_recipe_works_as_it_stands(recipe: str, checkout: Path, home: Path) -> None:
    written = follow(recipe, checkout, home)
    assert any(language == "sh" for language, _, _ in blocks(recipe))
    code = [str(path) for path in written if path.suffix == ".py"]
    code += [
        str(p) for p in checkout.glob("*/**/my_registry") if p.is_dir() and "permed" not in p.parts
    ]
    for check in (["check"], ["format", "--check"]):
        ruff = [str(Path(sys.prefix, "bin", "ruff")), *check, "--no-cache", *code]
        done = subprocess.run(ruff, cwd=checkout, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_every_recipe_is_followed() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert re.findall(r"<!-- recipe: (\w+) -->", text) == ["source", "query", "measure", "page"]
    assert text.count("\n### ") == 4
