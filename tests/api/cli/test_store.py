"""Commands on a store of another server: loaded, asked, and told of where it cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import stamina

from permed.api.cli.network.options import NetworkFormat, NetworkOptions
from permed.graph.network import Selection
from tests.api.cli.conftest import Permed
from tests.api.cli.test_cli import fails
from tests.api.http.sample import make_release
from tests.graph.store.remote.small_server import Reply, SmallServer, small_server

_NOWHERE = "nowhere"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    make_release(home, "2026-01-01-sample")
    return home


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SmallServer]:
    monkeypatch.chdir(tmp_path)
    stamina.set_active(False)
    with small_server() as known:
        yield known
    stamina.set_active(True)


def test_a_release_is_loaded_and_asked(permed: Permed, server: SmallServer, home: Path) -> None:
    at = ("--endpoint", server.address)
    done = permed("publish", "--to", server.address, "--into", str(home))
    assert done.code == 0, done.stderr
    assert "2026-01-01-sample is what" in done.stderr
    asked = ("query", "projects-by-country", "--format", "csv")
    ours = permed(*asked, "--into", str(home))
    assert ours.stdout.count("\n") > 1
    server.asked.clear()
    for beside in (str(home), _NOWHERE):  # with the release here, and without
        theirs = permed(*asked, *at, "--into", beside)
        assert (theirs.code, theirs.stdout) == (0, ours.stdout), theirs.stderr
    assert server.asked
    network = permed("network", "summary", "--json", *at, "--into", _NOWHERE)  # read off the store
    assert network.code == 0, network.stderr
    nodes = next(row for row in json.loads(network.stdout) if row["measure"] == "nodes")
    assert nodes["value"] > 1


def test_the_settings_name_the_store(
    permed: Permed, server: SmallServer, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "permed.toml").write_text(
        f'store = "{server.address}"\nhome = "{home}"\n', encoding="utf-8"
    )
    question = ("query", "projects-by-country", "--format", "csv")
    fails(permed(*question), 1, "does not say the base address")
    assert permed("publish", "--to", server.address).code == 0
    server.asked.clear()
    assert permed(*question).code == 0
    assert server.asked
    server.store.clear()
    fails(permed(*question), 1, "base address")


def test_another_release_than_the_store_holds(
    permed: Permed, server: SmallServer, home: Path, tmp_path: Path
) -> None:
    assert permed("publish", "--to", server.address, "--into", str(home)).code == 0
    make_release(tmp_path / "newer", "2026-01-02-sample")
    at = ("--endpoint", server.address, "--into", str(tmp_path / "newer"))
    told = permed("query", "projects-by-country", "-f", "csv", *at)
    assert told.code == 0
    assert "asking release 2026-01-01-sample" in told.stderr
    fails(permed("query", "projects-by-country", "--release", "2026-01-02-sample", *at), 1,
          "does not hold release 2026-01-02-sample", "permed publish --to")  # fmt: skip


def test_what_needs_files_says_so(permed: Permed, server: SmallServer, home: Path) -> None:
    assert permed("publish", "--to", server.address, "--into", str(home)).code == 0
    at = ("--endpoint", server.address, "--into", _NOWHERE)
    text = 'SELECT * { ?s pmtext:query "dlr" }'
    fails(permed("query", "-", *at, stdin=text), 1, "needs the release's files", "--into")
    fails(permed("report", "country", "DE", "--no-pdf", *at), 1, "needs the release's files")
    fails(permed("serve", *at), 1, "permed build")
    fails(permed("mcp", *at), 1, "needs the release's files")
    fails(
        permed("report", "network", "--out", "x", "--no-pdf", *at), 2, "needs the release's files"
    )
    assert not Path("x").exists()


def test_a_report_is_on_the_release_that_the_store_holds(
    permed: Permed, server: SmallServer, tmp_path: Path
) -> None:
    """Two releases are here, and the store holds the older one."""
    both = tmp_path / "both"
    make_release(both, "2026-01-01-sample")
    assert permed("publish", "--to", server.address, "--into", str(both)).code == 0
    make_release(both, "2026-01-02-sample")
    asked = NetworkOptions(Selection(), None, both, "current", NetworkFormat.table, None)
    assert asked.release.id == "2026-01-02-sample"
    assert replace(asked, endpoint=server.address).release.id == "2026-01-01-sample"


def test_credentials_go_to_the_store_alone_and_into_no_message(
    permed: Permed, server: SmallServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERMED_STORE_TOKEN", "hush")
    server.fault = lambda *_: Reply(403, b"hush is no token of ours", "text/plain")
    asked = ("query", "-", "--into", _NOWHERE)
    told = permed(*asked, "--endpoint", server.address, stdin="ASK {}")
    fails(told, 1, "access is refused")
    assert "hush" not in told.stderr
    assert server.headers[-1]["authorization"] == "Bearer hush"
    (tmp_path / "permed.toml").write_text('store = "http://mine.example/query"', encoding="utf-8")
    permed(*asked, "--endpoint", server.address, stdin="ASK {}")
    assert "authorization" not in server.headers[-1]
    told = permed(*asked, "--endpoint", "http://me:hush@h/query", stdin="ASK {}")
    fails(told, 1, "PERMED_STORE_PASSWORD")
    assert "hush" not in told.stderr


def test_publish_wants_one_place(permed: Permed, home: Path) -> None:
    fails(permed("publish", "--into", str(home)), 1, "--to")
    fails(permed("publish", "here", "--to", "http://h/query", "--into", str(home)), 1, "not both")
    fails(permed("publish", "--to", "h", "--into", str(home)), 1, "is no address")
