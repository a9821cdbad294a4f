"""One file, one declaration: every setting is read from it, told of, and refused when misspelt."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.api.settings import Declared, declarations, file_of, serve_settings
from permed.graph.errors import InputError
from permed.ingest.building.config import Config
from tests import ROOT
from tests.api.cli.conftest import Permed
from tests.api.cli.conftest import permed as permed

EVERY = list(declarations())


def write(folder: Path, text: str) -> Path:
    path = folder / "permed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_section_is_read(tmp_path: Path) -> None:
    file = file_of(
        write(
            tmp_path,
            '[build]\nhome = "made"\n[serve]\nport = 8080\n'
            'tokens = {ada = "00"}\n[network]\nseconds = 5\n[linking]\nauthor = "Ada"\n',
        )
    )
    settings, network, _ = serve_settings(file)
    assert (settings.port, settings.tokens, network.seconds) == (8080, {"ada": "00"}, 5)
    assert Config.of(file).author == "Ada"


def test_variables_are_told_apart_and_go_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len({one.variable for one in EVERY}) == len(EVERY)
    file = file_of(write(tmp_path, "[serve]\ncache_bytes = 1\n[network]\ncache_bytes = 2\n"))
    monkeypatch.setenv("PERMED_NETWORK_CACHE_BYTES", "3")
    settings, network, _ = serve_settings(file)
    assert (settings.cache_bytes, network.cache_bytes) == (1, 3)
    monkeypatch.setenv("PERMED_TOKENS", "no JSON")
    with pytest.raises(InputError, match=r"the environment .*TOKENS.*: write it as JSON"):
        serve_settings(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[build]\nkepp = 3", r"\[build\] has no setting 'kepp' \(did you mean 'keep'\?\)"),
        ("[bild]\nkeep = 3", r"no section or setting 'bild' \(did you mean 'build'\?\)"),
        ("hom = 'x'", r"no section or setting 'hom' \(did you mean 'home'\?\)"),
        ("[serve]\nkeep = 3", r"'keep' belongs to \[build\], not to \[serve\]"),
        ("[build]\nmax_rows = 3", r"'max_rows' belongs to \[serve\], not to \[build\]"),
        ("port = 80", r"'port' is a setting of \[serve\]; write it below that line"),
        ("[network]\nsecond = 3", r"\[network\] has no setting 'second' \(did you mean 'seconds'"),
        ("serve = 3", r"\[serve\] is a section: write its settings below it"),
        ("[serve]\nport = 'x'", r"setting 'port': .*valid integer"),
        ("[network]\nseconds = 0", r"setting 'seconds': .*greater than 0"),
    ],
)
def test_what_is_no_setting_is_refused_with_what_was_meant(
    tmp_path: Path, text: str, told: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError, match=told) as refused:
        serve_settings(file_of(path))
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("declared", EVERY, ids=lambda one: f"{one.section}.{one.name}")
def test_every_setting_says_what_it_is_for_and_stands_in_the_docs(declared: Declared) -> None:
    assert len(declared.about) > 8
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert f"| `{declared.name}` | `{declared.variable}` |" in page


def test_the_example_of_the_docs_is_a_file_that_can_be_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    file = file_of(write(tmp_path, page.partition("```toml\n")[2].partition("```")[0]))
    settings, network, _ = serve_settings(file)
    assert Config.of(file).base == "https://data.example.org/kg/"
    assert (settings.deadline_seconds, network.seconds) == (60, 120)


def test_options_of_the_command_line_have_help_and_default_of_the_declaration(
    permed: Permed,
) -> None:
    shown = " ".join(permed("serve", "--help").stdout.split())
    for words in ("--host", "Address to listen on", "127.0.0.1", "--workers", "kept ready"):
        assert words in shown


def test_commands_refuse_a_broken_file_in_one_line(permed: Permed, tmp_path: Path) -> None:
    path = write(tmp_path, "[serve]\nprot = 80\n")
    for command in (("serve",), ("build",), ("info",), ("link", "status")):
        done = permed(*command, "--config", str(path))
        assert done.code == 1
        assert "did you mean 'port'?" in done.stderr
        assert done.stderr.count("\n") == 1
