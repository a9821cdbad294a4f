"""A new release is served without a dropped request; clients of all kinds get their answers."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import httpx2
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from permed.api.http.release import loading
from permed.graph.store import RemoteStore
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release

pytestmark = pytest.mark.long

_NEW = '<http://x/new> <http://x/p> "new" <http://x/g> .\n'
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_a_promotion_drops_no_request(tmp_path: Path) -> None:
    make_release(tmp_path, "2026-01-01-old")
    statuses: list[int] = []
    stop = threading.Event()

    def ask(address: str) -> None:
        with httpx2.Client(base_url=address) as client:
            number = 0
            while not stop.is_set():
                number += 1
                query = f"SELECT ?s {{ ?s ?p ?o }} LIMIT {number % 50 + 1}"
                statuses.append(client.get("/sparql", params={"query": query}).status_code)

    with running(tmp_path, settings_of(cache_bytes=0)) as address:
        threads = [threading.Thread(target=ask, args=(address,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        make_release(tmp_path, "2026-02-01-new", _NEW)
        seen = ""
        for _ in range(200):
            seen = httpx2.get(f"{address}/readyz").json()["release"]
            if seen == "2026-02-01-new":
                break
            threading.Event().wait(0.05)
        truth = httpx2.get(f"{address}/sparql", params={"query": "ASK { <http://x/new> ?p ?o }"})
        stop.set()
        for thread in threads:
            thread.join()
    assert (seen, truth.json()["boolean"]) == ("2026-02-01-new", True)
    assert set(statuses) == {200}


def test_before_the_first_release_it_says_so(tmp_path: Path) -> None:
    with running(tmp_path, settings_of(), wait=False) as address:
        reply = httpx2.get(f"{address}/readyz")
        assert (reply.status_code, "permed build" in reply.json()["detail"]) == (503, True)
        query = httpx2.get(f"{address}/sparql", params={"query": "ASK {}"})
        assert (query.status_code, query.headers["retry-after"]) == (503, "5")


def test_a_broken_release_does_not_replace_a_good_one(tmp_path: Path) -> None:
    make_release(tmp_path, "2026-01-01-good")
    with running(tmp_path, settings_of()) as address:
        make_release(tmp_path, "2026-02-01-bad", "this is no quad\n")
        told = None
        for _ in range(100):
            told = httpx2.get(f"{address}/readyz").json()
            if told["last_error"]:
                break
            threading.Event().wait(0.05)
        assert told is not None
        assert (told["release"], "more.nq" in str(told["last_error"])) == ("2026-01-01-good", True)


def loaders() -> list[int]:
    """Return the processes below this one that hold a release."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())],
        capture_output=True,
        check=True,
    )
    lines = [line.split(None, 1) for line in listed.stdout.decode().splitlines()]
    return [int(pid) for pid, command in lines if "executor.loader" in command]


def test_a_release_whose_process_was_ended_is_loaded_again(tmp_path: Path) -> None:
    make_release(tmp_path, "2026-01-01-old")
    seen: list[int] = []
    with running(tmp_path, settings_of(cache_bytes=0, deadline_seconds=30)) as address:
        for pid in loaders():
            os.kill(pid, signal.SIGKILL)
        started = time.monotonic()
        for number in range(400):
            query = {"query": f"ASK {{ ?s ?p {number} }}"}
            reply = httpx2.get(f"{address}/sparql", params=query, timeout=20)
            seen.append(reply.status_code)
            ready = httpx2.get(f"{address}/readyz").status_code
            if "permed_reloads_total 1.0" in httpx2.get(f"{address}/metrics").text and ready == 200:
                break
            time.sleep(0.05)
        last = httpx2.get(f"{address}/sparql", params={"query": "ASK { ?s ?p 1 }"})
        assert last.status_code == 200
    assert set(seen) <= {200, 503}
    assert time.monotonic() - started < 60


def test_a_load_that_failed_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_FIRST_WAIT", 0.1)
    make_release(tmp_path, "2026-01-01-old", "this is no quad\n")
    with running(tmp_path, settings_of(), wait=False) as address:
        for _ in range(200):
            reply = httpx2.get(f"{address}/readyz")
            if "more.nq" in reply.text:
                break
            time.sleep(0.05)
        assert reply.status_code == 503
        (tmp_path / "2026-01-01-old" / "graphs" / "more.nq").write_text(_NEW)
        for _ in range(200):
            if httpx2.get(f"{address}/readyz").status_code == 200:
                break
            time.sleep(0.05)
        asked = httpx2.get(f"{address}/sparql", params={"query": "ASK { <http://x/new> ?p ?o }"})
        assert asked.json()["boolean"]


def test_our_own_remote_store_and_rdflib_are_served(address: str) -> None:
    remote = RemoteStore(f"{address}/sparql")
    ours = remote.select_frame(_COUNT)["n"][0]
    graph = rdflib.Graph(store=SPARQLStore(f"{address}/sparql"))
    theirs = [row for row in graph.query(_COUNT) if isinstance(row, rdflib.query.ResultRow)]
    assert int(str(theirs[0][0])) == ours > 3000


def test_curl_gets_csv(address: str) -> None:
    query = "query=SELECT ?n { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?n }"
    command = ["curl", "-s", f"{address}/sparql", "-H", "Accept: text/csv"]
    found = subprocess.run([*command, "--data-urlencode", query], capture_output=True, check=True)
    assert found.stdout == b"n\r\nhttp://xmlns.com/foaf/0.1/Document\r\n"
