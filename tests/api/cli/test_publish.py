"""`permed publish`: what it refuses before it starts; what it writes is tested beside its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.cli.conftest import Permed


@pytest.mark.parametrize("kinds", ["town", "country,town", ""])
def test_a_kind_of_sheets_that_there_is_not_is_refused(
    permed: Permed, home: Path, tmp_path: Path, kinds: str
) -> None:
    done = permed("publish", str(tmp_path / "out"), "--sheets", kinds, "--into", str(home))
    assert done.code != 0
    assert "--sheets: no kind" in done.stderr
    assert "country, region, funder, organisation" in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()
