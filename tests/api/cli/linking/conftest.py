"""Strategy: the commands run on a release of one small source and on a small ROR dump."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest import pipeline
from ingest.config import Config
from ingest.pipeline import build
from ingest.source import Source
from tests.api.cli.linking.sample import INFO, one
from tests.conftest import silent
from tests.ingest.linking.conftest import RECORDS


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose one source is five organisations, built once."""
    monkeypatch.setattr(pipeline, "load", lambda _: Source(INFO, one, lambda _: []))
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "permed.toml"
    path.write_text(f'home = "{tmp_path / "home"}"\n[sources.one]\n')
    build(Config.read(path), silent)
    return path


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ror") / "ror.json"
    path.write_text(json.dumps(RECORDS))
    return path
