"""Shared fixtures.

Strategy: tests run on the packaged data, built once a session into a temporary home (`release`),
and on small tables and dumps that a test writes itself. Nothing needs the network.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build

# a loaded machine must not fail a property test
settings.register_profile(
    "quiet", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quiet")


def silent(_: str) -> None:
    """Swallow progress messages."""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release of all packaged sources."""
    home = tmp_path_factory.mktemp("home")
    build(Config(home=home), silent)
    return home


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    """The release of all packaged sources."""
    return Release(home / (home / "current").readlink())


@pytest.fixture(scope="session")
def store(release: Release) -> EmbeddedStore:
    """The release of all packaged sources, in memory."""
    return EmbeddedStore.load(release.graphs)
