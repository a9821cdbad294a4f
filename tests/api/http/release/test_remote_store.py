"""The service on a store of another server: the same answers, and every fault of it told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import stamina

from permed.api.http.release import loading
from permed.graph.releases.release import Release
from permed.graph.store.executor import remote_pool
from permed.graph.store.executor.pool import PoolSettings
from permed.graph.store.executor.remote_pool import RemotePool
from permed.graph.store.remote.loading import load_release
from permed.graph.store.remote.store_address import StoreAddress
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release
from tests.graph.store.remote.small_server import Reply, SmallServer, small_server

# one page or answer of each kind; pages tell in their last lines how long they took
PAGES = [
    "/",
    "/page/id/organisation/dlr",
    "/id/organisation/dlr",
    "/id/project/779282",
    "/api/v1/organisations?country=DE",
    "/api/v1/projects/779282",
    "/search?q=dlr",
    "/reconcile/suggest/entity?prefix=dl",
    "/questions/membership",
    "/queries/projects-by-country",
    "/dataset",
]
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_BUILT = "2026-01-01T00:00:00+00:00"


def load(release: Release, server: SmallServer) -> None:
    endpoint = StoreAddress(server.address)
    load_release(endpoint, release.id, release.base, _BUILT, release.graphs)


@dataclass(frozen=True)
class Pair:
    """The same home served twice: by our own engine and by a store that can be made to fail."""

    home: Path
    ours: httpx2.Client
    theirs: httpx2.Client
    store: SmallServer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    home = tmp_path_factory.mktemp("home")
    release = make_release(home, "2026-01-01-sample")
    settings = settings_of(cache_bytes=0, deadline_seconds=2)
    with small_server() as store:
        load(release, store)
        with (
            running(home, settings) as ours,
            running(home, settings, store=StoreAddress(store.address)) as theirs,
            httpx2.Client(base_url=ours, timeout=20) as one,
            httpx2.Client(base_url=theirs, timeout=20) as two,
        ):
            yield Pair(home, one, two, store)


@pytest.fixture
def pair(served: Pair) -> Iterator[Pair]:
    stamina.set_active(False)
    yield served
    served.store.fault = lambda *_: None
    stamina.set_active(True)


def ask(client: httpx2.Client, query: str, **more: str) -> httpx2.Response:
    return client.get("/sparql", params={"query": query, **more})


@pytest.mark.parametrize(
    ("path", "accept"),
    [(path, "*/*") for path in PAGES]
    + [(p, "text/html") for p in PAGES if "api" not in p and "queries" not in p],
)
def test_pages_and_answers_are_the_same(path: str, accept: str, pair: Pair) -> None:
    told = [c.get(path, headers={"Accept": accept}, follow_redirects=True) for c in
            (pair.ours, pair.theirs)]  # fmt: skip
    assert told[0].status_code == told[1].status_code < 400
    texts = [r.text.replace(str(r.url.port), "PORT") for r in told]
    assert sorted(texts[1].splitlines()) == sorted(texts[0].splitlines())


@pytest.mark.parametrize(
    ("query", "form"),
    [
        (_COUNT, "json"),
        ("SELECT * { ?thing rdfs:label ?label } ORDER BY ?thing ?label LIMIT 9", "csv"),
        ("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", "tsv"),
        ("ASK { ?s a pm:NoSuchThing }", "json"),
        ("SELECT ?s { ?s a pm:NoSuchThing }", "xml"),
        ("SELECT ?s { GRAPH <graph/sample> { ?s a eurio:Project } } ORDER BY ?s", "csv"),
        ("DESCRIBE <https://w3id.org/permed/id/organisation/dlr>", "nt"),
        ("SELECT ?s { ?s a eurio:Project . FILTER(", "json"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", "json"),
        ("SELECT * { SERVICE <http://other.example/> { ?s ?p ?o } }", "json"),
    ],
)
def test_queries_are_answered_alike(query: str, form: str, pair: Pair) -> None:
    one, two = (ask(client, query, format=form) for client in (pair.ours, pair.theirs))
    assert (one.status_code, sorted(one.text.splitlines())) == (
        two.status_code, sorted(two.text.splitlines())
    )  # fmt: skip


def test_a_row_cap_is_told(pair: Pair) -> None:
    with running(
        pair.home, settings_of(max_rows=3), store=StoreAddress(pair.store.address)
    ) as address:
        told = httpx2.get(f"{address}/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    assert len(told.json()["results"]["bindings"]) == 3
    assert told.json()["truncated"] is True


def cut(reply: Reply) -> Callable[[str, str, str], Reply | None]:
    return lambda _, path, __: reply if path == "/query" else None


_HTML = Reply(200, b"<html><form>Sign in</form></html>", "text/html")
_ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"7"}}]}}'
FAULTS = {
    "login page": (_HTML, 502, "cut or no json"),
    "redirect": (Reply(302, headers=(("Location", "http://in.example/"),)), 502, "sends elsewhere"),
    "cut body": (Reply(body=_ROWS[:40]), 502, "cut or no json"),
    "shorter than said": (Reply(body=_ROWS, length=900), 502, "broke off"),
    "another format": (Reply(body=b"n\r\n7\r\n", kind="text/csv"), 502, "text/csv"),
    "a truth value": (Reply(body=b'{"head":{},"boolean":true}'), 502, "no json"),
    "nothing at all": (Reply(body=b""), 502, "cut or no json"),
    "credentials": (Reply(401), 502, "access is refused"),
    "moved away": (Reply(404), 502, "no endpoint"),
    "too many": (Reply(429, b"slow", headers=(("Retry-After", "77"),)), 503, "429"),
    "out of order": (Reply(500, b"disk", "text/plain"), 503, "disk"),
    "gateway": (Reply(502, b"<p>bad</p>", "text/html"), 503, "a web page"),
    "its own time limit": (Reply(504), 504, "time limit"),
    "time limit inside": (
        Reply(body=_ROWS[:40] + b"The SPARQL operation has been cancelled"), 504, "time limit",
    ),
    "what it found in time": (Reply(body=_ROWS, headers=(("X-SQL-State", "S1TAT"),)), 504, "limit"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_and_never_an_empty_answer(name: str, pair: Pair) -> None:
    reply, status, says = FAULTS[name]
    pair.store.fault = cut(reply)
    told = ask(pair.theirs, _COUNT)
    assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")
    detail = told.json()["detail"]
    assert says in detail
    assert "\n" not in detail
    assert pair.store.address not in told.text  # where the store stands is nothing for strangers
    if name == "too many":
        assert told.headers["retry-after"] == "77"
    pair.store.fault = lambda *_: None
    assert ask(pair.theirs, _COUNT).status_code == 200


def test_a_page_of_a_store_that_is_away_says_so(pair: Pair) -> None:
    pair.store.fault = cut(Reply(503, b"restarting", "text/plain"))
    told = pair.theirs.get("/page/id/organisation/dlr", headers={"Accept": "text/html"},
                           follow_redirects=True)  # fmt: skip
    assert told.status_code == 503
    assert "restarting" in told.text
    ready = pair.theirs.get("/readyz")
    assert (ready.status_code, "restarting" in ready.text) == (503, True)
    assert pair.store.address not in ready.text
    assert "permed_ready 0.0" in pair.theirs.get("/metrics").text
    assert pair.theirs.get("/healthz").status_code == 200
    pair.store.fault = lambda *_: None
    assert ask(pair.theirs, _COUNT).status_code == 200
    assert pair.theirs.get("/readyz").json()["store"] == "remote"
    metrics = pair.theirs.get("/metrics").text
    assert "permed_ready 1.0" in metrics
    assert 'permed_store{kind="remote"} 1.0' in metrics


def test_a_query_that_its_engine_cannot_carry_out_does_not_make_the_store_ill(pair: Pair) -> None:
    refusal = Reply(500, b"Virtuoso 37000 Error SQ156: Internal Optimized compiler", "text/plain")
    pair.store.fault = lambda _, __, query: refusal if "COUNT" in query else None
    before = len(pair.store.asked)
    told = ask(pair.theirs, _COUNT)
    assert (told.status_code, "cannot carry out this query" in told.text) == (502, True)
    assert sum("COUNT" in query for _, query in pair.store.asked[before:]) == 1  # asked once
    assert pair.theirs.get("/readyz").status_code == 200
    assert ask(pair.theirs, "ASK { ?s a eurio:Project }").json()["boolean"] is True


def test_answers_without_rows_share_one_look_at_the_list(pair: Pair) -> None:
    pool = RemotePool(StoreAddress(pair.store.address), "2026-01-01-sample", PoolSettings())
    now, before = time.monotonic(), len(pair.store.asked)
    with ThreadPoolExecutor(4) as together:
        list(together.map(pool._insist_on_release, [now] * 4))
    assert len(pair.store.asked) == before + 1
    pool._insist_on_release(time.monotonic())  # an answer that came after it
    assert len(pair.store.asked) == before + 2


def test_the_list_may_take_as_long_as_the_query(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy server is slow with everything; the answer that it gave is not lost by that."""
    monkeypatch.setattr(remote_pool, "_WATCH", 0.05)
    pair.store.fault = lambda _, __, query: time.sleep(0.2) if "urn:permed" in query else None
    told = ask(pair.theirs, "SELECT ?s { ?s a pm:NoSuchThing }")
    assert (told.status_code, told.json()["results"]["bindings"]) == (200, [])


def test_a_slow_store_ends_at_the_deadline(pair: Pair) -> None:
    def slow(_: str, __: str, query: str) -> None:
        if "COUNT" in query:
            time.sleep(1)

    pair.store.fault = slow
    told = ask(pair.theirs, _COUNT, timeout="0.2")
    assert (told.status_code, "within" in told.json()["detail"]) == (504, True)


def test_a_store_that_was_emptied_gives_no_empty_answer(pair: Pair) -> None:
    held = list(pair.store.store)
    pair.store.store.clear()
    try:
        told = ask(pair.theirs, "SELECT ?s { ?s a eurio:Project }")
        assert told.status_code == 502
        assert "no longer holds release 2026-01-01-sample" in told.json()["detail"]
        asked = ask(pair.theirs, "ASK { ?s a eurio:Project }")
        assert asked.status_code == 502
    finally:
        pair.store.store.bulk_extend(held)
    assert ask(pair.theirs, "ASK { ?s a eurio:Project }").json()["boolean"] is True


def test_the_service_starts_once_the_store_holds_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_FIRST_WAIT", 0.1)
    release = make_release(tmp_path, "2026-01-01-sample")
    with (
        small_server() as store,
        running(tmp_path, settings_of(), wait=False, store=StoreAddress(store.address)) as address,
    ):
        told = _until(address, lambda reply: "publish --to" in reply.text)
        assert told.status_code == 503
        assert "does not hold release 2026-01-01-sample" in told.text
        load(release, store)
        told = _until(address, lambda reply: reply.status_code == 200)
        assert told.json()["release"] == "2026-01-01-sample"


def _until(address: str, wanted: Callable[[httpx2.Response], bool]) -> httpx2.Response:
    for _ in range(600):
        told = httpx2.get(f"{address}/readyz")
        if wanted(told):
            break
        time.sleep(0.02)
    return told
