"""Workers as far away as a cluster, in one process: all goes through pickle, out of order."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl


class Elsewhere:
    """Does the last task first, and gives and takes nothing but what pickle can carry."""

    apart = True

    def __init__(self) -> None:
        self.tasks = 0

    def each(
        self, work: Callable[[Any, Any], Any], tasks: Iterable[Any], shared: Any
    ) -> Iterator[Any]:
        given = [pickle.dumps((work, task, shared)) for task in tasks]
        self.tasks += len(given)
        done = [pickle.dumps(_done(task)) for task in reversed(given)]
        return (pickle.loads(result) for result in reversed(done))

    def regroup(
        self,
        split: Callable[[Any, Any], Sequence[pl.DataFrame]],
        tasks: Iterable[Any],
        join: Callable[[Any, Sequence[pl.DataFrame], Any], Any],
        groups: Sequence[Any],
        shared: Any,
        scratch: Path,
    ) -> Iterator[Any]:
        apart = list(self.each(split, tasks, shared))
        rows = [(join, group, [part[at] for part in apart]) for at, group in enumerate(groups)]
        return self.each(_joined, rows, shared)


def _done(task: bytes) -> Any:
    work, given, shared = pickle.loads(task)
    return work(given, shared)


def _joined(row: tuple[Any, Any, Any], shared: Any) -> Any:
    join, group, frames = row
    return join(group, frames, shared)
