"""`make conformance`: start servers, try everything, write docs/conformance.md.

    python -m benchmarks.conformance

With PERMED_DATA, the W3C tests in `w3c/sparql11` below it are tried too; without, the page says
that they were not. The exit code is 1 where a check failed.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pyoxigraph as ox

from benchmarks.conformance.check import Check, NotTried, attempt
from benchmarks.conformance.clients import client_checks, mapping_checks
from benchmarks.conformance.eurio import eurio_checks
from benchmarks.conformance.graph_store import graph_store_checks
from benchmarks.conformance.page import page
from benchmarks.conformance.reconciliation import reconciliation_checks
from benchmarks.conformance.w3c_protocol import SUITE, protocol_checks
from benchmarks.conformance.w3c_results import data_graphs, description_checks, result_checks
from benchmarks.data import data_folder
from benchmarks.verified import commit
from tests import ROOT
from tests.api.http.conftest import W3C_GRAPHS, running, settings_of
from tests.api.http.sample import BASE, make_release
from tests.shared_home import shared_home

_PAGE = ROOT / "docs" / "conformance.md"
_TOKEN = "a contributor of the conformance run"
_SECONDS = 60


def main() -> int:
    """Run every check, write the page, and return 1 where one failed."""
    folder = data_folder()
    w3c = None if folder is None else folder / "w3c" / "sparql11"
    checks = [*_on_the_sample(w3c), *_on_the_packaged_data()]
    _PAGE.write_text(page(checks, datetime.now(UTC), commit()), encoding="utf-8")
    failed = [check for check in checks if check.outcome == "fail"]
    for check in failed:
        print(f"{check.suite}: {check.name}: {check.reason}", file=sys.stderr)
    print(f"{len(checks)} checks, {len(failed)} failed; written to docs/conformance.md")
    return 1 if failed else 0


def _on_the_sample(w3c: Path | None) -> Iterator[Check]:
    """Try standards and clients on a small release that holds the graphs of the W3C tests."""
    tokens = {"conformance": hashlib.sha256(_TOKEN.encode()).hexdigest()}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _with_store(home, W3C_GRAPHS + (data_graphs(w3c) if w3c else ""))
        with (
            running(home, settings_of(tokens=tokens)) as address,
            httpx2.Client(base_url=address, timeout=_SECONDS) as client,
        ):
            yield from _w3c_checks(client, w3c)
            yield from description_checks(client)
            yield from graph_store_checks(client, _TOKEN, f"{BASE}graph/contributed-conformance")
            yield from reconciliation_checks(client)
            yield from client_checks(address)


def _with_store(home: Path, more: str) -> None:
    release = make_release(home, "2026-01-01-conformance", more)
    disk = ox.Store(str(release.path / "store"))  # writing needs the store on disk
    for path in release.graphs:
        disk.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    disk.flush()


def _w3c_checks(client: httpx2.Client, w3c: Path | None) -> Iterator[Check]:
    if w3c is not None:
        yield from protocol_checks(client, w3c / "protocol" / "manifest.ttl")
        yield from result_checks(client, w3c)
        return

    def absent() -> None:
        raise NotTried("set PERMED_DATA to a folder that holds w3c/sparql11, the W3C test suite")

    for suite in (SUITE, "Result formats CSV, TSV, JSON"):
        yield attempt(suite, "the W3C tests", absent)


def _on_the_packaged_data() -> Iterator[Check]:
    """Ask the EURIO queries of a release of all packaged sources, and read its mapping set."""
    yield from mapping_checks(shared_home() / "current")
    with (
        running(shared_home(), settings_of(deadline_seconds=_SECONDS)) as address,
        httpx2.Client(base_url=address, timeout=_SECONDS) as client,
    ):
        _await_memory(client)
        yield from eurio_checks(client)


def _await_memory(client: httpx2.Client) -> None:
    """Wait for the release to be in memory: until then the store on disk answers, slowly."""
    for _ in range(4 * _SECONDS):
        if client.get("/readyz").json().get("store") == "memory":
            return
        time.sleep(0.25)
    raise TimeoutError(f"the release was not in memory after {_SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
