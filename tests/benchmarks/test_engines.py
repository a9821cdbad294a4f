"""Every question of the catalogue has the same rows on other engines, run as servers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from benchmarks.engines import ENGINES, Compared, compare, compare_all, loaded, page
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.graph.store.remote.store_address import StoreAddress
from permed.queries.catalogue import Catalogue
from tests.api.http.conftest import running, settings_of

_PERMED = str(Path(sys.executable).parent / "permed")
_PAGES = (
    "/page/id/organisation/dlr",
    "/page/id/consortium/icpermed",
    "/page/id/country/DE",
    "/api/v1/organisations?country=FI",
    "/search?q=rare+diseases",
    "/reconcile/suggest/entity?prefix=karo",
    "/questions/calls",
    "/graphs",
)

_PROGRAMS = {
    name: shutil.which(program) or shutil.which(program, path=str(Path(sys.executable).parent))
    for name, (program, _) in ENGINES.items()
}


@pytest.fixture(scope="module", params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An engine of each kind, empty: a server process of its own."""
    if _PROGRAMS[request.param] is None:
        pytest.skip(f"{ENGINES[request.param][0]} is not installed")
    with ENGINES[request.param][1](tmp_path_factory.mktemp("engine")) as started:
        yield started


@pytest.mark.long
def test_every_question_has_the_same_rows(
    address: StoreAddress, release: Release, home: Path, store: EmbeddedStore
) -> None:
    told = subprocess.run(
        [_PERMED, "publish", "--to", address.address, "--into", str(home)],
        env={**os.environ, "PERMED_STORE_USER": address.user, "PERMED_STORE_PASSWORD": "dba"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert f"{release.receipt['counts']['triples']:,} triples counted there" in told.stderr
    results = list(compare_all(store, loaded(address, release), release.base))
    differing = {r.question: r.outcome for r in results if r.outcome != "same"}
    assert differing == {}
    assert sum(result.rows for result in results) > 1000


@pytest.mark.long
@pytest.mark.usefixtures("address")
def test_pages_on_it_are_those_of_our_own_engine(
    address: StoreAddress, release: Release, home: Path
) -> None:
    loaded(address, release)
    settings = settings_of(cache_bytes=0, deadline_seconds=60, panel_seconds=60)
    with running(home, settings) as ours, running(home, settings, store=address) as theirs:
        for path in _PAGES:
            texts = [_told(server, path) for server in (ours, theirs)]
            assert texts[1] == texts[0], path


def _told(server: str, path: str) -> list[str]:
    """Lines of a page with all its answers, which a busy machine has not at once."""
    for _ in range(5):
        reply = httpx2.get(server + path, follow_redirects=True, timeout=90)
        assert reply.status_code == 200, reply.text[:300]
        if "load the page again" not in reply.text:
            break
    return sorted(reply.text.replace(server, "SERVER").splitlines())


def test_another_answer_is_told(store: EmbeddedStore, release: Release) -> None:
    question = Catalogue.load().get("projects-by-country")
    empty = EmbeddedStore.load([])
    told = compare(question, store, empty, release.base)
    assert told.outcome == f"{told.rows} of {told.rows} rows differ"
    assert told.rows > 10


def test_the_page_counts_what_is_the_same() -> None:
    told = [Compared("a", "same", 3, 0.1, 0.2), Compared("b", "2 of 3 rows differ", 3, 0.1, 0.1)]
    told.append(Compared("b", "same", 1, 0.1, 0.1, given=True))
    text = page("2026-01-01-x", 10, {"Some engine": told})
    assert "| Some engine | 1 of 2 | 1 of 1 | 2.0 |" in text
    assert "| b | 3 | 100 | 2 of 3 rows differ |" in text
