"""The server for assistants, asked by the client of the official package."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl
import pyoxigraph as ox
import pytest

from permed.api.python.opened_release import OpenedRelease
from permed.graph.releases.release import Release, Releases
from permed.graph.store import RemoteStore
from permed.queries.catalogue import Catalogue
from tests import ROOT
from tests.api.http.sample import make_release
from tests.graph.store.remote.small_server import small_server

if TYPE_CHECKING:  # the protocol takes a second to import
    from mcp.client import Client

pytestmark = pytest.mark.long

T = TypeVar("T")


def with_client(
    home: Path,
    work: Callable[[Client], Awaitable[T]],
    opened: Callable[[], OpenedRelease] | None = None,
) -> T:
    from mcp.client import Client

    from permed.api.mcp.assistant_server import assistant_server

    async def run() -> T:
        async with Client(assistant_server(home, opened)) as client:
            return await work(client)

    return asyncio.run(run())


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    reply = await client.call_tool(tool, arguments)
    assert not reply.is_error, reply.content
    return dict(json.loads(reply.content[0].text))  # type: ignore[union-attr]


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    reply = await client.call_tool(tool, arguments)
    assert reply.is_error
    return str(reply.content[0].text)  # type: ignore[union-attr]


def test_every_tool_is_described_with_its_parameters(home: Path) -> None:
    listed = with_client(home, lambda client: client.list_tools()).tools
    assert {tool.name for tool in listed} >= {"search", "ask", "sparql", "schema", "network_path"}
    for tool in listed:
        assert len(tool.description or "") > 30, tool.name
        assert "self" not in tool.input_schema["properties"]


def test_search_describe_and_card(home: Path, release: Release) -> None:
    async def work(client: Client) -> None:
        found = await call(client, "search", text="ISCIII", limit=3)
        assert (found["release"], found["rows"][0]["id"]) == (release.id, "organisation/isciii")
        said = await call(client, "describe", thing="organisation/isciii", limit=500)
        assert said["total"] == len(said["rows"]) > 20
        text = "".join(path.read_text() for path in release.graphs)
        start = f"<{release.base}id/organisation/isciii> "
        assert said["total"] >= len(set(re.findall(f"^{re.escape(start)}.*$", text, re.M)))
        page = await client.read_resource("permed://thing/organisation/isciii")
        assert "| city | MADRID |" in page.contents[0].text  # type: ignore[union-attr]
        assert "did you mean" in await refused(client, "describe", thing="organisation/isci")

    with_client(home, work)


def test_questions_of_the_catalogue_give_what_the_catalogue_gives(home: Path) -> None:
    async def work(client: Client) -> None:
        listed = await call(client, "questions")
        assert listed["total"] == len(Catalogue.load())
        some = await call(client, "questions", words="joint call")
        assert 0 < some["total"] < listed["total"]
        answer = await call(client, "ask", question="call-success", limit=2)
        assert len(answer["rows"]) == 2
        assert "of" in answer["note"]
        assert answer["rows"][0]["source"].startswith("http")
        told = await refused(client, "ask", question="call-succes")
        assert "call-success" in told

    with_client(home, work)


def test_sparql_is_limited_explained_and_read_only(home: Path, release: Release) -> None:
    async def work(client: Client) -> None:
        rows = await call(client, "sparql", query="SELECT ?s { ?s a pm:Call }", limit=3)
        assert (len(rows["rows"]), "there are more" in rows["note"]) == (3, True)
        assert (await call(client, "sparql", query="ASK { ?s a pm:Call }"))["answer"] is True
        found = await call(client, "sparql", query='SELECT ?s { ?s pmtext:query ("ISCIII" 1) }')
        assert found["rows"][0]["s"] == f"{release.base}id/organisation/isciii"
        assert "line 1" in await refused(client, "sparql", query="SELECT ?s { ?s a }")
        update = await refused(client, "sparql", query="DELETE WHERE { ?s ?p ?o }")
        assert "Traceback" not in update
        far = "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
        assert "SERVICE" in await refused(client, "sparql", query=far)

    with_client(home, work)


def test_a_store_of_another_server_answers_queries(tmp_path: Path) -> None:
    """It is asked what `sparql`, `describe` and `ask` ask; search reads the files beside it."""
    here = make_release(tmp_path, "2026-01-01-sample")
    with small_server() as server:
        for path in here.graphs:
            server.store.load(path.read_bytes(), format=ox.RdfFormat.N_QUADS)
        store = RemoteStore(server.address)

        def opened() -> OpenedRelease:
            return OpenedRelease(Releases(tmp_path).current(), store)

        async def work(client: Client) -> None:
            every = "SELECT DISTINCT ?p { ?s ?p ?o }"
            cut = await call(client, "sparql", query=every, limit=2)
            whole = await call(client, "sparql", query=every, limit=500)
            assert (len(cut["rows"]), cut["total"]) == (2, len(whole["rows"]))
            assert "raise limit" in cut["note"]
            assert (await call(client, "sparql", query="ASK {}"))["answer"] is True
            far = "SELECT * { SERVICE <http://far.example/sparql> { ?s ?p ?o } }"
            assert "SERVICE" in await refused(client, "sparql", query=far)
            asked = len(server.asked)
            assert (await call(client, "describe", thing="organisation/dlr"))["total"] > 0
            assert len(server.asked) > asked
            assert (await call(client, "search", text="dlr"))["total"] > 0

        with_client(tmp_path, work, opened)


def test_the_schema_counts_what_is_in_the_release(home: Path, release: Release) -> None:
    told = with_client(home, lambda client: call(client, "schema"))
    assert told["prefixes"]["pm"].endswith("ontology#")
    calls = next(row for row in told["classes"] if row["term"] == "pm:Call")
    a, kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "ontology#Call>"
    lines = [line.split() for path in release.graphs for line in path.read_text().splitlines()]
    assert calls["used"] == len({w[0] for w in lines if w[1] == a and w[2].endswith(kind)})
    assert len(calls["meaning"]) > 10
    assert any(row["term"] == "eurio:hasRole" for row in told["properties"])


def test_network_neighbours_and_paths(home: Path, release: Release) -> None:
    async def work(client: Client) -> None:
        chosen = {"relation": "csa"}
        top = await call(client, "network_top", filters=chosen, limit=2)
        best = top["rows"][0]
        near = await call(client, "network_neighbours", node=best["id"], filters=chosen, limit=500)
        assert near["total"] == best["degree"] == len({row["id"] for row in near["rows"]})
        assert best["id"] not in {row["id"] for row in near["rows"]}
        way = await call(
            client, "network_path", one=best["id"], other=near["rows"][0]["id"], filters=chosen
        )
        assert way["total"] >= 1
        assert "relation" in await refused(client, "network_top", filters={"relaton": "csa"})

    with_client(home, work)


def test_names_are_matched_and_releases_compared(home: Path, release: Release) -> None:
    async def work(client: Client) -> None:
        found = await call(client, "match", names=["Instituto de Salud Carlos III"])
        assert found["rows"][0]["decision"] == "accept"
        for nothing in ([], [""], [" ", "\t"]):
            assert "at least one name" in await refused(client, "match", names=nothing)
        assert "give a name" in await refused(client, "search", text=" ")
        same = await call(client, "compare_releases", before=release.id)
        assert (same["total"], "no row" in same["note"]) == (0, True)

    with_client(home, work)


def test_an_own_fault_stays_hidden_and_a_missing_home_is_told(tmp_path: Path) -> None:
    told = with_client(tmp_path, lambda client: refused(client, "search", text="x"))
    assert "permed build" in told


def test_the_command_answers_on_standard_input(home: Path) -> None:
    from mcp.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    command = StdioServerParameters(
        command=sys.executable, args=["-m", "permed", "mcp", "--home", str(home)], cwd=ROOT
    )

    async def run() -> dict[str, Any]:
        # else what pytest had in place of stderr when the package was imported, which is no file
        async with Client(stdio_client(command, errlog=sys.__stderr__ or sys.stderr)) as client:
            return await call(client, "search", text="pharmacogenomics", limit=1)

    assert len(asyncio.run(run())["rows"]) == 1


def test_the_first_message_of_a_client_is_answered(home: Path) -> None:
    client = {"protocolVersion": "2025-06-18", "capabilities": {},
              "clientInfo": {"name": "any", "version": "1"}}  # fmt: skip
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
    ]
    command = [sys.executable, "-m", "permed", "mcp", "--home", str(home)]
    said = "".join(f"{json.dumps(message)}\n" for message in messages)
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    answer = json.loads(done.stdout.splitlines()[0])
    assert (answer["id"], "tools" in answer["result"]["capabilities"]) == (1, True), done.stderr


def test_texts_too_long_for_a_reader_say_how_long_they_are() -> None:
    from permed.api.mcp.answers import _value

    assert _value("x" * 1000).endswith("... (1000 letters in all)")
    assert _value([1, "y"]) == [1, "y"]
    assert pl.DataFrame({"a": [None]}).height == 1


def test_the_command_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "permed", "mcp", "--home", str(tmp_path)]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT)
    assert (told.returncode, b"permed build" in told.stderr) == (1, True)


def test_input_that_is_empty_is_an_error(home: Path) -> None:
    command = [sys.executable, "-m", "permed", "mcp", "--home", str(home)]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT)
    assert (told.returncode != 0, b"standard input is empty" in told.stderr) == (True, True)
    assert b"Traceback" not in told.stderr
