"""Strategy: the commands run on a release of one small source and on a small ROR dump."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.source import Source
from tests.api.cli.link.sample import INFO, one
from tests.conftest import silent
from tests.ingest.linking.conftest import RECORDS


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a release whose one source is five organisations; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("linking")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "load", lambda _: Source(INFO, one, lambda _: []))
        settings = {
            "home": folder / "home",
            "judgements": folder / "none.tsv",
            "sources": {"one": {}},
        }
        build(Config.model_validate(settings), silent)
    return folder / "home"


@pytest.fixture
def config(tmp_path: Path, built_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose one source is five organisations, built already."""
    monkeypatch.setattr(pipeline, "load", lambda _: Source(INFO, one, lambda _: []))
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "permed.toml"
    path.write_text(f'home = "{tmp_path / "home"}"\n[sources.one]\n')
    shutil.copytree(built_home, tmp_path / "home", symlinks=True)
    return path


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ror") / "ror.json"
    path.write_text(json.dumps(RECORDS))
    return path
