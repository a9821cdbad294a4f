"""Trials of faults say what was lost; their page and the table of overload say what they say."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.faults.building import kill_build
from benchmarks.faults.home import FaultHome
from benchmarks.faults.tally import TRIALS, Tally, faults_page, run_trials
from benchmarks.overload.load_run import LoadRun, kept, table
from permed.graph.releases.release import Releases
from tests import ROOT


def test_the_page_has_a_row_a_fault_and_a_line_a_loss() -> None:
    tallies = [
        Tally("build killed", 3, (), (1.0, 2.0, 9.0)),
        Tally("disk full", 2, ("graphs/a.nq: gone",), (1.0, 1.0)),
    ]
    text = faults_page(tallies, datetime(2026, 11, 30, tzinfo=UTC), "abc1234")
    assert "2026-11-30, commit abc1234: 5 faults, 1 lost something." in text
    assert "| build killed | 3 | 0 | 2.0 | 9.0 |" in text
    assert "- disk full: graphs/a.nq: gone" in text


def test_the_page_in_the_docs_tells_of_every_fault() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert [name for name in TRIALS if f"| {name} |" not in text] == []


@pytest.mark.long
def test_a_killed_build_loses_nothing_and_a_loss_is_seen(tmp_path: Path) -> None:
    home = FaultHome.made(tmp_path)
    assert kill_build(home, random.Random(1)).lost == ""
    graph = Releases(home.path).current().graphs[0]
    graph.write_bytes(graph.read_bytes()[:-1])
    assert graph.name in home.judged(0.0).lost


@pytest.mark.full
@pytest.mark.parametrize("name", TRIALS)
def test_nothing_is_lost(name: str) -> None:
    (tally,) = run_trials([name], times=50)
    assert tally.lost == ()


def test_bounds_of_overload() -> None:
    good = LoadRun(
        idle=[0.01] * 100, light=[0.02] * 100, sustained=100, sent=1000,
        statuses=Counter({"200": 900, "503": 100}),
        memory=[(t, 500.0) for t in range(0, 600, 5)], before=(9, 40), after=(9, 41),
    )  # fmt: skip
    assert kept(good)
    assert "| shed with 429 or 503 and Retry-After | 100 |" in table(good)
    assert "| the same as a multiple | 2.0 | at most 3 |" in table(good)
    for worse in (
        {"light": [0.05] * 100},
        {"statuses": Counter({"200": 9, "500": 1})},
        {"bare": 1},
        {"memory": [(t, 500 + t / 30) for t in range(0, 600, 5)]},
        {"after": (10, 41)},
    ):
        assert not kept(LoadRun(**{**vars(good), **worse}))
