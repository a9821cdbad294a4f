"""Where the paths of a configuration start, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.building.config import Config

TEXT = """
home = "made"
[sources.icpermed]
folder = "edited"
[sources.cordis]
files = ["dumps/a.zip", "/abs/b.zip"]
[sources.wikidata]
cache = "answers"
endpoint = "https://example.org/sparql"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration in a folder that is not the working directory."""
    folder, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    path = folder / "permed.toml"
    path.write_text(TEXT)
    return path


def test_every_path_of_a_file_starts_from_its_folder(file: Path) -> None:
    config = Config.read(file)
    folder = file.parent
    assert config.home == folder / "made"
    assert config.judgements == folder / "judgements.sssom.tsv"
    assert config.request("icpermed").options["folder"] == str(folder / "edited")
    assert config.request("cordis").files == (folder / "dumps/a.zip", Path("/abs/b.zip"))
    options = config.request("wikidata").options
    assert options["cache"] == str(folder / "answers")
    assert options["endpoint"] == "https://example.org/sparql"


def test_paths_of_the_environment_start_from_the_working_directory(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("keep = 3\n")
    monkeypatch.setenv("PERMED_HOME", "here")
    config = Config.read(file)
    assert config.home == Path("here")
    assert config.judgements == file.parent / "judgements.sssom.tsv"


def test_without_a_file_everything_starts_from_the_working_directory(file: Path) -> None:
    assert Config.read().home == Path("releases")
    with pytest.raises(InputError, match=r"no such file; name another with --config"):
        Config.read(file.with_name("other.toml"))


def test_a_path_that_is_no_text_is_left_to_the_source(file: Path) -> None:
    file.write_text("[sources.icpermed]\nfolder = 3\n[sources.unheard]\nfiles = ['a']\n")
    config = Config.read(file)
    assert config.request("icpermed").options["folder"] == 3
    assert config.request("unheard").files == (file.parent / "a",)


def test_a_setting_stands_in_its_section_or_on_top_but_not_in_both(file: Path) -> None:
    file.write_text('[build]\nhome = "made"\nkeep = 3\n[linking]\njudgements = "own.tsv"\n')
    config = Config.read(file)
    assert (config.home, config.keep) == (file.parent / "made", 3)
    assert config.judgements == file.parent / "own.tsv"
    file.write_text("keep = 2\n[build]\nkeep = 3\n")
    with pytest.raises(InputError, match="'keep' stands there twice"):
        Config.read(file)
    file.write_text("build = 3\n")
    with pytest.raises(InputError, match=r"\[build\] is a section"):
        Config.read(file)


def test_the_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('[build]\nkeep = 3\nhome = "made"\n')
    monkeypatch.setenv("PERMED_KEEP", "7")
    assert Config.read(file).keep == 7
    monkeypatch.setenv("PERMED_KEEP", "none")
    with pytest.raises(InputError, match=r"the environment \(PERMED_KEEP\): setting 'keep'"):
        Config.read(file)


@pytest.mark.parametrize("home", ["http://127.0.0.1:9/sparql", "s3://bucket/releases"])
def test_a_home_that_is_an_address_is_refused(file: Path, home: str) -> None:
    file.write_text(f'home = "{home}"\n')
    with pytest.raises(InputError, match="kept in a folder, not at an address"):
        Config.read(file)
    with pytest.raises(InputError, match="kept in a folder, not at an address"):
        Config().at(Path(home))


def test_a_dump_of_ror_takes_the_place_of_its_packaged_sample(file: Path) -> None:
    assert Config.read(None).sources["ror"] == {}
    file.write_text('ror = "ror.zip"\n')
    assert Config.read(file).sources["ror"] == {"files": [str(file.parent / "ror.zip")]}
