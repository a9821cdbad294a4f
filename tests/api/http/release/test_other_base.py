"""A release with another base: its receipt owns the base, so every face names and finds its things.

The same release is built with the usual base and with another; whatever the server says of one must
be what it says of the other, with the addresses exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import httpx2
import pytest

from permed.api import report
from permed.graph.network import Scope
from permed.graph.network.projection.roles_from_sparql import from_sparql
from permed.graph.releases.release import Release, Releases
from permed.graph.store import EmbeddedStore
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ontology import DEFAULT_BASE
from tests.api.cli.conftest import Permed
from tests.api.cli.conftest import permed as permed
from tests.api.http.conftest import running, settings_of
from tests.conftest import silent

pytestmark = pytest.mark.long

BASE = "https://data.example.org/kg/"
_RELEASE = re.compile(r"20\d\d-?\d\d-?\d\d-?[0-9a-f]{8}")
SOURCES: dict[str, dict[str, object]] = {"reference": {}, "icpermed": {}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Release:
    home = tmp_path_factory.mktemp("other-base")
    return build(Config(home=home, base=BASE, sources=SOURCES), silent).release


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Release:
    home = tmp_path_factory.mktemp("usual-base")
    return build(Config(home=home, sources=SOURCES), silent).release


@pytest.fixture(scope="module")
def clients(made: Release, usual: Release) -> Iterator[tuple[httpx2.Client, httpx2.Client]]:
    """The server of the other base, and that of the usual one."""
    with (
        running(made.path.parent, settings_of(deadline_seconds=120)) as one,
        running(usual.path.parent, settings_of(deadline_seconds=120)) as two,
        httpx2.Client(base_url=one, timeout=180) as other,
        httpx2.Client(base_url=two, timeout=180) as theirs,
    ):
        yield other, theirs


def test_no_file_of_the_release_names_a_thing_of_the_usual_base(made: Release) -> None:
    files = [p for p in made.path.rglob("*") if p.suffix in (".nq", ".tsv", ".ttl")]
    assert made.base == BASE
    assert len(files) > 4
    for path in files:
        text = path.read_text(encoding="utf-8")
        found = [s for s in ("<{}id/", "<{}graph/", "<{}dataset") if s.format(DEFAULT_BASE) in text]
        assert not found, path


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/organisations?limit=3",
        "/api/v1/organisations?country=DE&limit=3",
        "/api/v1/consortia?q=icpermed",
        "/api/v1/topics?limit=3",
        "/reconcile?queries={%22q%22:{%22query%22:%22icpermed%22}}",
        "/reconcile/suggest/entity?prefix=icpermed",
        "/queries",
        "/queries/alliances?format=json",
        "/api/v1/network/measure?limit=3",
        "/data/id/consortium/icpermed.nt",
        "/data/id/consortium/icpermed.csv",
        "/page/id/consortium/icpermed",
        "/search?q=icpermed",
        "/editor",
    ],
)
def test_every_face_says_the_same_with_the_addresses_exchanged(
    clients: tuple[httpx2.Client, httpx2.Client], path: str
) -> None:
    other, theirs = (client.get(path) for client in clients)
    assert (other.status_code, theirs.status_code) == (200, 200), path
    assert _plain(other, clients[0], BASE) == _plain(theirs, clients[1], DEFAULT_BASE)


def _plain(answer: httpx2.Response, client: httpx2.Client, base: str) -> list[str]:
    """Words of an answer, without what differs between two servers and two releases."""
    text = answer.text.replace(str(client.base_url).rstrip("/"), "").replace("<wbr>", "")
    for part in ("id/", "graph/", "dataset", ">", "&gt;", "&#34;", "&#39;", "%3E", chr(34)):
        text = text.replace(f"{base}{part}", f"BASE/{part}")
        text = text.replace(quote(f"{base}{part}", safe=""), f"BASE/{part}")  # of a query
    return sorted(_RELEASE.sub("", text).split())


def test_graphs_and_reconciliation_name_the_base(
    clients: tuple[httpx2.Client, httpx2.Client],
) -> None:
    client = clients[0]
    reader = {"Accept": "text/html"}
    graph = client.get("/graph/icpermed", headers=reader).headers["location"]
    assert unquote(graph) == f"/graphs?graph={BASE}graph/icpermed"
    listed = client.get("/graphs").json()["graphs"]
    assert f"{BASE}graph/icpermed" in listed
    assert client.get(graph).status_code == 200
    space = client.get("/reconcile").json()["identifierSpace"]
    assert space == f"{BASE}id/"


def test_the_network_and_the_report_read_it(made: Release, usual: Release, tmp_path: Path) -> None:
    store = EmbeddedStore.load(made.graphs)
    one = from_sparql(lambda query: store.query(query).frame())
    two = from_sparql(lambda query: EmbeddedStore.load(usual.graphs).query(query).frame())
    assert one.roles.sort(one.roles.columns).equals(two.roles.sort(two.roles.columns))
    few = report.Selection(Scope(relation=("csa",)))
    for release, folder in ((made, "one"), (usual, "two")):
        report.build_report(release, tmp_path / folder, few, pdf=False)
    texts = [(tmp_path / f / "index.html").read_text() for f in ("one", "two")]
    assert f"Identifiers start with {BASE}" in texts[0]
    for name in sorted(p.name for p in (tmp_path / "one" / "data").glob("*.csv")):
        assert (tmp_path / "one/data" / name).read_bytes() == (
            tmp_path / "two/data" / name
        ).read_bytes(), name


def test_commands_take_the_base_of_the_release(permed: Permed, made: Release) -> None:
    """The configuration says nothing of it, as on a machine that only serves."""
    home = str(made.path.parent)
    assert Releases(made.path.parent).current().base == BASE
    done = permed("query", "membership", "--home", home)
    assert done.code == 0
    assert BASE not in done.stdout
    raw = permed("query", "membership", "--home", home, "--json")
    assert f"{BASE}id/" in raw.stdout
