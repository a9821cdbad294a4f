"""Workers on a Ray cluster: tasks go to its nodes, and what they pass on stays there.

A task that was on a node that is gone runs again on another, with all that it needed and that is
gone too: Ray keeps how each object was made. https://docs.ray.io/en/latest/ray-core/fault-tolerance.html
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from permed.graph.errors import InputError, PermedError
from permed.graph.extras import or_missing_extra, refuse_without
from permed.graph.workers.engines import G, Join, R, S, Split, T

__all__ = ["ClusterLost", "RayCluster"]

_AHEAD: Final = 2  # tasks under way for each processor: enough that none waits for the next
_WAITING: Final = 5.0  # seconds for a node to answer
_AGAIN: Final = 8  # times that a task is begun anew whose node is lost


class RayCluster:
    """The nodes of a Ray cluster, each of which has the same version of this package."""

    apart = True

    def __init__(self, ray: Any) -> None:
        self._ray = ray

    @classmethod
    def joined(cls, address: str = "") -> RayCluster:
        """Join the cluster at an address, or one that starts on this machine; nothing is reported.

        MissingExtra where Ray is not installed, InputError where nobody answers.
        """
        refuse_without("cluster")
        # read when Ray is imported: it would tell its makers that, and where, it is used
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        try:
            import ray
        except ModuleNotFoundError as problem:
            raise or_missing_extra(problem) from problem
        if not ray.is_initialized():
            address = address or os.environ.get("RAY_ADDRESS", "")
            _refuse_unanswered(address)
            try:
                ray.init(
                    address=address or None,
                    include_dashboard=None if address else False,
                    logging_level=logging.ERROR,
                    log_to_driver=False,
                )
            except (ConnectionError, RuntimeError, ValueError) as problem:
                raise _no_cluster(address, problem) from problem
        return cls(ray)

    def each(self, work: Callable[[T, S], R], tasks: Iterable[T], shared: S) -> Iterator[R]:
        """Yield `work(task, shared)` for each task, in the order of the tasks."""
        held, under_way = self._ray.put(shared), deque[Any]()
        run = self._ray.remote(max_retries=_AGAIN)(_run)
        for task in tasks:
            under_way.append(run.remote(work, task, held))
            if len(under_way) >= self._most():
                yield self._result(under_way.popleft())
        while under_way:
            yield self._result(under_way.popleft())

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

        What waits is kept by Ray on the nodes, on their disks where memory does not do.
        """
        held, under_way = self._ray.put(shared), deque[Any]()
        apart = self._ray.remote(max_retries=_AGAIN, num_returns=len(groups))(_split)
        given = [apart.remote(split, task, held) for task in tasks]
        rows = [[one] for one in given] if len(groups) == 1 else given
        together = self._ray.remote(max_retries=_AGAIN)(_join)
        for number, group in enumerate(groups):
            parts = [row[number] for row in rows]
            under_way.append(together.remote(join, group, held, *parts))
            if len(under_way) >= self._most():
                yield self._result(under_way.popleft())
        while under_way:
            yield self._result(under_way.popleft())

    def _most(self) -> int:
        """Return how many tasks are under way at most; nodes may come and go."""
        return max(2, int(_AHEAD * self._ray.cluster_resources().get("CPU", 1)))

    def _result(self, reference: Any) -> Any:
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as problem:
            cause = problem.cause
            raise (cause if isinstance(cause, Exception) else problem) from None
        except self._ray.exceptions.RayError as problem:
            told = str(problem).strip().splitlines()[0]
            raise ClusterLost(
                f"the Ray cluster lost work that it could not do again ({told}); look whether"
                " all nodes are gone or out of memory"
            ) from problem


def _refuse_unanswered(address: str) -> None:
    """Refuse an address where nobody listens: Ray would wait for minutes, and end the process."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host:
        return  # a name that Ray knows, such as auto
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_WAITING).close()
    except (OSError, ValueError) as problem:
        raise _no_cluster(address, problem) from problem


def _no_cluster(address: str, problem: Exception) -> InputError:
    told = str(problem).strip().splitlines()[0]
    return InputError(f"no Ray cluster at '{address}' ({told}); correct `cluster` in permed.toml")


class ClusterLost(PermedError):  # noqa: N818 - says what happened
    """Work that a cluster could not bring to its end."""

    status = 503
    title = "Cluster lost"


def _run(work: Callable[[Any, Any], Any], task: Any, shared: Any) -> Any:
    return work(task, shared)


def _split(split: Callable[[Any, Any], Sequence[pl.DataFrame]], task: Any, shared: Any) -> Any:
    frames = split(task, shared)
    return frames[0] if len(frames) == 1 else tuple(frames)


def _join(
    join: Callable[[Any, Sequence[pl.DataFrame], Any], Any],
    group: Any,
    shared: Any,
    *parts: pl.DataFrame,
) -> Any:
    return join(group, parts, shared)
