"""Strategy: one real server a session on a free port, over a small release in the real layout."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn

from permed.api.http import Settings, create_app
from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.release.directory import Directory
from permed.api.http.release.reading import read_directory
from permed.api.http.server import configuration
from permed.graph.releases.release import Release
from permed.graph.store.remote.store_address import StoreAddress
from tests.api.http.sample import make_release

# the data of the W3C protocol tests: three graphs that each call themselves a document
_DOCUMENT = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document>"
W3C_GRAPHS = "".join(
    f"<http://kasei.us/2009/09/sparql/data/data{n}.rdf> {_DOCUMENT} "
    f"<http://kasei.us/2009/09/sparql/data/data{n}.rdf> .\n"
    for n in (1, 2, 3)
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    home: Path,
    settings: Settings,
    *,
    wait: bool = True,
    matcher: MatchWorker | None = None,
    store: StoreAddress | None = None,
) -> Iterator[str]:
    """Run the application on a free port; yields its address once it is ready."""
    port = free_port()
    settings = settings.model_copy(update={"port": port})
    app = create_app(home, settings, matcher=matcher, store=store)
    config = configuration(app, settings)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    try:
        _await_ready(address, wait=wait)
        yield address
    finally:
        server.should_exit = True
        thread.join()


def _await_ready(address: str, *, wait: bool) -> None:
    path = "/readyz" if wait else "/healthz"
    for _ in range(4000):  # two minutes: on a busy machine it takes long
        try:
            if httpx2.get(address + path).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.03)
    raise TimeoutError(f"{address} did not become ready")


def settings_of(**changes: object) -> Settings:
    """Return settings for tests: small limits, no request log."""
    usual: dict[str, object] = {
        "log_requests": False,
        "rate": 0,
        "ready": 2,
        "deadline_seconds": 10,
        "panel_seconds": 10,  # a busy machine shows the same pages
        "panel_bytes": 0,  # few tests stay long enough to read what is made ahead
        "grace_seconds": 1,
        "poll_seconds": 0.1,
    }
    return Settings.model_validate(usual | changes)


@pytest.fixture(scope="session")
def http_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample release."""
    home = tmp_path_factory.mktemp("http-home")
    make_release(home, "2026-01-01-sample", W3C_GRAPHS)
    return home


@pytest.fixture(scope="session")
def address(http_home: Path) -> Iterator[str]:
    """Address of the running server."""
    with running(http_home, settings_of()) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    """A client of the running server."""
    with httpx2.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def directory(release: Release) -> Directory:
    """The directory of the release of all packaged sources."""
    return read_directory(release)


@pytest.fixture(scope="session")
def web(home: Path) -> Iterator[httpx2.Client]:
    """A client of a server over the release of all packaged sources."""
    with (
        running(home, settings_of(ready=1, disk_first=False)) as address,
        httpx2.Client(base_url=address, timeout=60) as client,
    ):
        yield client
