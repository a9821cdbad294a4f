"""The process that does all by itself: order, groups, nothing left on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from permed.graph.extras import MissingExtra
from permed.graph.workers import HERE, workers_of


def _by_remainder(task: int, shared: int) -> Sequence[pl.DataFrame]:
    frame = pl.DataFrame({"n": range(task * 100, task * 100 + 100)})
    return [frame.filter(pl.col("n") % shared == rest) for rest in range(shared)]


def _all(group: str, frames: Sequence[pl.DataFrame], shared: int) -> tuple[str, list[int]]:
    return group, [n for frame in frames for n in frame["n"]]


@pytest.mark.parametrize("groups", ["a", "abc"])
def test_groups_get_their_rows_in_the_order_of_the_tasks(groups: str, tmp_path: Path) -> None:
    seen = list[int]()

    def split(task: int, shared: int) -> Sequence[pl.DataFrame]:
        seen.append(len(list(tmp_path.glob("*/*"))))
        return _by_remainder(task, shared)

    found = list(HERE.regroup(split, range(5), _all, list(groups), len(groups), tmp_path))
    assert seen == ([0] * 5 if len(groups) == 1 else [0, 3, 6, 9, 12])
    step = len(groups)
    assert found == [(name, list(range(at, 500, step))) for at, name in enumerate(groups)]
    assert list(tmp_path.iterdir()) == []


def test_a_group_without_rows_is_joined_too(tmp_path: Path) -> None:
    found = list(HERE.regroup(_by_remainder, [], _all, ["a", "b"], 2, tmp_path))
    assert found == [("a", []), ("b", [])]


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert list(HERE.each(lambda task, shared: task * shared, range(4), 3)) == [0, 3, 6, 9]
    assert workers_of("local") is HERE


def test_an_engine_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permed.graph.extras.EXTRAS", {"cluster": ("no_such_module",)})
    with pytest.raises(MissingExtra, match=r"permed-graph\[cluster\]"):
        workers_of("ray")
