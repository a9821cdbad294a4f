"""Hostile requests: each kind is refused or stopped, others are served meanwhile, nothing stays.

The small run is of every kind once on the sample; in `make full` 500 of them meet the packaged
release while `/healthz` is asked all the time, and the memory of all processes is compared.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.api.http.conftest import free_port, running, settings_of
from tests.api.http.hostile import KINDS, TOKEN, HostileRequest

pytestmark = pytest.mark.slow
_TOKENS = {"harm": hashlib.sha256(TOKEN.encode()).hexdigest()}
_ASK = "/sparql?query=ASK%20%7B%20%3Fs%20a%20eurio%3AOrganisation%20%7D"


@pytest.fixture(scope="module")
def attacked(http_home: Path) -> Iterator[httpx2.Client]:
    """A client of a server with short limits."""
    settings = settings_of(
        tokens=_TOKENS, deadline_seconds=0.7, write_seconds=20, max_graph_bytes=4 << 20
    )
    with (
        running(http_home, settings) as address,
        httpx2.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def test_there_are_kinds_enough() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 20


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_is_refused_or_stopped(attacked: httpx2.Client, kind: HostileRequest) -> None:
    assert kind.send(attacked) in kind.statuses
    assert attacked.get("/healthz").status_code == 200
    assert attacked.get(_ASK).json()["boolean"] is True


@contextmanager
def _served(home: Path) -> Iterator[tuple[httpx2.Client, int]]:
    """Run `permed serve` as an operator does; yields a client and its process id."""
    port = free_port()
    told = {
        "PERMED_TOKENS": json.dumps(_TOKENS),
        "PERMED_RATE": "0",
        "PERMED_DEADLINE_SECONDS": "2",
    }
    command = [sys.executable, "-m", "permed", "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | told, stderr=subprocess.DEVNULL)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for _ in range(600):
                try:
                    if client.get("/readyz").json().get("store") == "memory":
                        break
                except httpx2.TransportError:
                    pass
                time.sleep(0.2)
            yield client, process.pid
    finally:
        process.terminate()
        process.wait(60)


def _memory(pid: int) -> int:
    """Proportional set size (bytes) of a process and all below it: shared pages count once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        own = int(rollup.split("\nPss:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        own = 0
    return own + sum(_memory(int(child)) for child in children)


@pytest.mark.full
def test_five_hundred_of_them_leave_nothing_behind(home: Path) -> None:
    waits: list[float] = []
    done = threading.Event()
    with _served(home) as (client, pid):

        def poll() -> None:
            with httpx2.Client(base_url=client.base_url, timeout=30) as own:
                while not done.wait(0.02):
                    started = time.monotonic()
                    assert own.get("/healthz").status_code == 200
                    waits.append(time.monotonic() - started)

        for kind in KINDS:  # what is loaded once and stays, such as the parser of a format
            kind.send(client)
        time.sleep(5)
        before = _memory(pid)
        watcher = threading.Thread(target=poll)
        watcher.start()
        statuses = [KINDS[n % len(KINDS)].send(client) for n in range(500)]
        done.set()
        watcher.join()
        time.sleep(10)
        after = _memory(pid)
    assert 500 not in statuses
    p99 = statistics.quantiles(waits, n=100)[98]
    print(f"healthz p99 {1000 * p99:.0f} ms, worst {1000 * max(waits):.0f} ms of {len(waits)}")
    print(f"memory {before >> 20} MB before, {after >> 20} MB after")
    assert p99 < 0.1
    assert after < 1.1 * before
