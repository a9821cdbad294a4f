"""The tutorial is walked from top to bottom, as its reader would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.long

_BLOCK = re.compile(r"^```(sh|python|sparql|text) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks() -> list[tuple[str, str, str]]:
    return _BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))


def test_every_step_gives_what_the_page_says(home: Path, tmp_path: Path) -> None:
    (tmp_path / "releases").symlink_to(home)
    tools = Path(sys.executable).parent
    own = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    said = ""
    for kind, name, text in _blocks():
        if kind == "sparql":
            (tmp_path / name).write_text(text, encoding="utf-8")
        elif kind == "text":
            shown = text.splitlines()
            assert said.splitlines()[-len(shown) :] == shown
        else:
            command = ["bash", "-e", "-c", text] if kind == "sh" else [sys.executable, "-c", text]
            done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True)
            assert done.returncode == 0, (text, done.stderr)
            said = done.stdout
            assert said or "> " in text, text
    assert (tmp_path / "network.svg").read_text().startswith("<svg ")


def test_the_tutorial_has_all_that_a_newcomer_does() -> None:
    kinds = [kind for kind, _, _ in _blocks()]
    assert (kinds.count("sh") >= 5, "python" in kinds, kinds.count("text") >= 3) == (True,) * 3
