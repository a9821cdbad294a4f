"""The packaged release as users of `import permed` open it, once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

import permed


@pytest.fixture(scope="session")
def graph(home: Path) -> permed.OpenedRelease:
    return permed.open(home)
