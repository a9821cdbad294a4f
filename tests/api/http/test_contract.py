"""What the OpenAPI description says of `/sparql` is so: tried with bodies good and bad."""

from __future__ import annotations

import subprocess

import pytest

from benchmarks.contract.__main__ import command, environment

pytestmark = pytest.mark.long


def test_no_undocumented_answer_of_sparql(address: str) -> None:
    """A few cases here; `python -m benchmarks.contract` tries the whole description."""
    pytest.importorskip("schemathesis")
    wanted = command(address, 5, "/sparql")
    found = subprocess.run(wanted, env=environment(), capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]
