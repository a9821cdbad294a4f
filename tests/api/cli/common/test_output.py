"""Tables for people: whole where they fit, brief where nearly, records where they do not."""

from __future__ import annotations

import polars as pl
import pytest

from permed.api.cli.common.output import show

FRAME = pl.DataFrame(
    {
        "callName": ["EP PerMed JTC2024", "ERA PerMed JTC2021"],
        "preProposals": [283, 217],
        "invited": [64, None],
        "source": ["https://example.org/a-long-address-of-a-page", "https://example.org/b"],
        "call": ["call/ep-permed-jtc2024", "call/era-permed-jtc2021"],
    }
)


@pytest.fixture
def width(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The width of the terminal."""
    monkeypatch.setenv("COLUMNS", str(request.param))


@pytest.mark.parametrize("width", [200], indirect=True)
def test_a_wide_terminal_shows_every_column(
    width: None, capsys: pytest.CaptureFixture[str]
) -> None:
    show(FRAME, "table")
    told = capsys.readouterr()
    assert "call/ep-permed-jtc2024" in told.out
    assert "https://example.org/b" in told.out
    assert not told.err


@pytest.mark.parametrize("width", [50], indirect=True)
def test_a_narrow_one_leaves_out_repetitions_and_says_so(
    width: None, capsys: pytest.CaptureFixture[str]
) -> None:
    show(FRAME, "table")
    told = capsys.readouterr()
    assert "283" in told.out
    assert "call/ep-permed-jtc2024" not in told.out
    assert "source, call" in told.err


@pytest.mark.parametrize("width", [28], indirect=True)
def test_a_very_narrow_one_shows_records_with_every_value(
    width: None, capsys: pytest.CaptureFixture[str]
) -> None:
    show(FRAME, "table")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 ")
    assert any(line.split() == ["preProposals", "283"] for line in lines)
    second = lines[next(i for i, line in enumerate(lines) if line.startswith("2 ")) :]
    assert not any(line.startswith("invited") for line in second), "nothing is known of it"


@pytest.mark.parametrize("width", [20, 200])
def test_brackets_in_data_are_shown_and_break_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    frame = pl.DataFrame({"name": ["Lab [/b]", "[red]Lab"], "other": ["x" * 12, "y"]})
    show(frame, "table", title="[/i]")
    shown = capsys.readouterr().out
    assert all(text in shown for text in ("Lab [/b]", "[red]Lab", "[/i]"))
