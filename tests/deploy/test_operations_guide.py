"""The operations guide is carried out from top to bottom, as an operator would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from permed.api.http import Settings
from permed.graph.releases.release import Releases
from tests import ROOT
from tests.api.http.conftest import free_port

_TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEPS = (
    "Install", "Configure", "Run", "Refresh on a schedule", "Monitor", "Back up and restore",
    "Upgrade", "Roll back", "A person asks to be removed", "Rotate a token",
)  # fmt: skip


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.*)$", _TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_task_of_an_operator_has_a_section_with_commands() -> None:
    found = sections()
    assert [step for step in _STEPS if step not in found] == []
    bare = [step for step in _STEPS if not re.search("```(sh|console)", found[step])]
    assert bare == []


def test_settings_in_the_guide_are_settings() -> None:
    for kind, text in _BLOCK.findall(_TEXT):
        if kind == "toml":
            given = tomllib.loads(text)["serve"]
            assert Settings(**given).root_path == "/open/kg"


@pytest.mark.long
def test_every_block_of_commands_runs(tmp_path: Path) -> None:
    tools, port = Path(sys.executable).parent, free_port()
    own = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    said: dict[str, str] = {}
    person = ""
    for section, text in sections().items():
        for kind, block in _BLOCK.findall(text):
            if kind != "sh":
                continue
            if "Jane Doe" in block:
                block = block.replace("Jane Doe", person := _somebody(tmp_path / "releases"))
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.replace("8000", str(port))],
                cwd=tmp_path, env=own, capture_output=True, text=True, timeout=300,
            )  # fmt: skip
            assert done.returncode == 0, (section, block, done.stdout, done.stderr)
            said[section] = said.get(section, "") + done.stdout + done.stderr
    assert '"boolean":true' in said["Run"].replace(" ", "")
    assert "permed_ready 1.0" in said["Monitor"]
    assert (
        said["Rotate a token"].split()[-2:] == ["401", "201"]
        or "401\n201" in said["Rotate a token"]
    )
    assert (tmp_path / "permed.env").stat().st_mode & 0o077 == 0
    assert person not in (tmp_path / "removed-people.jsonl").read_text(encoding="utf-8")


def _somebody(home: Path) -> str:
    names = Releases(home).current().table("icpermed", "persons")["name"]
    return str(next(name for name in names if name.isascii() and len(name.split()) == 2))
