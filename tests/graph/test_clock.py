"""The time that is written into what is made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from permed.graph import clock
from permed.graph.errors import InputError


def test_time_is_now_or_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.EPOCH, raising=False)
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 60
    monkeypatch.setenv(clock.EPOCH, "1700000000")
    assert clock.now() == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("told", ["yesterday", "1.5", "9" * 30])
def test_what_is_no_number_of_seconds_is_refused(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(clock.EPOCH, told)
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH"):
        clock.now()
