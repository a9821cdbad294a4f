"""The threat model names tests that there are, and looks at each boundary from all sides."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests import ROOT

TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", TEXT)


def _tests(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_test_it_names_is_there() -> None:
    assert len(NAMED) > 40
    gone = [file for file, _ in NAMED if not Path(ROOT / file).is_file()]
    assert gone == []
    assert [(f, n) for f, n in NAMED if n and n not in _tests(f)] == []


def test_each_boundary_is_looked_at_from_all_sides() -> None:
    sections = dict(re.findall(r"^## (\d)\. .*?\n(.*?)(?=^## )", TEXT, re.MULTILINE | re.DOTALL))
    assert len(sections) == 7
    left = TEXT.partition("## What is left")[2]
    for number, text in sections.items():
        letters = set(re.findall(r"^\| ([STRIDE]) \|", text, re.MULTILINE))
        excused = set(re.findall(rf"\*\*{number}, ([STRIDE])\*\*", left))
        assert letters | excused == set("STRIDE"), number
        assert not letters & excused


def test_every_threat_has_its_test() -> None:
    rows = re.findall(r"^\| [STRIDE] \| .*$", TEXT, re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if "`tests/" not in row] == []
