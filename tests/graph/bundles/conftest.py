"""The release of all packaged sources as a bundle, written once a test process."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.bundles.contents import write_bundle
from permed.graph.releases.release import Release
from permed.graph.removal.removed_people import RemovedPeople


@pytest.fixture(scope="session")
def bundle(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "release.zip"
    write_bundle(release, path, RemovedPeople())
    return path
