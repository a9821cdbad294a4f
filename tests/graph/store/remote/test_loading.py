"""Loading a release into another server: whole or not at all, resumed, and unseen by readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import stamina

from permed.graph.errors import BusyError, EndpointError, InputError, PermedError
from permed.graph.store import EmbeddedStore, RemoteStore
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.remote import loading
from permed.graph.store.remote.http_transport import HttpTransport
from permed.graph.store.remote.loaded_names import LoadedNames
from permed.graph.store.remote.loading import load_release
from permed.graph.store.remote.published import PUBLISHED, chosen, is_published, published
from permed.graph.store.remote.store_address import StoreAddress
from tests.graph.store.remote.small_server import Reply, SmallServer, small_server

BASE = "https://x.example/"
NAME = f"<{BASE}name>"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_active(False)
    yield
    stamina.set_active(True)


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as known:
        yield known


def graphs(folder: Path, **values: int) -> list[Path]:
    """Graph files of that many triples each."""
    folder.mkdir(exist_ok=True)
    for stem, count in values.items():
        lines = (
            f'<{BASE}id/{stem}/{n}> {NAME} "{stem} {n}"@en <{BASE}graph/{stem}> .\n'
            for n in range(count)
        )
        (folder / f"{stem}.nq").write_text("".join(lines), encoding="utf-8")
    return sorted(folder.glob("*.nq"))


def load(server: SmallServer, release: str, files: list[Path], keep: int = 2) -> loading.Loaded:
    built = f"2026-01-0{release[-1]}"
    return load_release(StoreAddress(server.address), release, BASE, built, files, keep=keep)


def bound(server: SmallServer, release: str = "current") -> RemoteStore:
    plain = store_of(server)
    one = chosen(published(plain), release, server.address)
    return RemoteStore(server.address, transport=plain.transport, release=one)


def store_of(server: SmallServer) -> RemoteStore:
    return RemoteStore(
        server.address, attempts=1, transport=HttpTransport(StoreAddress(server.address))
    )


def rows(store: RemoteStore | EmbeddedStore, text: str) -> list[dict[str, str]]:
    found = store.query(text).rows()
    return sorted([{k: str(v) for k, v in row.items()} for row in found], key=str)


QUERIES = [
    "SELECT ?g ?s ?o { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    f"SELECT ?s {{ GRAPH <{BASE}graph/one> {{ ?s ?p ?o }} }}",
    f"PREFIX g: <{BASE}graph/> SELECT ?s {{ GRAPH g:one {{ ?s ?p ?o }} }}",
    f"PREFIX b: <{BASE}> SELECT ?s {{ GRAPH b:graph\\/one {{ ?s ?p ?o }} }}",
    f"SELECT ?s FROM <{BASE}graph/two> {{ ?s ?p ?o }}",
    f"SELECT ?s FROM NAMED <{BASE}graph/two> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STR(?g) = "{BASE}graph/one") }}',
    'SELECT DISTINCT ?n { GRAPH ?g { ?s ?p ?o } BIND(STRAFTER(STR(?g), "graph/") AS ?n) }',
]


@pytest.mark.parametrize("text", QUERIES)
def test_answers_are_those_of_the_files(text: str, server: SmallServer, tmp_path: Path) -> None:
    files = graphs(tmp_path, one=3, two=5)
    load(server, "r1", files)
    load(server, "r2", graphs(tmp_path / "later", one=4, two=5))  # beside, and not in the way
    told = rows(bound(server, "r1"), text)
    assert told == rows(EmbeddedStore.load(files), text)
    assert told


def test_a_relative_address_and_a_dataset_name_the_graph(
    server: SmallServer, tmp_path: Path
) -> None:
    load(server, "r1", graphs(tmp_path, one=3, two=5))
    assert len(rows(bound(server), "SELECT ?s { GRAPH <graph/one> { ?s ?p ?o } }")) == 3
    answer = bound(server).query("SELECT * { ?s ?p ?o }", dataset=Dataset((f"{BASE}graph/two",)))
    assert len(answer.rows()) == 5


def test_readers_see_the_old_release_until_the_new_one_is_counted(
    server: SmallServer, tmp_path: Path
) -> None:
    load(server, "r1", graphs(tmp_path / "a", one=3))
    seen: list[int] = []
    asked = bound(server)

    def look(method: str, _: str, graph: str) -> None:
        if method in ("POST", "PUT") and graph.startswith(BASE):
            text = f"SELECT * FROM <{asked.release.dataset.default[0]}> {{ ?s ?p ?o }}"  # type: ignore[union-attr]
            seen.append(len(list(server.store.query(text))))  # type: ignore[arg-type]

    server.fault = look
    done = load(server, "r2", graphs(tmp_path / "b", one=4, two=2))
    server.fault = lambda *_: None
    assert len(seen) == 4  # two graphs, and both again into the merge
    assert set(seen) == {3}
    assert (done.triples, done.sent, done.removed) == (6, 12, ())
    assert len(rows(asked, "SELECT ?s { ?s ?p ?o }")) == 3
    assert len(rows(bound(server), "SELECT ?s { ?s ?p ?o }")) == 6
    assert [(r.release, r.current) for r in published(store_of(server))] == [
        ("r2", True),
        ("r1", False),
    ]


def test_no_graph_is_asked_for_before_it_is_whole(server: SmallServer, tmp_path: Path) -> None:
    """Virtuoso remembers a graph that is counted empty as empty, and plans queries by that."""
    load(server, "r1", graphs(tmp_path, one=3, two=5))
    loaded = [f"{LoadedNames(BASE, 'r1').loaded}{name}" for name in ("one", "two")]
    for graph in [*loaded, LoadedNames(BASE, "r1").merged]:
        about = [method for method, what in server.asked if f"<{graph}>" in what or what == graph]
        queries = [graph in what and "COUNT" in what for _, what in server.asked]
        posts = [what == graph for _, what in server.asked]
        assert about
        assert queries.index(True) > len(posts) - 1 - posts[::-1].index(True)


def test_earlier_releases_go(server: SmallServer, tmp_path: Path) -> None:
    for release in ("r1", "r2", "r3"):
        done = load(server, release, graphs(tmp_path / release, one=3))
    assert done.removed == ("r1",)
    assert [r.release for r in published(store_of(server))] == ["r3", "r2"]
    held = {g.value for g in server.store.named_graphs() if isinstance(g, ox.NamedNode)}
    loaded = {f"{LoadedNames(BASE, r).loaded}one" for r in ("r2", "r3")}
    assert held == loaded | {LoadedNames(BASE, r).merged for r in ("r2", "r3")} | {PUBLISHED}


def test_a_cut_load_goes_on_and_was_never_seen(
    server: SmallServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_PART", 200)  # some lines
    files = graphs(tmp_path, one=40, two=10)
    left = [5]

    def cut(method: str, path: str, _: str) -> Reply | None:
        if method == "POST" and path == "/store":
            left[0] -= 1
            return Reply(503, b"restarting", "text/plain") if left[0] < 0 else None
        return None

    server.fault = cut
    with pytest.raises(BusyError, match="restarting"):
        load(server, "r1", files)
    assert published(store_of(server)) == []
    assert not is_published(store_of(server), "r1")
    server.fault, server.asked = (lambda *_: None), []
    done = load(server, "r1", files)
    assert done.triples == 50
    assert 50 < done.sent < 100  # what was there was not sent again
    assert len(rows(bound(server), "SELECT ?s { ?s ?p ?o }")) == 50
    again = load(server, "r1", files)
    assert (again.triples, again.sent) == (50, 0)


def test_a_dead_load_is_cleared_by_the_next(server: SmallServer, tmp_path: Path) -> None:
    server.fault = lambda m, p, g: (
        Reply(503) if (m, p) == ("POST", "/store") and "two" in g else None
    )
    with pytest.raises(BusyError):
        load(server, "r1", graphs(tmp_path / "a", one=3, two=3))
    server.fault = lambda *_: None
    assert load(server, "r2", graphs(tmp_path / "b", one=3)).removed == ("r1",)
    held = {g.value for g in server.store.named_graphs() if isinstance(g, ox.NamedNode)}
    assert not any("/r1/" in graph for graph in held)


def test_a_server_that_loses_triples_is_not_switched_to(
    server: SmallServer, tmp_path: Path
) -> None:
    load(server, "r1", graphs(tmp_path / "a", one=3))
    server.fault = lambda m, _, g: Reply(204) if m == "POST" and g.endswith("graph/two") else None
    with pytest.raises(EndpointError, match="holds 0 triples, the release 2; nothing was switched"):
        load(server, "r2", graphs(tmp_path / "b", one=3, two=2))
    server.fault = lambda *_: None
    assert [r.release for r in published(store_of(server)) if r.current] == ["r1"]


def test_what_was_lost_since_is_sent_again(server: SmallServer, tmp_path: Path) -> None:
    files = graphs(tmp_path, one=3, two=2)
    load(server, "r1", files)
    server.store.remove_graph(ox.NamedNode(LoadedNames(BASE, "r1").as_loaded(f"{BASE}graph/two")))
    assert load(server, "r1", files).sent == 2
    assert len(rows(bound(server), "SELECT ?g { GRAPH ?g { ?s ?p ?o } }")) == 5


def test_a_contribution_that_repeats_counts_once(server: SmallServer, tmp_path: Path) -> None:
    files = graphs(tmp_path, one=3)
    repeated = files[0].read_text(encoding="utf-8").replace("graph/one", "graph/contributed-me")
    mine = tmp_path / "contributed-me.nq"
    more = f'<{BASE}id/mine> {NAME} "mine" <{BASE}graph/contributed-me> .\n'
    mine.write_text(repeated + more, encoding="utf-8")
    files = sorted([*files, mine])
    load(server, "r1", files)
    for text in QUERIES[:2]:
        assert rows(bound(server), text) == rows(EmbeddedStore.load(files), text)


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        (Reply(401), EndpointError, "PERMED_STORE_USER"),
        (Reply(403), EndpointError, "access is refused"),
        (Reply(404), EndpointError, "no endpoint at this address"),
        (Reply(415, b"no N-Triples", "text/plain"), InputError, "no N-Triples"),
        (Reply(302, headers=(("Location", "http://login.example/?k=1"),)), EndpointError,
         r"sends elsewhere \(http://login.example/\)"),
        (Reply(507, b"disk full", "text/plain"), BusyError, "disk full"),
    ],
)  # fmt: skip
def test_a_store_that_takes_nothing(
    reply: Reply, error: type[PermedError], says: str, server: SmallServer, tmp_path: Path
) -> None:
    server.fault = lambda _, path, __: reply if path == "/store" else None
    with pytest.raises(error, match=says) as caught:
        load(server, "r1", graphs(tmp_path, one=3))
    assert "\n" not in str(caught.value)


def test_a_damaged_list_is_told(server: SmallServer) -> None:
    subject = ox.NamedNode(f"{BASE}loaded/r1/")
    bad = ox.Quad(subject, ox.NamedNode(f"{BASE}x"), ox.Literal("x"), ox.NamedNode(PUBLISHED))
    server.store.add(bad)
    with pytest.raises(EndpointError, match="is damaged"):
        published(store_of(server))


def test_who_holds_what_is_said(server: SmallServer, tmp_path: Path) -> None:
    load(server, "r1", graphs(tmp_path, one=3))
    with pytest.raises(InputError, match=r"does not hold release r9 \(it holds r1\); load it with"):
        bound(server, "r9")


@pytest.mark.parametrize(
    ("address", "writes"),
    [
        ("http://h:7878/query", "http://h:7878/store"),
        ("http://h:8890/sparql", "http://h:8890/sparql-graph-crud"),
        ("http://h:3030/ds/query", "http://h:3030/ds/data"),
        ("http://h:3030/ds/sparql", "http://h:3030/ds/data"),
        ("https://h/repositories/p", "https://h/repositories/p/rdf-graphs/service"),
    ],
)
def test_where_graphs_are_written(address: str, writes: str) -> None:
    assert StoreAddress(address).graph_store == writes
    assert StoreAddress(address, "http://h/g").graph_store == "http://h/g"


def test_unknown_and_unusable_addresses() -> None:
    assert StoreAddress("http://h:8890/sparql", user="u").graph_store.endswith("graph-crud-auth")
    with pytest.raises(InputError, match="store_graphs"):
        _ = StoreAddress("http://h/somewhere").graph_store
    for wrong in ("h/query", "ftp://h/query", "http://", "http://h:99999/query", "http://h/a b"):
        with pytest.raises(InputError, match="is no address"):
            StoreAddress(wrong)
    with pytest.raises(InputError, match="PERMED_STORE_PASSWORD") as caught:
        StoreAddress("http://me:secret@h/query")
    assert "secret" not in str(caught.value)
    assert "hidden" not in repr(StoreAddress("http://h/query", user="me", password="hidden"))


@pytest.mark.parametrize("way", ["Basic", "Digest"])
def test_credentials_go_in_the_way_that_is_asked_for(way: str, server: SmallServer) -> None:
    challenge = 'Digest realm="r", nonce="n", qop="auth"' if way == "Digest" else 'Basic realm="r"'

    def locked(*_: str) -> Reply | None:
        told = server.headers[-1].get("authorization", "")
        refusal = Reply(401, headers=(("WWW-Authenticate", challenge),))
        return None if told.startswith(way) else refusal

    server.fault = locked
    endpoint = StoreAddress(server.address, user="me", password="hidden")
    store = RemoteStore(server.address, attempts=1, transport=HttpTransport(endpoint))
    assert store.query("ASK {}").truth()
    assert store.query("ASK {}").truth()
    assert len(server.headers) == (3 if way == "Basic" else 4)  # later at once in that way
    assert not any("hidden" in str(headers) for headers in server.headers)
