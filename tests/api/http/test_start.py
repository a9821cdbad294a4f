"""At the start the store on disk answers, then the one in memory: the same, and without a gap."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from pathlib import Path

import httpx2
import pyoxigraph as ox
import pytest

from permed.api.http.release.served_release import ServedRelease
from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.graph.store.executor import QueryRequest
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import BASE, make_release

pytestmark = pytest.mark.long

_QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?s ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    f"SELECT (COUNT(*) AS ?n) FROM <{BASE}graph/sample> {{ ?s ?p ?o }}",
    f"ASK {{ <{BASE}id/organisation/dlr> (!<http://x/none>)+ <{BASE}id/country/DE> }}",
)


def with_store(home: Path, name: str = "2026-01-01-disk", more: str = "") -> Release:
    """A release that holds its store on disk, as builds leave it."""
    release = make_release(home, name, more)
    disk = ox.Store(str(release.path / "store"))
    for path in release.graphs:
        disk.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    disk.flush()
    return release


def test_disk_and_memory_give_the_same_answers(tmp_path: Path) -> None:
    async def work() -> tuple[list[bytes], list[bytes], list[object]]:
        served = ServedRelease(with_store(tmp_path), settings_of())
        try:
            await served.serve_from_disk()
            lent = [(await served.query(QueryRequest(q, format="csv"))).body for q in _QUERIES]
            told: list[object] = [served.pool.kind, served.pool.quads, served.pool.graphs]
            replaced = await served.load()
            assert replaced is not None
            await replaced.close(0)
            loaded = [(await served.query(QueryRequest(q, format="csv"))).body for q in _QUERIES]
            assert told[1:] == [served.pool.quads, served.pool.graphs]
        finally:
            await served.close()
        return lent, loaded, [told[0], served.pool.kind]

    lent, loaded, kinds = asyncio.run(work())
    assert kinds == ["disk", "memory"]
    assert lent == loaded
    assert int(lent[0].split()[1]) > 3000


def test_the_change_from_disk_to_memory_drops_no_request(tmp_path: Path) -> None:
    with_store(tmp_path)
    with running(tmp_path, settings_of(cache_bytes=0)) as address:
        answers: set[tuple[int, bytes]] = set()
        kinds = []
        for _ in range(400):
            reply = httpx2.get(f"{address}/sparql", params={"query": _QUERIES[0], "format": "csv"})
            answers.add((reply.status_code, reply.content))
            kinds.append(httpx2.get(f"{address}/readyz").json()["store"])
            if kinds[-1] == "memory":
                break
        metrics = httpx2.get(f"{address}/metrics").text
    assert len(answers) == 1
    assert kinds[-1] == "memory"
    assert 'permed_store{kind="memory"} 1.0' in metrics


def damage(store: Path) -> None:
    for path in [*store.glob("*.sst"), *store.glob("*.log")]:
        path.write_bytes(b"\x00" * path.stat().st_size)


def foreign(store: Path) -> None:
    for path in store.iterdir():
        path.unlink()
    (store / "CURRENT").write_text("MANIFEST-of-another-time\n", encoding="utf-8")


@pytest.mark.parametrize("harm", [damage, foreign])
def test_a_store_that_cannot_be_read_is_passed_over(
    tmp_path: Path, harm: object, caplog: pytest.LogCaptureFixture
) -> None:
    release = with_store(tmp_path)
    assert callable(harm)
    harm(release.path / "store")
    with caplog.at_level(logging.WARNING), running(tmp_path, settings_of()) as address:
        told = httpx2.get(f"{address}/readyz").json()
        query = {"query": f"ASK {{ <{BASE}id/organisation/dlr> ?p ?o }}"}
        assert httpx2.get(f"{address}/sparql", params=query).json()["boolean"] is True
    assert told["store"] == "memory"
    assert "store on disk not used" in caplog.text


def test_what_is_merged_in_memory_only_is_not_lent(tmp_path: Path) -> None:
    release = with_store(tmp_path)
    assert ServedRelease(release, settings_of()).can_serve_from_disk
    assert not ServedRelease(release, settings_of(disk_first=False)).can_serve_from_disk
    (release.path / "graphs" / "contributed-mine.nq").write_text("", encoding="utf-8")
    assert not ServedRelease(release, settings_of()).can_serve_from_disk


def test_a_stop_while_loading_ends_at_once(tmp_path: Path) -> None:
    """A loader that would wait for ever on its file (a pipe that nobody fills) is ended."""

    release = with_store(tmp_path)
    os.mkfifo(release.path / "graphs" / "never.nq")

    async def work() -> None:
        served = ServedRelease(release, settings_of())
        loading = asyncio.create_task(served._memory.start())
        while served._memory.loader_pid is None:
            await asyncio.sleep(0.01)
        await served.discard()
        with pytest.raises(InputError):
            await loading

    done = threading.Thread(target=asyncio.run, args=(work(),))
    done.start()
    done.join(10)
    assert not done.is_alive()
