"""Shared fixtures.

Strategy: tests run on the packaged data, built once into a home that all test processes share and
that the next run finds again (`release`, tests/shared_home.py), and on small tables and dumps that
a test writes itself. Nothing needs the network, and no test needs another one to have run before.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, settings

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from tests import selection
from tests.shared_home import shared_home

# what is imported and collected stays: looking for garbage in it is a fifth of the start
gc.disable()

# a loaded machine must not fail a property test
settings.register_profile(
    "quiet", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quiet")

CHANGED = pytest.StashKey[list[str]]()
# the driver of browsers comes with `make browser`; all other tests do without it
collect_ignore = [] if find_spec("playwright") else ["web"]


@pytest.fixture(scope="session", autouse=True)
def _certificates_read_once() -> Iterator[None]:
    """Spare each of a thousand clients the list of authorities: most of the cost of making one."""
    read_once = httpx2.create_ssl_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpcore2.default_ssl_context", lambda **_: read_once)
        yield


def silent(_: str) -> None:
    """Swallow progress messages."""


@pytest.fixture(scope="session")
def home() -> Path:
    """A home with one release of all packaged sources: read only, shared by all tests."""
    return shared_home()


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    """The release of all packaged sources."""
    return Release(home / (home / "current").readlink())


@pytest.fixture(scope="session")
def store(release: Release) -> EmbeddedStore:
    """The release of all packaged sources, in memory."""
    return EmbeddedStore.load(release.graphs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`: the tests of what changed, and of all others the fast ones."""
    parser.addoption("--quick", action="store_true", help=selection.__doc__)


def pytest_configure(config: pytest.Config) -> None:
    """Look once what changed, for all workers: they must agree on what they run."""
    if config.getoption("--quick") and not hasattr(config, "workerinput"):
        config.stash[CHANGED] = selection.changed_files()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand a worker of xdist what the process that started it saw."""
    node.workerinput["changed"] = node.config.stash.get(CHANGED, [])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--quick` does not run; begin with what takes long."""
    if config.getoption("--quick"):
        told = getattr(config, "workerinput", {}).get("changed")
        changed = config.stash[CHANGED] if told is None else told
        items[:], left_out = selection.split(items, selection.mirrors(changed))
        config.hook.pytest_deselected(items=left_out)
    items[:] = selection.slow_files_first(items)
    gc.freeze()
    gc.enable()
