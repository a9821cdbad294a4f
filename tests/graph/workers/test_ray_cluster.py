"""Workers on a cluster of several nodes here: the same results, also when a node is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.mapping.writer import Seen, ranges_for, write_quads
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES
from permed.graph.workers import HERE, Workers, workers_of
from permed.ontology import DEFAULT_BASE

pytest.importorskip("ray", reason="the extra `cluster` is not installed")

from ray.cluster_utils import Cluster

pytestmark = pytest.mark.full

NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 200_000_000}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made: Any = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    made.add_node(**NODE)
    yield made
    import_module("ray").shutdown()
    made.shutdown()


@pytest.fixture(scope="module")
def workers(cluster: Cluster) -> Workers:
    return workers_of("ray", cluster.address)


def _slow_square(task: int, shared: float) -> int:
    time.sleep(shared)
    return task * task


def _refused(task: int, shared: str) -> int:
    raise InputError(f"{shared} {task}")


def _by_remainder(task: int, shared: int) -> Sequence[pl.DataFrame]:
    frame = pl.DataFrame({"n": range(task * 100, task * 100 + 100)})
    return [frame.filter(pl.col("n") % shared == rest) for rest in range(shared)]


def _total(group: int, frames: Sequence[pl.DataFrame], shared: int) -> tuple[int, int, list[int]]:
    found = pl.concat(frames)["n"] if frames else pl.Series("n", [], pl.Int64)
    return group, int(found.sum()), [f["n"][0] for f in frames]


def test_results_come_in_the_order_of_the_tasks(workers: Workers) -> None:
    assert list(workers.each(_slow_square, range(40), 0.0)) == [n * n for n in range(40)]
    assert list(workers.each(_slow_square, [], 0.0)) == []


@pytest.mark.parametrize("groups", [1, 3])
def test_groups_are_joined_as_by_one_process(groups: int, workers: Workers, tmp_path: Path) -> None:
    asked = (_by_remainder, range(7), _total, list(range(groups)), groups, tmp_path)
    found = list(workers.regroup(*asked))
    assert found == list(HERE.regroup(*asked))
    assert sum(total for _, total, _ in found) == sum(range(700))


def test_an_error_of_a_task_is_told_as_by_one_process(workers: Workers) -> None:
    with pytest.raises(InputError, match=r"^row 1$"):
        list(workers.each(_refused, [1], "row"))


def test_a_node_that_is_lost_costs_nothing_but_time(cluster: Cluster, workers: Workers) -> None:
    doomed = cluster.add_node(num_cpus=2)
    found = workers.each(_slow_square, range(30), 0.1)
    first = [next(found) for _ in range(3)]
    cluster.remove_node(doomed, allow_graceful=False)
    assert first + list(found) == [n * n for n in range(30)]


def test_the_graphs_have_the_bytes_of_one_machine_though_a_node_is_lost(
    cluster: Cluster, workers: Workers, release: Release, tmp_path: Path
) -> None:
    folder = release.path / "tables" / "cordis"
    tables = {n: pl.read_parquet(f) for n in TABLES if (f := folder / f"{n}.parquet").is_file()}
    seen = Seen.nothing(ranges_for([tables], DEFAULT_BASE, 30_000))
    doomed = cluster.add_node(**NODE)

    class Losing:
        """Workers that lose a node between the splitting and the joining of the third table."""

        tables = 0
        apart = True

        each = workers.each

        def regroup(self, *asked: Any) -> Iterator[Any]:
            self.tables += 1
            for number, one in enumerate(workers.regroup(*asked)):
                if self.tables == 3 and number == 1:
                    cluster.remove_node(doomed, allow_graceful=False)
                yield one

    both: tuple[Workers, Workers] = (HERE, Losing())
    files = [tmp_path / "here.nq", tmp_path / "there.nq"]
    told = [
        write_quads(
            tables, path, graph=f"{DEFAULT_BASE}g", base=DEFAULT_BASE, seen=seen, workers=who
        )
        for path, who in zip(files, both, strict=True)
    ]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert told[0].statistics == told[1].statistics


def test_a_cluster_that_is_not_there_is_told_in_one_line() -> None:
    pytest.importorskip("ray").shutdown()
    for address in ("127.0.0.1:9", "ray://127.0.0.1:9", "127.0.0.1:port", "nowhere.invalid:6379"):
        with pytest.raises(InputError, match=rf"^no Ray cluster at '{address}' \(.*permed\.toml$"):
            workers_of("ray", address)
