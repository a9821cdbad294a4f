"""`permed look` on the command line: words for people, JSON for machines, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from permed.api.cli import make_app

RUN = CliRunner()


def test_a_table_is_described_in_words_and_as_json(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("organisation;PIC\nDLR;999981731\n", "utf-8-sig")
    done = RUN.invoke(make_app("look"), ["look", str(path)])
    assert done.exit_code == 0, done.output
    assert "separated by semicolon" in done.output
    assert "pic identifier" in done.output
    [told] = json.loads(RUN.invoke(make_app("look"), ["look", str(path), "--json"]).output)
    assert (told["delimiter"], told["encoding"], told["rows"]) == (";", "utf-8", 1)
    assert [c["scheme"] for c in told["columns"]] == [None, "pic"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_read_ends_with_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    done = RUN.invoke(make_app("look"), ["look", str(path)])
    assert done.exit_code == 1
    assert "cannot be read" in done.output
    assert "Traceback" not in done.output
