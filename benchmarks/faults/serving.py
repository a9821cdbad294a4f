"""Faults of the service: its processes killed one by one and all together, releases changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2

from benchmarks.faults.home import FaultHome, Outcome
from permed.graph.releases.release import Releases

__all__ = ["kill_analyst", "kill_loader", "kill_serve", "kill_write", "promote_under_readers"]

_ASK: Final = "/sparql?query=ASK%20%7B%20%3Fs%20a%20%3Ft%20%7D"
_TOKEN: Final = "of-the-trial"
_SUM: Final = hashlib.sha256(_TOKEN.encode()).hexdigest()
_TRIPLES: Final = 3_000
_PATIENCE: Final = 120.0
_LATER: Final = (429, 503)


@dataclass
class Service:
    """`permed serve` in a session of its own."""

    process: subprocess.Popen[str]
    client: httpx2.Client

    def until_well(self, reloads: int = 0) -> float:
        """Wait until a query is answered, by a release loaded so often; return the moment."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(httpx2.TransportError):
                if self.reloads >= reloads and self.client.get(_ASK).status_code == 200:
                    return time.monotonic()
            time.sleep(0.05)
        raise AssertionError("the service does not become well")

    @property
    def reloads(self) -> float:
        """How often the release was loaded again since the start, -1 while it is not."""
        text = self.client.get("/metrics").text
        if "\npermed_ready 1.0" not in text:
            return -1
        return float(text.partition("\npermed_reloads_total ")[2].split("\n")[0] or 0)

    def helpers(self, holding: str) -> list[int]:
        """Return the processes of the session whose command line holds a word."""
        return [pid for pid in _session(self.process.pid) if holding in _command(pid)]


def _session(leader: int) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = (place / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            if int(told[3]) == leader and told[0] != "Z":
                found.append(int(place.name))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


@contextmanager
def serving(home: FaultHome) -> Iterator[Service]:
    """Run the service until the end of the block; then no process of it may be there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    told = f'{{"trial": "{_SUM}"}}'
    process = home.begin(
        "serve", "--port", str(port), PERMED_TOKENS=told, PERMED_RATE="0",
        PERMED_LOG_REQUESTS="false",
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=address, timeout=60) as client:
        service = Service(process, client)
        try:
            service.until_well()
            yield service
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def kill_serve(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGKILL of the service alone: its helpers end, and it can be started again at once."""
    with serving(home) as service:
        time.sleep(chance.uniform(0, 0.5))
        service.process.kill()
        fault = time.monotonic()
        service.process.wait()
        end = fault + 10
        while (left := _session(service.process.pid)) and time.monotonic() < end:
            time.sleep(0.05)
    with serving(home):
        well = time.monotonic()
    judged = home.judged(fault, f"{len(left)} processes stayed" if left else "")
    return Outcome(judged.lost, well - fault)


def kill_write(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGKILL of all of the service while a graph is written: it is there whole, or not at all."""
    base = Releases(home.path).current().base
    name = f"contributed-t{chance.randrange(10**9)}"
    where = {"graph": f"{base}graph/{name}"}
    lines = (f"<urn:t:{n}> <urn:p> '{n}' .\n" for n in range(_TRIPLES))
    with serving(home) as service:
        address = str(service.client.base_url)
        writer = threading.Thread(target=_put, args=(address, where, "".join(lines)))
        writer.start()
        time.sleep(chance.uniform(0.05, 1.5))
        os.killpg(service.process.pid, signal.SIGKILL)
        fault = time.monotonic()
        writer.join()
    with serving(home) as service:
        well = time.monotonic()
        answer = service.client.get(
            "/graphs", params=where, headers={"Accept": "application/n-triples"}
        )
        held = answer.text.count("\n") if answer.status_code == 200 else 0
        if answer.status_code == 200:
            service.client.delete("/graphs", params=where, headers=_AUTHOR)
    lost = "" if held in (0, _TRIPLES) else f"{held} of {_TRIPLES} triples"
    return Outcome(home.judged(fault, lost).lost, well - fault)


_AUTHOR: Final = {"Authorization": f"Bearer {_TOKEN}"}


def _put(address: str, where: dict[str, str], body: str) -> None:
    headers = {**_AUTHOR, "Content-Type": "text/turtle"}
    with contextlib.suppress(httpx2.TransportError):
        httpx2.put(f"{address}/graphs", params=where, content=body, headers=headers, timeout=60)


@contextmanager
def _asking(service: Service, readers: int = 4) -> Iterator[list[str]]:
    """Ask all the time from several threads; yields what was neither right nor `try again`."""
    wrong: list[str] = []
    over = threading.Event()

    def ask() -> None:
        with httpx2.Client(base_url=service.client.base_url, timeout=60) as client:
            while not over.is_set():
                answer = client.get(_ASK)
                later = answer.status_code in _LATER and "retry-after" in answer.headers
                right = answer.status_code == 200 and answer.json().get("boolean") is True
                if not (later or right):
                    wrong.append(f"{answer.status_code}: {answer.text[:100]}")
                time.sleep(0.01)

    threads = [threading.Thread(target=ask) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield wrong
    finally:
        over.set()
        for thread in threads:
            thread.join()


def kill_loader(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGKILL of the process that holds the release, while readers ask."""
    with serving(home) as service, _asking(service) as wrong:
        time.sleep(chance.uniform(0.2, 1))
        loaders = service.helpers("loader")
        for pid in loaders:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        fault = time.monotonic()
        well = service.until_well(reloads=1)
        time.sleep(0.3)
    lost = "no loader was found" if not loaders else "; ".join(wrong[:2])
    return Outcome(home.judged(fault, lost).lost, well - fault)


def kill_analyst(home: FaultHome, chance: random.Random) -> Outcome:
    """SIGKILL of the worker of networks; the next analysis starts another."""
    path = f"/api/v1/network/summary?relation=partner&seed={chance.randrange(10**6)}"
    with serving(home) as service:
        first = service.client.get(path)
        for pid in service.helpers("network.analysis.worker"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        fault = time.monotonic()
        again = service.client.get(path.replace("summary", "components"))
        well = time.monotonic()
    fits = again.status_code < 500 or again.status_code in _LATER
    lost = "" if fits else f"{first.status_code}, then {again.status_code}: {again.text[:200]}"
    return Outcome(home.judged(fault, lost).lost, well - fault)


def promote_under_readers(home: FaultHome, chance: random.Random) -> Outcome:
    """Back and forth between two releases while readers ask."""
    ids = [release.id for release in Releases(home.path).list()][-2:]
    with serving(home) as service, _asking(service) as wrong:
        fault = time.monotonic()
        for _ in range(3):
            for wanted in ids:
                home.command("releases", "promote", wanted)
                time.sleep(chance.uniform(0, 0.6))
        well = service.until_well()
    return Outcome(home.judged(fault, "; ".join(wrong[:2])).lost, well - fault)
