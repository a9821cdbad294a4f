"""The notebooks of examples/ run from top to bottom on the packaged release, and show something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
_SHOWN = """
import ast, sys
for cell in {cells!r}:
    tree = ast.parse(cell)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"))
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "cell", "eval"))
        assert len(value) if hasattr(value, "__len__") else value is not None, cell
print("all shown")
"""


def _cells(notebook: Path, kind: str) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


@pytest.mark.long
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_every_value_has_something_to_show(
    notebook: Path, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "releases").symlink_to(home)
    script = _SHOWN.format(cells=_cells(notebook, "code"))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "all shown"), done.stderr


def test_they_are_listed_told_and_without_outputs() -> None:
    listed = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert len(NOTEBOOKS) == 5
    for notebook in NOTEBOOKS:
        assert f"({notebook.name})" in listed
        assert _cells(notebook, "markdown")[0].startswith("# ")
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        assert [cell for cell in cells if cell.get("outputs")] == []
