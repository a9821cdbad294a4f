"""The two forms in which a build shares out its work, and the process that does all by itself.

What is shared out are functions of modules, that keep nothing and look at nothing but what they are
given. So it makes no difference to the result who runs them, how often, or in which order.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

import polars as pl

__all__ = ["HERE", "G", "Join", "R", "S", "Split", "T", "Workers"]

T = TypeVar("T")  # a task
G = TypeVar("G")  # a group
S = TypeVar("S")  # what all tasks share
R = TypeVar("R")  # a result
Split = Callable[[T, S], Sequence[pl.DataFrame]]
Join = Callable[[G, Sequence[pl.DataFrame], S], R]


class Workers(Protocol):
    """Those that a build gives its work to."""

    apart: bool
    """Whether they may be on machines that do not have our files."""

    def each(self, work: Callable[[T, S], R], tasks: Iterable[T], shared: S) -> Iterator[R]:
        """Yield `work(task, shared)` for each task, in the order of the tasks."""
        ...

    def regroup(
        self,
        split: Split[T, S],
        tasks: Iterable[T],
        join: Join[G, S, R],
        groups: Sequence[G],
        shared: S,
        scratch: Path,
    ) -> Iterator[R]:
        """Split the result of each task by group, and yield what each group is joined to.

        `split` gives as many frames as there are groups; `join` gets those of its group, in the
        order of the tasks. No more than one group is in memory at a time, beside one task; what
        waits may lie in the folder `scratch`.
        """
        ...


class _Here:
    """This process, one task after the other; what waits for its group is on disk."""

    apart = False

    def each(self, work: Callable[[T, S], R], tasks: Iterable[T], shared: S) -> Iterator[R]:
        return (work(task, shared) for task in tasks)

    def regroup(
        self,
        split: Split[T, S],
        tasks: Iterable[T],
        join: Join[G, S, R],
        groups: Sequence[G],
        shared: S,
        scratch: Path,
    ) -> Iterator[R]:
        if len(groups) == 1:
            yield join(groups[0], [split(task, shared)[0] for task in tasks], shared)
            return
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            kept: list[list[Path]] = [[] for _ in groups]
            for number, task in enumerate(tasks):
                for at, frame in enumerate(split(task, shared)):
                    if frame.height:
                        path = Path(folder) / f"{at}-{number}.arrow"
                        frame.write_ipc(path)
                        kept[at].append(path)
            for group, paths in zip(groups, kept, strict=True):
                yield join(group, [_taken(path) for path in paths], shared)


def _taken(path: Path) -> pl.DataFrame:
    frame = pl.read_ipc(path)
    path.unlink()
    return frame


HERE: Final[Workers] = _Here()
