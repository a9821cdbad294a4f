"""No text of data or messages is ever markup: brackets and `:names:` come out as they went in."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from rich.progress import Progress

from permed.api.cli.common.output import printer, remark, show, step_text
from permed.graph.releases.release import Release
from tests import ROOT
from tests.api.cli.conftest import Permed

HOSTILE = ("[bold]x[/bold]", "rdfs:label:", "[/]", "a [link=https://e.org]b", ":warning:", "\\[x]")


@pytest.mark.parametrize("text", HOSTILE)
def test_tables_records_titles_and_heads_print_text_as_it_is(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame({text: [text], "other": [text]})
    monkeypatch.setenv("COLUMNS", "120")
    show(frame, "table", title=text)
    wide = capsys.readouterr().out
    assert wide.count(text) == 4
    monkeypatch.setenv("COLUMNS", "24")
    show(pl.DataFrame({f"c{n}": [text] for n in range(9)}), "table", title=text)
    joined = "".join(line.strip() for line in capsys.readouterr().out.splitlines())
    assert joined.replace(" ", "").count(text.replace(" ", "")) >= 9


@pytest.mark.parametrize("text", HOSTILE)
def test_remarks_and_steps_print_text_as_it_is(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    remark(text)
    assert capsys.readouterr().err == f"{text}\n"
    out = printer()
    out.file, out.width = StringIO(), 100
    with Progress(step_text(), console=out) as progress:
        progress.add_task(text)
    assert text in out.file.getvalue()


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[/]", ":warning:"])
@pytest.mark.parametrize(
    "words",
    [
        ("info", "--release"),
        ("query",),
        ("check",),
        ("releases", "show"),
        ("fetch",),
        ("build", "--source"),
        ("network", "measure", "--relation"),
        ("no-such-command",),
        ("build", "--no-such-option"),
    ],
    ids=" ".join,
)
def test_messages_quote_what_was_typed(
    permed: Permed, release: Release, words: tuple[str, ...], text: str
) -> None:
    home = () if words[0] in ("check", "fetch", "no-such-command") else (
        "--home", str(release.path.parent))  # fmt: skip
    done = permed(*words, text, *home)
    assert done.code != 0
    assert "Traceback" not in done.stderr
    if words[0] != "no-such-command" and "--no-such-option" not in words:
        assert text in done.stderr.replace("\n", "")


def test_a_hostile_file_name_and_folder_come_out_whole(
    permed: Permed, tmp_path: Path, release: Release
) -> None:
    folder = tmp_path / "[red]:smile:"
    folder.mkdir()
    file = folder / "rdfs:label:.ttl"
    file.write_text("<https://example.org/s> <https://example.org/p> 'o' .\n")
    done = permed("check", str(file))
    assert f"{file}: conforms" in done.stderr
    home = folder / "home"
    home.symlink_to(release.path.parent)
    assert str(home) in permed("info", "--home", str(home)).stderr


def test_there_is_one_place_that_makes_consoles() -> None:
    """Another console would print markup again; a status line reads its words as markup always."""
    made = re.compile(r"\bConsole\(|\.status\(|\bTextColumn\(|from_markup|rich\.print|\[/\]")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "api").rglob("*.py"))
        if made.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["api/cli/common/output.py"]
