"""Wikidata items over a local SPARQL server, and what happens when the server misbehaves.

Waits between attempts are those of the source with `pause = 0`, a few hundredths of a second.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
import stamina

from permed.graph.errors import BusyError, InputError
from permed.graph.tables.checks import check
from permed.ingest.source import SourceData, SourceRequest, load
from permed.ingest.sources.wikidata import items
from tests.ingest.sources.ror.registry import made_up
from tests.ingest.sources.wikidata.server import Server, serving

DLR = {"ror": {"04bwf3e34": "organisation/dlr"}}
THING = "organisation/wikidata-Q157332"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = stamina.retry_context
    monkeypatch.setattr(stamina, "retry_context", lambda **kw: waits(**{**kw, "wait_max": 0.02}))


def read(
    server: Server, cache: Path, wanted: dict[str, dict[str, str]] | None = None, **options: Any
) -> SourceData:
    told = {"endpoint": server.address, "cache": str(cache), "pause": 0, "attempts": 3, **options}
    data = load("wikidata").read(SourceRequest((), told, wanted=DLR if wanted is None else wanted))
    for name, frame in data.tables.items():
        assert check(frame, name, "wikidata").issues.is_empty(), name
    return data


def rows(data: SourceData, table: str, *columns: str) -> set[tuple[Any, ...]]:
    return set(data.tables[table].select(columns).iter_rows())


@pytest.mark.parametrize(
    "wanted",
    [
        DLR,
        {"pic": {"999981731": "organisation/dlr"}},
        {"isni": {"0000000089837915": "organisation/dlr"}},
        {"fundref": {"501100002946": "organisation/dlr"}},
        {"grid": {"grid.7551.6": "organisation/dlr"}},
        {"wikidata": {"Q157332": "organisation/dlr"}},
    ],
)
def test_an_item_is_found_by_each_identifier(
    tmp_path: Path, wanted: dict[str, dict[str, str]]
) -> None:
    with serving() as server:
        data = read(server, tmp_path, wanted, as_of="2026-11-20")
    assert rows(data, "organisations", "id", "name", "country", "website", "seen") == {
        (THING, "German Aerospace Center", "country/DE", "https://www.dlr.de", "2026-11-20")
    }
    assert rows(data, "identifiers", "entity", "scheme", "value", "match") == {
        (THING, "wikidata", "Q157332", "exact"),
        (THING, "ror", "04bwf3e34", "exact"),
        (THING, "pic", "999981731", "exact"),
        (THING, "isni", "0000000089837915", "exact"),
        (THING, "fundref", "501100002946", "exact"),
        (THING, "grid", "grid.7551.6", "exact"),
    }


def test_names_in_the_languages_asked_for(tmp_path: Path) -> None:
    with serving() as server:
        data = read(server, tmp_path)
    assert rows(data, "names", "name", "lang", "kind") == {
        ("German Aerospace Center", "en", "label"),
        ("Deutsches Zentrum", "de", "label"),
        ("Deutsches Zentrum e. V.", "de", "native"),
        ("DLR", "en", "alias"),
    }


def test_a_parent_is_linked_only_if_it_is_held_too(tmp_path: Path) -> None:
    both = {"ror": {**DLR["ror"], "0281dp749": "organisation/helmholtz"}}
    with serving() as server:
        data = read(server, tmp_path, both)
    assert rows(data, "relations", "subject", "predicate", "object") == {
        (THING, "parent-organisation", "organisation/wikidata-Q679913")
    }
    assert "Nobody asked" not in data.tables["organisations"]["name"].to_list()


def test_doubtful_identifiers_merge_nobody(tmp_path: Path) -> None:
    shared = {"isni": {"0000000123456789": "organisation/one"}}
    with serving() as server:
        data = read(server, tmp_path, shared)
    found = data.tables["identifiers"].filter(pl.col("match") == "exact")
    assert set(found["value"]) == {"Q679913", "0281dp749", "Q500"}
    assert data.issues.select("value", "severity").rows() == [("Q500", "warning")]


def test_an_item_without_a_name_is_rejected(tmp_path: Path) -> None:
    with serving() as server:
        data = read(server, tmp_path, {"grid": {"grid.1.1": "organisation/x"}})
    assert data.tables == {}
    assert data.issues.select("value", "severity").rows() == [("Q777", "rejected")]


def test_an_item_that_is_gone_is_a_warning(tmp_path: Path) -> None:
    with serving() as server:
        data = read(server, tmp_path, {"wikidata": {"Q123": "organisation/x"}})
    assert data.tables == {}
    assert data.issues.select("value", "severity").rows() == [("Q123", "warning")]


def test_identifiers_of_other_things_are_not_asked_for(tmp_path: Path) -> None:
    with serving() as server:
        data = read(server, tmp_path, {"wikidata": {"Q157332": "infrastructure/x"}})
        assert server.queries == []
    assert data.tables == {}


def test_queries_are_batched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(items._EXTRA, "batch", 2)
    wanted = {"ror": {made_up(f"0test{n}{n}"): "organisation/x" for n in range(5)}}
    with serving() as server:
        read(server, tmp_path, wanted)
        assert len(server.queries) == 3


def test_answers_are_kept_until_another_day_is_asked_for(tmp_path: Path) -> None:
    with serving() as server:
        first = read(server, tmp_path, as_of="2026-11-20")
        asked = len(server.queries)
        again = read(server, tmp_path, as_of="2026-11-20")
        assert len(server.queries) == asked
        read(server, tmp_path, as_of="2026-11-21")
        assert len(server.queries) == 2 * asked
    assert first.tables["names"].equals(again.tables["names"])


def test_a_damaged_cache_is_asked_anew(tmp_path: Path) -> None:
    with serving() as server:
        read(server, tmp_path)
        for path in tmp_path.rglob("*.json"):
            path.write_text(path.read_text()[:-5])
        data = read(server, tmp_path)
        assert len(server.queries) == 4
    assert data.tables["organisations"].height == 1


def test_the_user_agent_says_who_asks(tmp_path: Path) -> None:
    with serving() as server:
        read(server, tmp_path, contact="mailto:data@example.org")
        assert set(server.agents) == {
            "PerMedGraph/0.1 (https://w3id.org/permed/; mailto:data@example.org) SPARQLWrapper"
        }


@pytest.mark.parametrize("fault", [429, "dated", 500, 503, "half", "page", "cut"])
def test_a_passing_fault_is_overcome(tmp_path: Path, fault: str | int) -> None:
    with serving(fault, fault) as server:
        data = read(server, tmp_path)
        assert len(server.queries) == 4  # two faults, two answers
    assert data.tables["organisations"].height == 1


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        (429, BusyError, "answers 429 after 3 attempts"),
        (500, BusyError, "answers 500 after 3 attempts"),
        ("half", InputError, "no whole SPARQL result"),
        ("page", InputError, "no whole SPARQL result"),
        ("cut", BusyError, "breaks off its answers"),
    ],
)
def test_a_lasting_fault_is_told_and_nothing_is_kept(
    tmp_path: Path, fault: str | int, error: type[Exception], message: str
) -> None:
    with serving(*[fault] * 9) as server:
        with pytest.raises(error, match=message):
            read(server, tmp_path)
        assert len(server.queries) == 3
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.slow
def test_an_answer_that_trickles_is_not_waited_for(tmp_path: Path) -> None:
    with serving("drip") as server, pytest.raises(BusyError, match="no whole answer in 1 s"):
        read(server, tmp_path, timeout=1, attempts=1)
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_repeated(tmp_path: Path, status: int) -> None:
    with serving(*[status] * 9) as server:
        with pytest.raises(InputError, match="refuses the query"):
            read(server, tmp_path)
        assert len(server.queries) == 1


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    options = {"endpoint": address, "cache": str(tmp_path), "pause": 0, "attempts": 2}
    with pytest.raises(BusyError, match="cannot be reached"):
        load("wikidata").read(SourceRequest((), options, wanted=DLR))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "write endpoint ="),
        ({"endpoint": "query.wikidata.org"}, "write endpoint ="),
        ({"endpoint": "http://x", "language": "en"}, "unknown option 'language'"),
        ({"endpoint": "http://x", "pause": -1}, "option 'pause' is -1"),
        ({"endpoint": "http://x", "as_of": "now"}, "write YYYY-MM-DD"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load("wikidata").read(SourceRequest((), options))


def test_files_are_not_taken(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="takes no files"):
        load("wikidata").inputs(SourceRequest((tmp_path,)))
    assert load("wikidata").inputs(SourceRequest()) == []


UNKNOWN = (
    "http://www.wikidata.org/.well-known/genid/a1b2c3",
    "https://example.org/.well-known/genid/x",
)


@pytest.mark.parametrize("value", [*(f"<{address}>" for address in UNKNOWN), "_:b0", "[]"])
def test_an_unknown_value_is_told_and_never_published(tmp_path: Path, value: str) -> None:
    about = "<http://www.wikidata.org/entity/Q157332> <http://www.wikidata.org/prop/direct/{}> {} ."
    with serving() as server:
        server.store.remove(
            ox.Quad(
                ox.NamedNode("http://www.wikidata.org/entity/Q157332"),
                ox.NamedNode("http://www.wikidata.org/prop/direct/P856"),
                ox.NamedNode("https://www.dlr.de"),
            )
        )
        text = "".join(about.format(prop, value) for prop in ("P856", "P213"))
        server.store.load(text.encode(), format=ox.RdfFormat.TURTLE)
        data = read(server, tmp_path)
    written = "".join(frame.write_csv() for frame in data.tables.values())
    assert "genid" not in written
    assert "_:" not in written
    assert data.tables["organisations"].filter(id=THING)["website"].to_list() == [None]
    unknown = data.issues.filter(pl.col("reason").str.contains("it is unknown"))
    assert sorted(unknown["field"]) == ["P213", "P856"]
    assert set(unknown["severity"]) == {"warning"}
